/**
 * Jobs that an API makes of requests, by the mapping's `http.job`: their id in the answer to a request,
 * the questions about them, and what their end says of rows.
 *
 * @module
 */

import { type HttpAnswer, isRetryable, type Verdict } from "../../model/answer.ts";
import type { Batch } from "../../model/batch.ts";
import type {
  ApiJobFlow,
  ApiJobNews,
  ApiJobQuestion,
  RequestHead,
} from "../../model/destination.ts";
import { type Endpoint, parseJson, retry } from "../answers.ts";
import { compileJobUrls, type JobUrls } from "./job_urls.ts";
import { compileReader } from "./path.ts";
import type { ResultsReader } from "./results.ts";
import type { HttpSection } from "./schema.ts";

type Job = NonNullable<HttpSection["job"]>;

/** What the reading of jobs is made of. */
export interface ApiJobSetup {
  readonly section: HttpSection;
  readonly endpoint: Endpoint;
  readonly results: ResultsReader | null;
  /** What an answer means that is none to the question; null for one that is. */
  trouble(answer: HttpAnswer): Verdict | null;
  /** Why a job failed. */
  problemOf(answer: HttpAnswer): Extract<Verdict, { kind: "refused" }>["problem"];
  /** How long an answer asks to be left alone, in milliseconds, or null. */
  waitOf(answer: HttpAnswer): number | null;
  /** Words the request for a URL. */
  head(url: string, token: string | null): RequestHead;
  /** Whether a text holds a secret. */
  isSecret(text: string): boolean;
}

/** How requests become jobs, and how those end. */
export interface Jobs extends ApiJobFlow {
  /** What an answer means by which a request was taken. */
  started(answer: HttpAnswer): Verdict;
}

/** Ids are written down: a longer one is none. */
const LONGEST_ID = 1_000;

/** More pages of results than a job of any size has: the last one names the first again, say. */
const MOST_PAGES = 1_000;

/** Compiles what the mapping says of jobs; null where it says nothing. */
export function compileJobs(setup: ApiJobSetup): Jobs | null {
  const { section, section: { job } } = setup;
  if (job === undefined) return null;
  const urls = compileJobUrls({ ...section, job });
  return {
    intervalMs: job.everySeconds * 1000,
    longestMs: job.forSeconds * 1000,
    started: compileStart(setup, job),
    first(id) {
      const url = urls.of(job.url, id);
      return url === null ? null : { id, url, ended: [] };
    },
    request: ({ url }, token) =>
      urls.isOwn(url) ? setup.head(url, token) : { method: "GET", url, headers: {} },
    read: compileNews(setup, job, urls),
  };
}

function compileStart({ endpoint, isSecret }: ApiJobSetup, job: Job): Jobs["started"] {
  const readId = compileReader(job.id);
  return (answer) => {
    const given = job.idHeader === undefined
      ? readId(parseJson(answer.body))
      : answer.headers.get(job.idHeader);
    const id = typeof given === "number" ? String(given) : given;
    const isId = typeof id === "string" && id.trim() !== "" && id.length <= LONGEST_ID &&
      !/^\.\.?$/.test(id) && !isSecret(id);
    if (isId) return { kind: "api-job", id };
    return {
      kind: "broken",
      taken: true,
      reason:
        `${endpoint.title} answered ${answer.status} to ${endpoint.path} without a job's id: ` +
        "check http.job of the mapping",
    };
  };
}

function compileNews(
  setup: ApiJobSetup,
  job: Job,
  urls: JobUrls,
): ApiJobFlow["read"] {
  const { problemOf, endpoint } = setup;
  const ended = compileEnd(setup, job, urls);
  const readState = compileReader(job.state);
  const meaningOf = compileStates(job.states);
  return (question, answer, batch) => {
    const trouble = urls.isOwn(question.url)
      ? setup.trouble(answer)
      : fileTrouble(endpoint, answer);
    if (trouble !== null) return trouble;
    if (question.ended.length > 0) return ended(question, [...question.ended, answer], batch);
    if (answer.bodyFault) return { kind: "lost", reason: `its state came as ${answer.bodyFault}` };
    switch (meaningOf(readState(parseJson(answer.body)))) {
      case "accepted":
        return ended(question, [answer], batch);
      case "refused": {
        const row = { kind: "refused", problem: problemOf(answer) } as const;
        return { kind: "partial", results: new Array(batch.length).fill(row) };
      }
      case "split":
        return { kind: "refused", problem: problemOf(answer) };
      case "unknown": {
        const message = `${endpoint.title} ended the job without saying which of its rows it took.`;
        const row = { kind: "unknown", problem: { code: "lost-job", column: null, message } };
        return { kind: "partial", results: new Array(batch.length).fill(row) };
      }
      default:
        return { kind: "running", afterMs: setup.waitOf(answer) };
    }
  };
}

/** Compiles what the answers by which a job has ended come to, or where more of them are. */
function compileEnd(
  { results, problemOf, endpoint }: ApiJobSetup,
  job: Job,
  urls: JobUrls,
): (
  question: ApiJobQuestion,
  answers: readonly HttpAnswer[],
  batch: Batch,
) => ApiJobNews {
  const readNext = compileReader(job.next);
  const readFile = compileReader(job.file);
  const lost = (reason: string): ApiJobNews => ({
    kind: "lost",
    reason: `${endpoint.title} ${reason}`,
  });

  return (question, answers, batch) => {
    const [state, ...others] = answers as [HttpAnswer, ...HttpAnswer[]];
    const ask = (url: string | null): ApiJobNews =>
      url === null
        ? lost(
          "named a URL that is not asked for what became of a job: one of another host, or not https",
        )
        : { kind: "ask", question: { ...question, url, ended: answers } };
    if (job.errors !== undefined && others.length === 0) {
      return ask(urls.of(job.errors, question.id));
    }
    const file = others.length === 0 ? readFile(parseJson(state.body)) : undefined;
    if (typeof file === "string" && file !== "") return ask(urls.file(file, question.url));
    if (answers.length > MOST_PAGES) {
      return lost("names ever more pages for what became of a job: check job.next");
    }
    const next = readNext(parseJson(answers.at(-1)?.body ?? ""));
    if (typeof next === "string" && next !== "") {
      const url = urls.next(next, question.url);
      if (url !== question.url) return ask(url);
    }
    if (results === null) return { kind: "accepted" };
    const pages = job.errors === undefined && job.file === undefined ? answers : others;
    return results.accepted(state, batch, pages) ?? { kind: "refused", problem: problemOf(state) };
  };
}

/** What the answer of a host means that only keeps a file; null for the file. */
function fileTrouble(endpoint: Endpoint, answer: HttpAnswer): ApiJobNews | null {
  const { status } = answer;
  if (isRetryable(status)) return retry(endpoint, answer);
  if (status >= 200 && status < 300) return null;
  return {
    kind: "lost",
    reason: `${endpoint.title} named a file that was answered with ${status}`,
  };
}

function compileStates(states: Job["states"]): (state: unknown) => keyof Job["states"] | undefined {
  const meanings = new Map<string, keyof Job["states"]>();
  for (const meaning of ["unknown", "split", "refused", "accepted"] as const) {
    for (const word of states[meaning]) meanings.set(String(word).toLowerCase(), meaning);
  }
  return (state) => meanings.get(String(state).toLowerCase());
}

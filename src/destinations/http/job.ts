/**
 * Jobs that an API makes of requests, by the mapping's `http.job`: their id in the answer to a request,
 * the questions about them, and what their end says of rows.
 *
 * @module
 */

import type { HttpAnswer, Verdict } from "../../model/answer.ts";
import type { Batch } from "../../model/batch.ts";
import type { ApiJobFlow, ApiJobNews, RequestHead } from "../../model/destination.ts";
import type { Endpoint } from "../answers.ts";
import { parseJson } from "../answers.ts";
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

/** Compiles what the mapping says of jobs; null where it says nothing. */
export function compileJobs(setup: ApiJobSetup): Jobs | null {
  const { section, section: { job } } = setup;
  if (job === undefined) return null;
  const { origin } = new URL(section.url);
  const urlOf = (template: string, id: string): string | null => {
    if (template !== "{job}") return template.replaceAll("{job}", () => encodeURIComponent(id));
    const url = URL.parse(id, section.url);
    return url?.origin === origin ? url.href : null; // No other host is to get the credentials.
  };
  return {
    intervalMs: job.everySeconds * 1000,
    longestMs: job.forSeconds * 1000,
    started: compileStart(setup, job),
    first(id) {
      const url = urlOf(job.url, id);
      return url === null ? null : { id, url, ended: [] };
    },
    request: ({ url }, token) => setup.head(url, token),
    read: compileNews(setup, job, urlOf),
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
  urlOf: (template: string, id: string) => string | null,
): ApiJobFlow["read"] {
  const { results, problemOf, endpoint } = setup;
  const readState = compileReader(job.state);
  const readNext = compileReader(job.next);
  const meaningOf = compileStates(job.states);
  const elsewhere: ApiJobNews = {
    kind: "lost",
    reason: `${endpoint.title} named a URL of another host for what became of a job`,
  };

  /** What the answers by which a job has ended come to, or where more of them are. */
  const ended = (
    question: Parameters<ApiJobFlow["read"]>[0],
    answers: readonly HttpAnswer[],
    batch: Batch,
  ): ApiJobNews => {
    const [state, ...others] = answers as [HttpAnswer, ...HttpAnswer[]];
    const ask = (url: string | null): ApiJobNews =>
      url === null ? elsewhere : { kind: "ask", question: { ...question, url, ended: answers } };
    if (job.errors !== undefined && others.length === 0) return ask(urlOf(job.errors, question.id));
    const next = readNext(parseJson(answers.at(-1)?.body ?? ""));
    if (typeof next === "string" && next !== "") {
      const url = URL.parse(next, question.url);
      if (url?.href !== question.url) {
        return ask(url?.origin === new URL(question.url).origin ? url.href : null);
      }
    }
    if (results === null) return { kind: "accepted" };
    const pages = job.errors === undefined ? answers : others;
    return results.accepted(state, batch, pages) ?? { kind: "refused", problem: problemOf(state) };
  };

  return (question, answer, batch) => {
    const trouble = setup.trouble(answer);
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

function compileStates(states: Job["states"]): (state: unknown) => keyof Job["states"] | undefined {
  const meanings = new Map<string, keyof Job["states"]>();
  for (const meaning of ["unknown", "split", "refused", "accepted"] as const) {
    for (const word of states[meaning]) meanings.set(String(word).toLowerCase(), meaning);
  }
  return (state) => meanings.get(String(state).toLowerCase());
}

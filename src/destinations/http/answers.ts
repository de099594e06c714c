/**
 * What an answer of a JSON API means, by the rules of the mapping's `http:` section: what its
 * status says of the request, and what its body says of single rows.
 *
 * @module
 */

import type { HttpSection } from "./schema.ts";
import type { ApiProblem, HttpAnswer, Verdict } from "../../model/answer.ts";
import type { Batch } from "../../model/batch.ts";
import type { ApiJobFlow, Destination } from "../../model/destination.ts";
import {
  type Endpoint,
  forbidden,
  notAnAnswer,
  parseJson,
  refusal,
  retry,
  said,
  unexpected,
} from "../answers.ts";
import { type ApiJobSetup, compileJobs } from "./job.ts";
import type { RecordReader } from "./keys.ts";
import { compileProblem } from "./problem.ts";
import { compileResults } from "./results.ts";
import { compileStatuses, compileWhen } from "./statuses.ts";
import { compileWait } from "./wait.ts";

/** What a run needs to know of answers. */
export interface Answers {
  readonly classify: Destination["classify"];
  /** Null where requests become no jobs. */
  readonly jobs: ApiJobFlow | null;
}

/** What the reading of answers is made of. */
export interface AnswersSetup extends Pick<ApiJobSetup, "head" | "isSecret"> {
  readonly section: HttpSection;
  readonly endpoint: Endpoint;
  readonly recordOf: RecordReader;
  /** The variables that hold the credentials. */
  readonly variables: readonly string[];
}

/** Compiles the reading of answers of one run. */
export function compileAnswerRules(setup: AnswersSetup): Answers {
  const { section, endpoint, variables } = setup;
  const meaningOf = compileStatuses(section.statuses);
  const meaningOfBody = compileWhen(section.statuses.when);
  const refusedOf = compileCredentials(setup, meaningOf);
  const waitOf = compileWait(section.wait);
  const readError = compileProblem(section.error, endpoint);
  const problemOf = (answer: HttpAnswer): ApiProblem => {
    const problem = readError(parseJson(answer.body), String(answer.status));
    return problem.message === "" ? refusal(endpoint, answer) : problem;
  };
  const results = compileResults({ ...setup, meaningOf, problemOf });

  const jobs = compileJobs({
    ...setup,
    results,
    trouble: compileTrouble(setup, { meaningOf, meaningOfBody, refusedOf, waitOf }),
    problemOf,
    waitOf,
  });

  const accepted = (answer: HttpAnswer, batch: Batch | null): Verdict => {
    const other = notAnAnswer(endpoint, answer);
    if (other !== null) return other;
    if (batch !== null && jobs !== null) return jobs.started(answer);
    if (batch === null || results === null) return { kind: "accepted" };
    return results.accepted(answer, batch) ?? { kind: "refused", problem: problemOf(answer) };
  };

  const classify: Destination["classify"] = (answer, batch) => {
    const { status } = answer;
    const stated = batch && meaningOfBody(answer);
    if (stated === "credentials") return forbidden(endpoint, answer, variables);
    const byStatus = stated === null ? refusedOf(answer) : null;
    if (byStatus !== null) return byStatus;
    switch (stated ?? meaningOf(status)) {
      case "accepted":
        return accepted(answer, batch);
      case "retried": {
        const throttled = stated !== null && status < 500 ? { throttled: true } : {};
        const words = status === 403 ? said(answer.body) : {};
        const verdict = retry(endpoint, answer, words);
        return { ...verdict, afterMs: waitOf(answer), ...throttled };
      }
      case "split":
        return (batch && results?.refused(answer, batch)) ??
          { kind: "refused", problem: problemOf(answer) };
      case "refused": {
        const told = batch && results?.refused(answer, batch);
        if (told) return told;
        const problem = problemOf(answer);
        return {
          kind: "partial",
          results: new Array(batch?.length ?? 0).fill({ kind: "refused", problem }),
        };
      }
      case null:
        return unmeant(endpoint, answer);
    }
  };
  return { classify, jobs };
}

/** What statuses, bodies and headers say, compiled. */
interface Rules {
  readonly meaningOf: ReturnType<typeof compileStatuses>;
  readonly meaningOfBody: ReturnType<typeof compileWhen>;
  readonly refusedOf: ReturnType<typeof compileCredentials>;
  readonly waitOf: ReturnType<typeof compileWait>;
}

/** What the answer to a question for a job means where it is none; null for one that is. */
function compileTrouble(
  { endpoint, variables }: AnswersSetup,
  { meaningOf, meaningOfBody, refusedOf, waitOf }: Rules,
): ApiJobSetup["trouble"] {
  const asked = { ...endpoint, path: "the question for a job", setting: "http.job of the mapping" };
  return (answer) => {
    const stated = meaningOfBody(answer);
    if (stated === "credentials") return forbidden(endpoint, answer, variables);
    const verdict = stated === null ? refusedOf(answer) : null;
    if (verdict !== null) return verdict;
    if ((stated ?? meaningOf(answer.status)) === "retried") {
      return { ...retry(endpoint, answer), afterMs: waitOf(answer) };
    }
    if (answer.status >= 200 && answer.status < 300) return notAnAnswer(endpoint, answer);
    return unexpected(asked, answer);
  };
}

/** What 401 and 403 mean, unless the body or the mapping says otherwise; null for other statuses. */
function compileCredentials(
  { section, endpoint, variables }: AnswersSetup,
  meaningOf: ReturnType<typeof compileStatuses>,
): (answer: HttpAnswer) => Verdict | null {
  return (answer) => {
    const { status } = answer;
    if (status === 401 && "tokenUrl" in section.auth) {
      const reason = `${endpoint.title} answered 401 to the token`;
      return { kind: "unauthorized", reason, ...said(answer.body) };
    }
    // A mapping that has all of 4xx tried again means 403 too: some APIs throttle so.
    const isRetried = status === 403 && meaningOf(status) === "retried";
    return status === 401 || status === 403 && !isRetried
      ? forbidden(endpoint, answer, variables)
      : null;
  };
}

/** Statuses by which a URL is wrong, rather than what is sent there. */
const MEANS_URL = [404, 405, 410, 501];

function unmeant(endpoint: Endpoint, answer: HttpAnswer): Verdict {
  const { status } = answer;
  const isUrl = MEANS_URL.includes(status) || status >= 300 && status < 400;
  const setting = isUrl
    ? endpoint.setting
    : "http.statuses of the mapping, which can say what it means";
  return unexpected({ ...endpoint, setting }, answer);
}

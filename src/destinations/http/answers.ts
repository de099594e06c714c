/**
 * What an answer of a JSON API means, by the rules of the mapping's `http:` section: what its
 * status says of the request, and what its body says of single rows.
 *
 * @module
 */

import type { HttpSection } from "./schema.ts";
import type { ApiProblem, HttpAnswer, Verdict } from "../../model/answer.ts";
import type { Destination } from "../../model/destination.ts";
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
import { compileProblem } from "./problem.ts";
import { compileResults } from "./results.ts";
import { compileStatuses, compileWhen } from "./statuses.ts";

/** Compiles the classifier of one run. `variables` are those that hold the credentials. */
export function compileClassify(
  section: HttpSection,
  endpoint: Endpoint,
  variables: readonly string[],
): Destination["classify"] {
  const meaningOf = compileStatuses(section.statuses);
  const meaningOfBody = compileWhen(section.statuses.when);
  const readError = compileProblem(section.error, endpoint);
  const problemOf = (answer: HttpAnswer): ApiProblem => {
    const problem = readError(parseJson(answer.body), String(answer.status));
    return problem.message === "" ? refusal(endpoint, answer) : problem;
  };
  const results = compileResults({ section, meaningOf, endpoint, problemOf });

  /** What 401 and 403 mean, unless the body or the mapping says otherwise; null for other statuses. */
  const credentialsVerdict = (answer: HttpAnswer): Verdict | null => {
    const { status } = answer;
    if (status === 401 && section.auth.type === "oauth2") {
      const reason = `${endpoint.title} answered 401 to the token`;
      return { kind: "unauthorized", reason, ...said(answer.body) };
    }
    // A mapping that has all of 4xx tried again means 403 too: some APIs throttle so.
    const isRetried = status === 403 && meaningOf(status) === "retried";
    return status === 401 || status === 403 && !isRetried
      ? forbidden(endpoint, answer, variables)
      : null;
  };

  return (answer, batch) => {
    const { status } = answer;
    const stated = batch && meaningOfBody(answer);
    if (stated === "credentials") return forbidden(endpoint, answer, variables);
    const byStatus = stated === null ? credentialsVerdict(answer) : null;
    if (byStatus !== null) return byStatus;
    switch (stated ?? meaningOf(status)) {
      case "accepted": {
        const other = notAnAnswer(endpoint, answer);
        if (other !== null) return other;
        if (batch === null || results === null) return { kind: "accepted" };
        return results.accepted(answer, batch) ?? { kind: "refused", problem: problemOf(answer) };
      }
      case "retried": {
        const throttled = stated !== null && status < 500 ? { throttled: true } : {};
        const words = status === 403 ? said(answer.body) : {};
        return { ...retry(endpoint, answer, words), ...throttled };
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

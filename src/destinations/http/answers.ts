/**
 * What an answer of a JSON API means, by the rules of the mapping's `http:` section: what its
 * status says of the request, and what its body says of single rows.
 *
 * @module
 */

import type { HttpSection } from "./schema.ts";
import type { ApiProblem, HttpAnswer } from "../../model/answer.ts";
import type { Destination } from "../../model/destination.ts";
import {
  broken,
  type Endpoint,
  forbidden,
  isWebPage,
  notItsAnswer,
  parseJson,
  refusal,
  retry,
  said,
} from "../answers.ts";
import { compileProblem } from "./problem.ts";
import { compileResults } from "./results.ts";
import { compileStatuses } from "./statuses.ts";

/** Compiles the classifier of one run. `variables` are those that hold the credentials. */
export function compileClassify(
  section: HttpSection,
  endpoint: Endpoint,
  variables: readonly string[],
): Destination["classify"] {
  const meaningOf = compileStatuses(section.statuses);
  const readError = compileProblem(section.error, endpoint);
  const readResults = section.results
    ? compileResults(section.results, section.envelope, meaningOf, endpoint)
    : null;
  const problemOf = (answer: HttpAnswer): ApiProblem => {
    const problem = readError(parseJson(answer.body), String(answer.status));
    return problem.message === "" ? refusal(endpoint, answer) : problem;
  };
  return (answer, batch) => {
    const { status } = answer;
    if (status === 401 && section.auth.type === "oauth2") {
      const reason = `${endpoint.title} answered 401 to the token`;
      return { kind: "unauthorized", reason, ...said(answer.body) };
    }
    // A mapping that has all of 4xx tried again means 403 too: some APIs throttle so.
    const isRetried = status === 403 && meaningOf(status) === "retried";
    if (status === 401 || status === 403 && !isRetried) {
      return forbidden(endpoint, answer, variables);
    }
    switch (meaningOf(status)) {
      case "accepted":
        if (isWebPage(answer)) return notItsAnswer(endpoint, answer);
        return (batch && readResults?.(answer, batch)) ?? { kind: "accepted" };
      case "retried":
        return retry(endpoint, answer);
      case "split":
        return { kind: "refused", problem: problemOf(answer) };
      case "refused": {
        const problem = problemOf(answer);
        return {
          kind: "partial",
          results: new Array(batch?.length ?? 0).fill({ kind: "refused", problem }),
        };
      }
      case null:
        return broken(endpoint, answer);
    }
  };
}

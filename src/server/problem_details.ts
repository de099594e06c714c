/**
 * Errors as clients get them: problem details (RFC 9457).
 *
 * @module
 */

import type { Context } from "hono";
import { StorageError, UsageError } from "../model/errors.ts";

/** What is wrong with a part of a request. */
export interface RequestFault {
  /** Which part, e.g. `query.limit` or `record.Age`. */
  readonly at: string;
  readonly message: string;
}

/** An error that a client is told of. */
export interface ProblemDetails {
  /** HTTP status code. */
  readonly status: number;
  /** What kind of error it is, the same whenever it is that one. */
  readonly title: string;
  /** What is wrong this time, and what to do. */
  readonly detail?: string;
  readonly errors?: readonly RequestFault[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** The answer that tells of it. */
export function problem({ headers = {}, ...details }: ProblemDetails): Response {
  return new Response(JSON.stringify({ type: "about:blank", ...details }), {
    status: details.status,
    headers: { "Content-Type": "application/problem+json", ...headers },
  });
}

/** An error that ends the handling of a request. */
export class HttpProblem extends Error {
  override readonly name = "HttpProblem";

  constructor(readonly details: ProblemDetails) {
    super(details.detail ?? details.title);
  }
}

/** Answers what a handler threw. Of what is no client's fault, clients are told nothing. */
export function answerError(
  error: unknown,
  { req }: Context,
  tell: (error: unknown) => void,
): Response {
  if (error instanceof HttpProblem) return problem(error.details);
  tell(error);
  // What the server lacks, whoever runs it reads in the log.
  if (error instanceof UsageError || error instanceof StorageError) {
    return problem({
      status: 503,
      title: "Not possible now",
      detail: "The server is not set up for it, or its disk doesn't take it: its log says why",
      headers: { "Retry-After": "60" },
    });
  }
  return problem({ status: 500, title: "Internal error", detail: `${req.method} failed` });
}

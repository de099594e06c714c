/**
 * Errors as clients get them: problem details (RFC 9457).
 *
 * @module
 */

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
  /** What is wrong this time, and what to do. */
  readonly detail?: string;
  readonly errors?: readonly RequestFault[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** A problem that has no type but its status is called as that is (RFC 9457 §4.2.1, RFC 9110 §15). */
function titleOf(status: number): string {
  return TITLES[status] ?? "Error";
}

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  421: "Misdirected Request",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/** The answer that tells of it. */
export function problem({ headers = {}, ...details }: ProblemDetails): Response {
  const title = titleOf(details.status);
  return new Response(JSON.stringify({ type: "about:blank", title, ...details }), {
    status: details.status,
    headers: { "Content-Type": "application/problem+json", ...headers },
  });
}

/** An error that ends the handling of a request. */
export class HttpProblem extends Error {
  override readonly name = "HttpProblem";

  constructor(readonly details: ProblemDetails) {
    super(details.detail ?? titleOf(details.status));
  }
}

/** Answers what a handler threw. Of what is no client's fault, clients are told nothing. */
export function answerError(
  error: unknown,
  tell: (error: unknown) => void,
): Response {
  if (error instanceof HttpProblem) return problem(error.details);
  tell(error);
  // What the server lacks, whoever runs it reads in the log.
  if (error instanceof UsageError || error instanceof StorageError) {
    return problem({
      status: 503,
      detail: "The server is not set up for it, or its disk doesn't take it: its log says why",
      headers: { "Retry-After": "60" },
    });
  }
  return problem({ status: 500 });
}

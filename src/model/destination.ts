/**
 * A destination as the stages see it: pure, never fetches.
 *
 * @module
 */

import type { HttpAnswer, Reason, Verdict } from "./answer.ts";
import type { Batch, Route } from "./batch.ts";
import type { PayloadStep } from "./plan.ts";
import type { PayloadWriter } from "./payload_writer.ts";
import type { Problem } from "./problem.ts";
import type { Value } from "./value.ts";

/** A destination's documented limits. */
export interface Limits {
  readonly rowsPerRequest: number;
  /** UTF-8 bytes of a whole request body. */
  readonly bytesPerRequest: number;
  /** UTF-8 bytes of one row's payload. */
  readonly bytesPerRow: number;
  /** Rows a second, or null where the API documents none. */
  readonly rowsPerSecond: number | null;
  /** Requests in stretches of time; each holds. */
  readonly requestLimits: readonly RequestLimit[];
  /** Requests in flight when nothing else is asked for. */
  readonly concurrency: number;
  /** How long an answer may take when nothing else is asked for, in milliseconds. */
  readonly answerMs: number;
}

/** Requests at most in any stretch of so many milliseconds. */
export interface RequestLimit {
  readonly requests: number;
  readonly ms: number;
}

/** One HTTP request but for its body, as a destination words it. */
export interface RequestHead {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What stands in a request's body around and between its rows' payloads. */
export interface Frame {
  readonly head: string;
  readonly separator: string;
  readonly tail: string;
}

/** How a destination hands out tokens, where it does. */
export interface TokenFlow {
  /** The request that asks for a token. */
  readonly request: RequestHead & { readonly body: string };
  /** Its body where that holds the time, epoch milliseconds. */
  bodyAt?(now: number): string;
  /**
   * Reads the token out of a 2xx answer.
   *
   * @throws {DestinationError} when the answer holds none.
   */
  read(answer: HttpAnswer): { readonly token: string; readonly expiresInMs: number };
}

/** How the end of a job is found out that an API made of a request. */
export interface ApiJobFlow {
  /** The longest wait between two questions, in milliseconds. */
  readonly intervalMs: number;
  /** How long the end is waited for, in milliseconds. */
  readonly longestMs: number;
  /** What is asked of a job first; null for an id that can be none. */
  first(id: string): ApiJobQuestion | null;
  request(question: ApiJobQuestion, token: string | null): RequestHead;
  /** What an answer to a question means for the rows of the job's request. */
  read(question: ApiJobQuestion, answer: HttpAnswer, batch: Batch): ApiJobNews;
}

/** A question about a job. */
export interface ApiJobQuestion {
  readonly id: string;
  readonly url: string;
  /** Answers by which the job has ended, so far; none while it runs. */
  readonly ended: readonly HttpAnswer[];
}

/** What is known of a job. */
export type ApiJobNews =
  /** It goes on; `afterMs` is what the API asked for, or null. */
  | { readonly kind: "running"; readonly afterMs: number | null }
  /** It has ended, and more is to be asked. */
  | { readonly kind: "ask"; readonly question: ApiJobQuestion }
  /** Nobody can say what became of its rows, nor of those of other jobs. */
  | ({ readonly kind: "lost" } & Reason)
  | Verdict;

/**
 * What an API drops when it is sent again: `rows`, in whichever request they come, as a resumed run may
 * cut them anew; whole `requests` with the very same rows; or `nothing`.
 */
export type DropsRepeats = "rows" | "requests" | "nothing";

/**
 * What an accepted answer confirms: that each row was taken, that the request was, that the rows stand in
 * a queue, or nothing of what becomes of them.
 */
export type Confirmation = "rows" | "request" | "queued" | "nothing";

/** A destination with its settings filled in: pure, never fetches. */
export interface Destination {
  readonly name: string;
  /** The API's name in every sentence about it. */
  readonly title: string;
  /** Values that the API may repeat, and that must not be told. */
  readonly secrets: readonly string[];
  /** Words that its mapping puts into every row, none of them secret: they may be told. */
  readonly ownWords?: readonly string[];
  /** What its requests' URLs begin with, without anything secret. */
  readonly address: string;
  readonly limits: Limits;
  /** What the API drops when it is sent once more under the same id. */
  readonly dropsRepeats: DropsRepeats;
  /** How payloads become the body of a request by this route. */
  frame(route: Route): Frame;
  /** Where accepted requests become jobs; left out where their answers tell all. */
  readonly apiJob?: ApiJobFlow;
  /** How bodies are packed, where they are; sizes are those before. */
  readonly packs?: "gzip";
  /** Null where requests carry their credentials themselves. */
  readonly login: TokenFlow | null;
  /** What its acceptance is worth, where that is known. */
  readonly confirms?: Confirmation;
  /** True when the body of a 2xx answer says which rows were taken. */
  readonly readsAcceptedBody: boolean;
  /**
   * Words the request that carries these rows; `token` comes from `login`.
   *
   * @param answered how often the API answered the very same rows that they are to come again: the
   * next request with them is another one to it.
   */
  request(batch: Batch, token: string | null, answered?: number): RequestHead;
  /** Says what an answer means, to the request of a batch or (null) to that for a token. */
  classify(answer: HttpAnswer, batch: Batch | null): Verdict;
}

/** An environment variable that a destination reads. */
export interface DestinationVariable {
  readonly name: string;
  /** True for keys, secrets and tokens: never logged, never recorded. */
  readonly secret: boolean;
  /** One line for `.env_sample` and `--help`. */
  readonly help: string;
  /** Its value where it is not set. */
  readonly default?: string;
}

/** The route of a row that was encoded, or why the destination would not take it. */
export type Encoded = Route | readonly Problem[];

/** A destination together with the encoder that words its rows. */
export interface Sink {
  readonly destination: Destination;
  /**
   * Writes the payload of the checked row that `writer` was begun with; `values` stand as
   * `CompiledMapping.outputs` do. What was written for a row with problems means nothing.
   */
  encode(values: readonly Value[], rowNumber: number, writer: PayloadWriter): Encoded;
  /**
   * What no other row of a request may have in common with this one; null where nothing is. Left out
   * where the API takes any rows together.
   */
  distinctKey?(values: readonly Value[]): string | null;
  /** What `encode` writes of most rows, by route 0, as data; not there where that can't be told. */
  readonly steps?: readonly PayloadStep[] | undefined;
}

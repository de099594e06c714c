/**
 * The nouns that the stages hand to one another. Data goes one way: reader → mapping → filter →
 * batcher → sender → journal → report. Stages meet in these types and don't import each other, but for
 * destinations, which know what a mapping is.
 *
 * @module
 */

import type { PayloadWriter } from "./payload_writer.ts";

/** A piece of the source as it was read: one character for each code unit, never decoded. */
export interface Block {
  /** Code units as a one-byte (latin1) string; for UTF-16 sources a two-byte string. */
  readonly text: string;
  /** Byte offset of the first unit in the (decompressed) source. */
  readonly offset: number;
  /** Bytes that one unit of `text` stands for: 1, or 2 for UTF-16. */
  readonly unitBytes: 1 | 2;
  /** True when the units of a UTF-16 source are big-endian on disk. */
  readonly bigEndian: boolean;
}

/** Where a record stands in the source. */
export interface Place {
  /** 1 for the first record below the header. Empty lines are not counted. */
  readonly number: number;
  /** Physical line on which the record starts; the file's first line is 1. */
  readonly line: number;
  /** Offset of the record's first byte in the (decompressed) source. */
  readonly start: number;
  /** Offset of the first byte after the record and its line end. */
  readonly end: number;
  /** The block that holds the record's bytes: the raw text is sliced from it when it is needed. */
  readonly block: Block;
}

/** One CSV record below the header. */
export interface Row extends Place {
  /** Decoded fields as they stood, not trimmed. Empty when `fault` is set. */
  readonly fields: readonly string[];
  /** What the reader found wrong with the record, or null. */
  readonly fault: Problem | null;
  /** Where the fields stand as they are: ASCII without a quote. Null for other records. */
  readonly verbatim: Verbatim | null;
  /** Index in `verbatim.starts` of where the first field starts. */
  readonly first: number;
}

/** Fields of several rows that stand in the source as they are. */
export interface Verbatim {
  /** The bytes of the rows' block: good until the reader is asked for more rows. */
  readonly bytes: Uint8Array;
  /** The same. */
  readonly view: DataView;
  /**
   * Where each field of a row starts in `bytes`, and one more: the row's field `i` goes from
   * `starts[first + i]` to the byte before `starts[first + i + 1]`, which is what parts them.
   */
  readonly starts: Int32Array;
  readonly columns: number;
}

/** A position between two rows, from which reading can go on. */
export interface Position {
  /** Number of the last row before this position; 0 before the first row. */
  readonly row: number;
  /** Byte offset in the (decompressed) source. */
  readonly offset: number;
  /** Physical line that starts at `offset`. */
  readonly line: number;
}

/** The stage at which a row was rejected, as `errors.jsonl` names it. */
export type Stage = "parse" | "check" | "send";

/** Something wrong with a row, told by position and code. */
export interface Problem {
  /** Stable kebab-case word, e.g. `invalid-date`. */
  readonly code: string;
  /** Header of the column at fault, or null when it is not one column's fault. */
  readonly column: string | null;
  /** One sentence for people. Never holds a row's values. */
  readonly message: string;
  /** Physical line of the trouble, where that is not the row's first line. */
  readonly line?: number;
  /** 0-based index of the field at fault, where there is one. */
  readonly field?: number;
  /** A cheap and sure correction. May hold the row's value: only `validate` may show it. */
  readonly suggestion?: string;
}

/** A row that is not delivered: the problems, and the bytes as they stood in the source. */
export interface Rejection {
  readonly row: number;
  readonly line: number;
  readonly stage: Stage;
  /** At least one; the first is the one that `errors.jsonl` leads with. */
  readonly problems: readonly Problem[];
  /** The record's bytes with its line end, exactly as in the source. */
  readonly raw: Uint8Array;
}

/** A cleaned and checked field value; `undefined` means empty, which is left out. */
export type Value = JsonValue | undefined;

/** A parsed JSON value. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/**
 * Rows that go in one request, in source order. Packed: as objects, the rows of all requests in
 * flight would be most of what the program holds, and of what the garbage collector copies.
 */
export interface Batch {
  /** How many rows. */
  readonly length: number;
  /** Which of the destination's endpoints takes them; 0 for destinations with one. */
  readonly route: number;
  /** The request's whole body. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** Where a row stands in the source. Rows count from 0 here. */
  place(index: number): Place;
  /** A row's own part of the body: JSON text. */
  payload(index: number): string;
  /** The rows with these indexes, which ascend, as a batch of their own. */
  pick(indexes: readonly number[]): Batch;
}

/** Rows that are settled together, and those of them that were decided without sending. */
export interface SpanRows {
  /** Ascending, disjoint, inclusive ranges of row numbers that this span settles. */
  readonly rows: RowRanges;
  /** Rows rejected by the reader or the mapping. */
  readonly rejections: readonly Rejection[];
  /** Rows that a filter left out. */
  readonly filtered: readonly FilteredRow[];
  /** A position in the source at or before which every row is in this span or an earlier one. */
  readonly at: SourceMark;
}

/**
 * Rows that go to the sender together: those of one request, and those around them that were decided
 * without sending. Together the spans of a run cover every row that was read, each once.
 */
export interface Span extends SpanRows {
  /** Rows to send, or null where there are none. */
  readonly batch: Batch | null;
}

/** Ascending, disjoint, inclusive `[first, last]` ranges of row numbers. */
export type RowRanges = readonly (readonly [first: number, last: number])[];

/** A row that a filter left out on purpose, and the rule that did it. */
export interface FilteredRow {
  readonly row: number;
  readonly rule: string;
}

/** A position in the source together with a digest of every byte before it. */
export interface SourceMark extends Position {
  /** Lower-case hex digest of the source's bytes `[0, offset)`; empty when not computed. */
  readonly digest: string;
}

/** A row that the destination did not take, and why. */
export interface Refusal {
  readonly place: Place;
  readonly problem: Problem;
}

/** A span, or a part of one, whose rows all have their outcome. */
export interface Settled {
  readonly span: SpanRows;
  /** How many of its rows the API took. */
  readonly accepted: number;
  /** Rows that the API refused (stage `send`), in source order. */
  readonly refused: readonly Refusal[];
  /** Rows that were sent, got no answer, and may or may not have arrived; in source order. */
  readonly unknown: readonly Refusal[];
}

/** How many rows of a run have which outcome. `read` is the sum of the others. */
export interface RowCounts {
  readonly read: number;
  readonly accepted: number;
  readonly filtered: number;
  readonly rejected: number;
  readonly unknown: number;
  /** Read, and not settled when the run stopped. 0 in a completed run. */
  readonly pending: number;
}

/** Paths of a run's files; null for those that are not there, since they would be empty. */
export interface RunPaths {
  readonly checkpoint: string | null;
  readonly rejected: string | null;
  readonly unknown: string | null;
  readonly errors: string | null;
}

/** What went over the wire. */
export interface RequestCounts {
  /** HTTP requests made for rows, each attempt counted. */
  readonly sent: number;
  /** How many of those repeated an earlier attempt. */
  readonly retried: number;
}

/** A destination's documented limits. */
export interface Limits {
  readonly rowsPerRequest: number;
  /** UTF-8 bytes of a whole request body. */
  readonly bytesPerRequest: number;
  /** UTF-8 bytes of one row's payload. */
  readonly bytesPerRow: number;
  /** Rows a second, or null where the API documents none. */
  readonly rowsPerSecond: number | null;
  /** Requests in flight when nothing else is asked for. */
  readonly concurrency: number;
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

/** An answer's headers; `get` takes names in any letters. `Headers` are such. */
export type AnswerHeaders = Pick<Headers, "get">;

/** An HTTP answer: its status, headers, and as much of its body as was read. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  /** Capped; empty where the body was not read. */
  readonly body: string;
  /** When the headers arrived, epoch milliseconds: a `Retry-After` date is read against it. */
  readonly receivedAt?: number;
}

/** What an answer means for the rows of its request. Decided by a destination, without effects. */
export type Verdict =
  /** `quotaUsed` is the share of the rate limit that is used, where the API says so: 1 is all. */
  | { readonly kind: "accepted"; readonly quotaUsed?: number }
  /** Per-row results, in the order of the request's rows; null is accepted. */
  | { readonly kind: "partial"; readonly results: readonly (RowVerdict | null)[] }
  /** Try the same bytes again; `afterMs` is what the API asked for, or null. */
  | { readonly kind: "retry"; readonly reason: string; readonly afterMs: number | null }
  /** The request was refused for its content: one row, and it is bad; several, and it is split. */
  | { readonly kind: "refused"; readonly problem: Problem }
  /** The credentials are no longer good: authenticate again, once. */
  | { readonly kind: "unauthorized"; readonly reason: string }
  /** The credentials will not do: stop with exit code 4. */
  | { readonly kind: "forbidden"; readonly reason: string }
  /**
   * Nothing is wrong with the rows, and trying again will not help: stop with exit code 3. `taken`
   * says that some of the rows may have been taken; false unless given.
   */
  | { readonly kind: "broken"; readonly reason: string; readonly taken?: boolean };

/** What a per-row result means for its row. */
export type RowVerdict =
  | { readonly kind: "refused"; readonly problem: Problem }
  | { readonly kind: "retry"; readonly reason: string };

/** How a destination hands out tokens, where it does. */
export interface TokenFlow {
  /** The request that asks for a token. */
  readonly request: RequestHead & { readonly body: string };
  /**
   * Reads the token out of a 2xx answer.
   *
   * @throws {DestinationError} when the answer holds none.
   */
  read(answer: HttpAnswer): { readonly token: string; readonly expiresInMs: number };
}

/**
 * What an API drops when it is sent again: `rows`, in whichever request they come, as a resumed run may
 * cut them anew; whole `requests` with the very same rows; or `nothing`.
 */
export type DropsRepeats = "rows" | "requests" | "nothing";

/** A destination with its settings filled in: pure, never fetches. */
export interface Destination {
  readonly name: string;
  /** What its requests' URLs begin with, without anything secret. */
  readonly address: string;
  readonly limits: Limits;
  /** What the API drops when it is sent once more under the same id. */
  readonly dropsRepeats: DropsRepeats;
  /** How payloads become the body of a request by this route. */
  frame(route: number): Frame;
  /** Null where requests carry their credentials themselves. */
  readonly login: TokenFlow | null;
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
export interface Variable {
  readonly name: string;
  /** True for keys, secrets and tokens: never logged, never recorded. */
  readonly secret: boolean;
  /** One line for `.env_sample` and `--help`. */
  readonly help: string;
}

/** The route of a row that was encoded, or why the destination would not take it. */
export type Encoded = number | readonly Problem[];

/** A destination together with the encoder that words its rows. */
export interface Connection {
  readonly destination: Destination;
  /**
   * Writes the payload of the checked row that `writer` was begun with; `values` stand as
   * `CompiledMapping.outputs` do. What was written for a row with problems means nothing.
   */
  encode(values: readonly Value[], rowNumber: number, writer: PayloadWriter): Encoded;
}

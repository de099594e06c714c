/**
 * The lines of `checkpoint.jsonl`: what each kind holds, and the checksum that ends each of them.
 * Lines hold offsets, counts and digests, never row values and never a secret.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { RequestCounts, RowCounts } from "../model/outcome.ts";
import type { Position, RowRanges, SourceMark } from "../model/row.ts";
import type { Confirmation } from "../model/destination.ts";
import type { TargetId } from "../model/target.ts";
import type { JsonValue } from "../model/value.ts";
import { crc32, crcHex } from "./crc.ts";
import type { SourceId } from "../model/run_scope.ts";

/** The version of the format that this program writes, and the only one that it reads. */
export const FORMAT_VERSION = 1;

/** The part of a file that a run is about, where it isn't all of it. */
export interface ShardFacts {
  /** From 1. */
  readonly index: number;
  readonly count: number;
  /** Where the first row starts: row 0, so that the shard's rows are numbered from 1. */
  readonly start: Position;
  /** Offset of the first byte that belongs to no row of the shard. */
  readonly end: number;
  /** Digest of the bytes `[start, end)`, which must not change before the run is complete. */
  readonly digest: string;
}

/** What is known of the source of a run. */
export interface SourceFacts extends SourceId {
  /** How it is read: `file`, `gzip` or `stream`. */
  readonly kind: string;
  /** Bytes when the run was started, or null where that is not known. */
  readonly size: number | null;
  /** Null when the run is about the whole source. */
  readonly shard: ShardFacts | null;
  /**
   * Where the first row starts (row 0), in a run of what was appended to a file whose beginning an
   * earlier run imported; its digest is that of this beginning.
   */
  readonly start?: SourceMark;
}

/** The source's header, as `rejected.csv` repeats it and as the reader goes on from it. */
export interface HeaderFacts {
  /** Base64 of the source's first bytes up to the first row: BOM, header line, line end. */
  readonly bytes: string;
  /** Base64 of what `rejected.csv` begins with, where that is something else. */
  readonly rejectedHead?: string;
  /** Base64 of the line end that a last row without one gets, in the source's encoding. */
  readonly lineEnd: string;
  /** The position after the header. */
  readonly end: Position;
  /** What the reader needs to read on as it began: encoding, delimiter and the like. */
  readonly reader: JsonValue;
}

/** The run whose `rejected.csv` or `unknown.csv` is this run's source. */
export interface ParentRun {
  readonly runId: string;
  readonly checkpoint: string;
  /** True when row n of this source is known to be the n-th row that the parent wrote there. */
  readonly sameRows: boolean;
}

/** First line: what the run is. */
export interface RunHeader {
  readonly type: "run";
  readonly version: typeof FORMAT_VERSION;
  readonly runId: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly pid: number;
  readonly source: SourceFacts;
  readonly destination: string;
  /** Where the rows go. Absent in runs of before 0.1.0, whose settings tell it. */
  readonly target?: TargetId;
  /** What the API's acceptance is worth. Absent where that is not known. */
  readonly confirms?: Confirmation;
  /** The settings that a resumed run keeps; never a secret. */
  readonly settings: { readonly [name: string]: JsonValue };
  readonly mapping: { readonly file: string | null; readonly digest: string };
  /** What the rows' ids at the destination begin with; differs between any two runs anywhere. */
  readonly idPrefix: string;
  readonly header: HeaderFacts;
  /** `rejected.csv`, or the absolute path that a copy of it is to have if that is free. */
  readonly rejectedFile: string;
  readonly parent: ParentRun | null;
  /** True when it was started by `--restart`: earlier runs of a pipe are given up by it. */
  readonly restart?: boolean;
}

/** Length in bytes and CRC-32 (8 hex digits) of a file at some moment. */
export interface Extent {
  readonly bytes: number;
  readonly crc: string;
}

/** What the run's other files held when a line was written. */
export interface Extents {
  readonly rejectedCsv: Extent;
  readonly errorsJsonl: Extent;
  /** Left out of a line as long as no row is unknown. */
  readonly unknownCsv: Extent;
}

/** A file that holds nothing yet. */
export const EMPTY: Extent = { bytes: 0, crc: "00000000" };

/** How many rows have which outcome. */
export interface OutcomeCounts {
  readonly accepted: number;
  readonly filtered: number;
  readonly rejected: number;
  readonly unknown: number;
}

/** What a run comes to when it stops or ends, over all its resumes. */
export interface Totals {
  readonly rows: RowCounts;
  readonly requests: RequestCounts;
  /** Bytes of request bodies. */
  readonly bytesSent: number;
  readonly durationMs: number;
  /** The source as it was imported; absent in a stop, and in runs of before 0.1.0. */
  readonly source?: ImportedSource;
}

/** A source that was imported to its end. */
export interface ImportedSource {
  /** Bytes and digest of all of it; null where a row was left out that was still being written. */
  readonly whole: { readonly size: number; readonly digest: string } | null;
  /** Behind the last row that has its outcome; null where there is none. */
  readonly at: SourceMark | null;
}

interface Recorded extends Extents {
  /**
   * Offset in `checkpoint.jsonl`: the lines before it, and what they count in the other files, were
   * known to be on the disk itself when this line was written.
   */
  readonly synced: number;
}

/** Rows that have their outcome. */
export interface SpanLine extends OutcomeCounts, Recorded {
  readonly type: "span";
  /** When they had it: ISO 8601, UTC. Absent in runs of before 0.1.0. */
  readonly time?: string;
  readonly rows: RowRanges;
  readonly at: SourceMark;
}

/**
 * A request is about to go out whose rows would be doubled by sending them in another one. It is in
 * doubt until its rows are settled, all of them or some, or come back; a later one with the same rows
 * takes its place. Written without a sync: it outlives the process, not the power.
 */
export interface SentLine {
  readonly type: "sent";
  readonly rows: RowRanges;
  /** How often the API answered that all of these rows are to come again. */
  readonly answered: number;
  /** Of its body, where a resumed run is to have the very same bytes; else null. */
  readonly body: Extent | null;
  /** The job that the API made of it, which a resumed run asks for in place of sending it again. */
  readonly apiJob?: string;
}

/** The API did not take these rows, which were sent in one request: they may be sent in any other. */
export interface ReturnedLine {
  readonly type: "returned";
  readonly rows: RowRanges;
}

/** The run stopped, and can be resumed. */
export interface StopLine extends Recorded {
  readonly type: "stop";
  /** ISO 8601, UTC. */
  readonly time: string;
  /** One sentence. */
  readonly reason: string;
  readonly totals: Totals;
  /** As in the run line, or in the resume line that replaced it. */
  readonly rejectedFile: string;
}

/** The run goes on, in another process. */
export interface ResumeLine extends Recorded {
  readonly type: "resume";
  readonly time: string;
  readonly pid: number;
  /** As in the run line, which it replaces. */
  readonly rejectedFile: string;
}

/** Every row has its outcome. Nothing follows this line. */
export interface EndLine extends Recorded {
  readonly type: "end";
  readonly time: string;
  readonly totals: Totals;
  readonly rejectedFile: string;
}

/** Any line of `checkpoint.jsonl`. */
export type Line =
  | RunHeader
  | SpanLine
  | SentLine
  | ReturnedLine
  | StopLine
  | ResumeLine
  | EndLine;

/**
 * The bytes of a line: one JSON object whose last key holds the CRC-32 of all that precedes it.
 */
export function encodeLine(line: Line): Uint8Array {
  const json = JSON.stringify(
    line,
    (key, value) => key === "unknownCsv" && value.bytes === 0 ? undefined : value,
  );
  const bytes = encoder.encode(`${json.slice(0, -1)}${ZERO_SUFFIX}\n`);
  const split = bytes.length - ZERO_SUFFIX.length - 1;
  const crc = crcHex(crc32(bytes.subarray(0, split)));
  encoder.encodeInto(crc, bytes.subarray(split + ZERO_SUFFIX.indexOf("0")));
  return bytes;
}

const encoder = new TextEncoder();
const SUFFIX = /^,"crc":"([0-9a-f]{8})"\}$/;
const ZERO_SUFFIX = `,"crc":"00000000"}`;

/** Reads a line, given without its line feed; null when it is damaged. */
export function decodeLine(bytes: Uint8Array): Record<string, unknown> | null {
  const split = bytes.length - ZERO_SUFFIX.length;
  if (split < 1) return null;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const crc = SUFFIX.exec(view.toString("latin1", split))?.[1];
  if (crc === undefined || crc !== crcHex(crc32(view.subarray(0, split)))) return null;
  try {
    return JSON.parse(view.toString());
  } catch {
    return null;
  }
}

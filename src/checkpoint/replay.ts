/**
 * Replaying `checkpoint.jsonl`: bytes → the state of the run, or what is wrong with the file.
 * Without effects, and in memory that doesn't grow with the number of lines.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { RowRanges, SourceMark } from "../model/row.ts";
import { REJECTED_FILE } from "./folders.ts";
import { RequestsInDoubt } from "./in_doubt.ts";
import {
  decodeLine,
  EMPTY,
  type EndLine,
  type Extents,
  FORMAT_VERSION,
  type Line,
  type ResumeLine,
  type RunHeader,
  type SpanLine,
  type StopLine,
  type Totals,
} from "./lines.ts";
import { countRows } from "../model/row_ranges.ts";
import { areRowRanges, RangeSet } from "./ranges.ts";
import type { Replayed, RunState, TailEntry } from "./state.ts";

export type { Replayed, RunState } from "./state.ts";

interface BadLine {
  readonly number: number;
  readonly start: number;
  /** Holes that a power cut leaves in a file are zeros; no line holds one. */
  readonly zeros: boolean;
  readonly what: string;
}

const LINE_FEED = 0x0a;

/** True when the bytes hold a whole line and more: a line feed was lost, which no tear does. */
function isJoined(bytes: Uint8Array): boolean {
  return /,"crc":"[0-9a-f]{8}"\}[^,]/.test(Buffer.from(bytes).toString("latin1"));
}

/** Takes a checkpoint's bytes in pieces of any size, and in the end tells the run's state. */
export class Replay {
  readonly #onLine: ((line: Line) => void) | undefined;
  #partial: Uint8Array[] = [];
  #offset = 0;
  #lines = 0;
  #bad: BadLine | null = null;
  #refused: { line: number; what: string } | null = null;
  #version: number = FORMAT_VERSION;

  #run: RunHeader | null = null;
  #last: Line | null = null;
  #totals: Totals | null = null;
  #changedAt = "";
  #rejectedFile = "";
  #copied: RunState["copied"] = null;
  #extents: Extents = { rejectedCsv: EMPTY, errorsJsonl: EMPTY, unknownCsv: EMPTY };
  #proven: Extents = this.#extents;
  #tail: TailEntry[] = [];
  readonly #settled = new RangeSet();
  readonly #inDoubt = new RequestsInDoubt();
  readonly #counts = { accepted: 0, filtered: 0, rejected: 0, unknown: 0 };
  /** Marks beyond the watermark. */
  #marks: SourceMark[] = [];
  /** The watermark for which `#marks` was last gone through. */
  #marked = 0;
  #resumeAt: SourceMark | null = null;
  #settledTo: SourceMark | null = null;

  /** @param onLine is shown each sound line. */
  constructor(onLine?: (line: Line) => void) {
    this.#onLine = onLine;
  }

  /** Takes the file's next bytes. */
  push(bytes: Uint8Array): void {
    let from = 0;
    for (;;) {
      const to = bytes.indexOf(LINE_FEED, from);
      if (to === -1) break;
      const piece = bytes.subarray(from, to);
      this.#line(this.#partial.length > 0 ? Buffer.concat([...this.#partial, piece]) : piece);
      this.#partial = [];
      from = to + 1;
    }
    if (from < bytes.length) this.#partial.push(bytes.slice(from));
  }

  /** Tells what the bytes pushed so far come to. */
  finish(): Replayed {
    if (this.#version !== FORMAT_VERSION) return { kind: "version", version: this.#version };
    const rest = Buffer.concat(this.#partial);
    if (!this.#bad && !rest.includes(0) && isJoined(rest)) {
      return { kind: "damaged", line: this.#lines + 1, what: "it is damaged" };
    }
    if (this.#bad && rest.length > 0) this.#judge(this.#bad, null);
    if (this.#refused) return { kind: "damaged", ...this.#refused };
    const run = this.#run;
    if (run === null) return { kind: "empty" };
    const last = this.#last;
    const status = last?.type === "end"
      ? "completed"
      : last?.type === "stop"
      ? "stopped"
      : "running";
    return {
      kind: "state",
      proven: this.#proven,
      tail: this.#tail,
      clean: status !== "running" && this.#bad === null && this.#partial.length === 0,
      state: {
        run,
        status,
        reason: last?.type === "stop" ? last.reason : null,
        totals: this.#totals,
        changedAt: this.#changedAt,
        settled: this.#settled,
        counts: this.#counts,
        watermark: this.#settled.watermark,
        resumeAt: this.#resumeAt,
        settledTo: this.#settledTo,
        rejectedFile: this.#rejectedFile,
        copied: this.#copied,
        extents: this.#extents,
        inDoubt: this.#inDoubt.requests,
        validBytes: this.#bad?.start ?? this.#offset,
      },
    };
  }

  #line(bytes: Uint8Array): void {
    const start = this.#offset;
    this.#offset += bytes.length + 1;
    this.#lines++;
    if (this.#refused || this.#version !== FORMAT_VERSION) return;
    const line = decodeLine(bytes) as Line | null;
    if (this.#bad) {
      this.#judge(this.#bad, line);
      return;
    }
    const what = line === null ? "it is damaged" : this.#apply(line, start);
    if (what === null) return this.#onLine?.(line as Line);
    const zeros = bytes.includes(0);
    this.#bad = { number: this.#lines, start, zeros, what };
    // A line with a good checksum is no torn one: what it says is wrong, wherever it stands.
    if (line !== null || (!zeros && isJoined(bytes))) this.#refused = { line: this.#lines, what };
  }

  /** Another line after a bad one: that is no torn end, unless a power cut left a hole. */
  #judge(bad: BadLine, later: Line | null): void {
    const synced = later !== null && "synced" in later ? later.synced : 0;
    if (bad.zeros && synced <= bad.start) return;
    this.#refused = { line: bad.number, what: bad.what };
  }

  /** Takes a good line; says what is wrong with it, or null. */
  #apply(line: Line, start: number): string | null {
    if (line.type === "run") {
      if (this.#run) return "a run begins there a second time";
      if (line.version !== FORMAT_VERSION) this.#version = line.version;
      this.#run = line;
      this.#changedAt = line.createdAt;
      this.#rejectedFile = line.rejectedFile;
      this.#last = line;
      return null;
    }
    if (this.#run === null) return "the run's first line is missing";
    if (this.#last?.type === "end") return "it stands after the end of the run";
    switch (line.type) {
      case "span": {
        const what = this.#addSpan(line);
        if (what !== null) return what;
        this.#changedAt = line.time ?? this.#changedAt;
        break;
      }
      case "sent":
      case "returned":
        if (!areRowRanges(line.rows)) return "its rows are no ranges";
        if (line.type === "sent") this.#inDoubt.sent(line);
        else this.#inDoubt.returned(line.rows);
        this.#last = line;
        return null;
      case "stop":
      case "end":
        this.#totals = line.totals;
        this.#changedAt = line.time;
        this.#rejectedFile = line.rejectedFile;
        this.#copied = line.rejectedFile === REJECTED_FILE || line.rejectedCsv.bytes === 0
          ? null
          : { path: line.rejectedFile, extent: line.rejectedCsv };
        break;
      case "resume":
        this.#changedAt = line.time;
        this.#rejectedFile = line.rejectedFile;
        break;
      default:
        return "it is of an unknown type";
    }
    this.#prove(line, start);
    this.#last = line;
    return null;
  }

  #addSpan(line: SpanLine): string | null {
    const { rows, accepted, filtered, rejected, unknown } = line;
    if (!areRowRanges(rows)) return "its rows are no ranges";
    if (countRows(rows) !== accepted + filtered + rejected + unknown) {
      return "its counts don't add up";
    }
    if (this.#add(rows) !== countRows(rows)) return "it settles rows that were settled before";
    this.#counts.accepted += accepted;
    this.#counts.filtered += filtered;
    this.#counts.rejected += rejected;
    this.#counts.unknown += unknown;
    this.#inDoubt.settled(rows);
    this.#mark(line.at);
    return null;
  }

  #add(rows: RowRanges): number {
    let added = 0;
    for (const [first, last] of rows) added += this.#settled.add(first, last);
    return added;
  }

  #mark(at: SourceMark): void {
    this.#marks.push(at);
    if (at.offset >= (this.#settledTo?.offset ?? 0)) this.#settledTo = at;
    const watermark = this.#settled.watermark;
    // While one request is retried for minutes, thousands of later spans may pile up behind it.
    if (watermark === this.#marked && at.row > watermark) return;
    this.#marked = watermark;
    const beyond: SourceMark[] = [];
    for (const mark of this.#marks) {
      if (mark.row > watermark) beyond.push(mark);
      else if (mark.offset >= (this.#resumeAt?.offset ?? 0)) this.#resumeAt = mark;
    }
    this.#marks = beyond;
  }

  /** Notes what the other files held, and which of that is now known to be on the disk. */
  #prove(line: SpanLine | StopLine | ResumeLine | EndLine, start: number): void {
    const { rejectedCsv, errorsJsonl, unknownCsv = EMPTY } = line;
    this.#extents = { rejectedCsv, errorsJsonl, unknownCsv };
    if (line.type !== "span") { // These are written after a sync, and before anything else.
      this.#proven = this.#extents;
      this.#tail = [];
      return;
    }
    let proved = 0;
    while ((this.#tail[proved]?.end ?? Infinity) <= line.synced) proved++;
    this.#proven = this.#tail[proved - 1]?.extents ?? this.#proven;
    if (proved > 0) this.#tail.splice(0, proved);
    this.#tail.push({ start, end: this.#offset, extents: this.#extents });
  }
}

/**
 * The journal of a run: appends each settled span to the run's files, at once, and syncs them in
 * the background.
 *
 * **What a killed process costs.** Nothing that was settled: every span is handed to the operating
 * system before `append` returns. The requests in flight are sent again.
 *
 * **What a power cut costs.** Files are synced (rows, then errors, then the checkpoint) 200 ms after
 * the first unsynced span, or at the 256th, whichever is first; the next sync waits for the one before
 * it, and `append` waits when 512 spans are unsynced. So the spans of the last 200 ms and of the sync in
 * progress, never more than 512, may be forgotten and are sent again on resume. None is skipped: a span
 * that outlived the rows that it counts in other files is recognised by the lengths and checksums in
 * its line, and forgotten too. A stop, an end and a resume are synced before they are reported.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Io } from "../io.ts";
import type { DiskFullError } from "../model/errors.ts";
import { PayloadWriter } from "../model/payload_writer.ts";
import { countFiltered, type OutgoingRequest } from "../model/batch.ts";
import type { RunPaths, Settled } from "../model/outcome.ts";
import type { Rejection } from "../model/problem.ts";
import type { RowRanges } from "../model/row.ts";
import type { AppendFile } from "./append_file.ts";
import { crc32, crcHex } from "./crc.ts";
import type { LazyFile } from "./lazy_file.ts";
import {
  encodeLine,
  type Extents,
  type Line,
  type OutcomeCounts,
  type RunHeader,
  type Totals,
} from "./lines.ts";
import type { RunLock } from "./lock.ts";
import { countRows } from "../model/row_ranges.ts";
import type { Reserve } from "./reserve.ts";
import { Syncer } from "./syncer.ts";
import { REJECTED_FILE } from "./folders.ts";
import { RejectedCopies, type RejectedCopy } from "./rejected_copy.ts";
import { errorLines, rowBytes } from "./rejects.ts";
import { JournalWriter } from "./writer.ts";

/** Records a run while it goes on. */
export interface Journal {
  readonly runId: string;
  readonly run: RunHeader;
  readonly folder: string;
  readonly files: RunPaths & { readonly checkpoint: string };
  /** Set once the disk was full: what is in flight can still be recorded, and no more be sent. */
  readonly full: DiskFullError | null;
  /** Rows with an outcome so far, over all resumes. */
  readonly counts: OutcomeCounts;
  /**
   * Records rows that have their outcome. When it returns, they survive the end of the process.
   *
   * @param rejections every row of the span that was rejected at any stage, in source order, with its
   * bytes.
   * @param unknown its unknown rows in the same form.
   * @throws {StorageError} when they can't be recorded, or an earlier sync failed: nothing more
   * may be sent then.
   */
  append(
    settled: Settled,
    rejections: readonly Rejection[],
    unknown: readonly Rejection[],
  ): Promise<void>;
  /**
   * Writes down that a request goes out whose rows would be doubled by sending them in another one.
   *
   * @throws {StorageError} when that can't be written: it must not be sent then.
   */
  sent(request: OutgoingRequest): Promise<void>;
  /**
   * Writes down that such a request was not taken.
   *
   * @throws {StorageError} when that can't be written.
   */
  returned(rows: RowRanges): Promise<void>;
  /**
   * Records that the run stops, so that it is on the disk itself.
   *
   * @param reason one sentence; it must hold neither row values nor secrets.
   * @throws {StorageError} when that can't be recorded. The run can be resumed all the same.
   */
  stop(reason: string, totals: Totals): Promise<void>;
  /**
   * Records that every row has its outcome.
   *
   * @throws {Error} when the totals don't add up or differ from what was recorded.
   * @throws {StorageError} when that can't be recorded.
   */
  end(totals: Totals): Promise<void>;
  /** Closes the files and releases the lock. May be called again. */
  close(): Promise<void>;
}

/** What a journal works with. It closes and releases all of it. */
export interface JournalParts {
  readonly run: RunHeader;
  readonly folder: string;
  readonly checkpoint: AppendFile;
  readonly rejected: LazyFile;
  readonly unknown: LazyFile;
  readonly errors: LazyFile;
  readonly counts: OutcomeCounts;
  /** The copy of the rejected rows that an earlier part of the run made elsewhere, if it did. */
  readonly copied: RejectedCopy | null;
  readonly lock: RunLock;
  /** Room for the end on a full disk; null where there was none. */
  readonly reserve: Reserve | null;
  /** What `sourceRow` is for row n, at n - 1; null where that can't be told. */
  readonly sourceRows: readonly number[] | null;
}

/** The journal on files. */
export class FileJournal implements Journal {
  readonly run: RunHeader;
  readonly runId: string;
  readonly folder: string;
  readonly counts: { accepted: number; filtered: number; rejected: number; unknown: number };
  readonly #lineEnd: Uint8Array;
  readonly #rows = new PayloadWriter();
  readonly #syncer: Syncer;
  readonly #writer: JournalWriter;
  readonly #copies: RejectedCopies;
  #closed = false;

  constructor(private readonly io: Io, private readonly parts: JournalParts) {
    this.run = parts.run;
    this.runId = parts.run.runId;
    this.folder = parts.folder;
    this.counts = { ...parts.counts };
    const { run: { rejectedFile, runId }, copied } = parts;
    this.#copies = new RejectedCopies(io.files, rejectedFile, runId, copied);
    this.#lineEnd = Buffer.from(parts.run.header.lineEnd, "base64");
    this.#syncer = new Syncer(io, parts);
    this.#writer = new JournalWriter(parts, this.#syncer, parts.reserve);
  }

  get full(): DiskFullError | null {
    return this.#writer.full;
  }

  get files(): Journal["files"] {
    const { checkpoint, rejected, unknown, errors } = this.parts;
    return {
      checkpoint: checkpoint.path,
      rejected: this.#copies.path ?? rejected.path,
      unknown: unknown.path,
      errors: errors.path,
    };
  }

  async append(
    settled: Settled,
    rejections: readonly Rejection[],
    unknown: readonly Rejection[],
  ): Promise<void> {
    const { parts } = this;
    const counts = {
      accepted: settled.accepted,
      filtered: countFiltered(settled.span.filtered),
      rejected: rejections.length,
      unknown: unknown.length,
    };
    assertSum(countRows(settled.span.rows), counts);
    this.#syncer.assertSound();
    try {
      if (counts.rejected > 0 && !parts.rejected.isReady) await parts.rejected.ready();
      if (counts.unknown > 0 && !parts.unknown.isReady) await parts.unknown.ready();
      if (counts.rejected + counts.unknown > 0 && !parts.errors.isReady) await parts.errors.ready();
    } catch (error) {
      throw this.#syncer.fail(error);
    }
    if (this.#syncer.isFull) await this.#syncer.room();
    const { rows, at } = settled.span;
    // Rows, then why, then the checkpoint: a span counts only what stands in the other files, in this
    // order here and in each sync. No type holds that; a resumed run relies on it.
    const mended = this.#writer.write(() => {
      this.#writeRows(rejections, unknown);
      const time = new Date(this.io.now()).toISOString();
      const span = { type: "span", time, rows, ...counts, at, ...this.#recorded() } as const;
      parts.checkpoint.write(encodeLine(span));
    });
    if (mended) await mended;
    for (const outcome of OUTCOMES) this.counts[outcome] += counts[outcome];
    this.#syncer.noteSpan();
  }

  async sent({ rows, answered, body, apiJob }: OutgoingRequest): Promise<void> {
    if (this.full) throw this.full;
    const extent = body && { bytes: body.length, crc: crcHex(crc32(body)) };
    await this.#append({ type: "sent", rows, answered, body: extent, ...(apiJob && { apiJob }) });
  }

  returned(rows: RowRanges): Promise<void> {
    return this.#append({ type: "returned", rows });
  }

  async #append(line: Line): Promise<void> {
    await this.#writer.write(() => this.parts.checkpoint.write(encodeLine(line)));
  }

  async stop(reason: string, totals: Totals): Promise<void> {
    const time = new Date(this.io.now()).toISOString();
    // Where the copy fails, the rows are in the run's folder all the same.
    await this.#finish(async () => {
      const rejectedFile = await this.#copyRejected().catch(() => REJECTED_FILE);
      return { type: "stop", time, reason, totals, rejectedFile, ...this.#recorded() };
    });
  }

  async end(totals: Totals): Promise<void> {
    const { read, pending } = totals.rows;
    assertSum(read, totals.rows);
    const differs = OUTCOMES.some((outcome) => totals.rows[outcome] !== this.counts[outcome]);
    if (differs || pending !== 0) {
      throw new Error(
        `The run's totals ${JSON.stringify(totals.rows)} differ from the checkpoint's ${
          JSON.stringify(this.counts)
        }`,
      );
    }
    const time = new Date(this.io.now()).toISOString();
    await this.#finish(async () => {
      const rejectedFile = await this.#copyRejected();
      return { type: "end", time, totals, rejectedFile, ...this.#recorded() };
    });
  }

  async close(): Promise<void> {
    await this.#syncer.stop();
    if (this.#closed) return;
    this.#closed = true;
    this.parts.checkpoint.close();
    this.parts.rejected.close();
    this.parts.unknown.close();
    this.parts.errors.close();
    this.parts.reserve?.close();
    this.parts.lock.release();
  }

  #recorded(): Extents & { synced: number } {
    const { rejected, errors, unknown } = this.parts;
    return {
      rejectedCsv: rejected.extent,
      errorsJsonl: errors.extent,
      unknownCsv: unknown.extent,
      synced: this.#syncer.syncedTo,
    };
  }

  #writeRows(rejections: readonly Rejection[], unknown: readonly Rejection[]): void {
    const { rejected, errors } = this.parts;
    if (rejections.length > 0) rejected.write(rowBytes(rejections, this.#lineEnd, this.#rows));
    if (unknown.length > 0) {
      this.parts.unknown.write(rowBytes(unknown, this.#lineEnd, this.#rows));
    }
    if (rejections.length + unknown.length > 0) {
      errors.write(errorLines(rejections, unknown, this.parts.sourceRows));
    }
  }

  #copyRejected(): Promise<string> {
    const { path, extent } = this.parts.rejected;
    return this.#copies.make(path, extent);
  }

  /** Syncs everything, then appends the line of a stop or end and syncs that. */
  async #finish(line: () => Promise<Line>): Promise<void> {
    await this.#syncer.stop();
    this.#syncer.assertSound();
    const { checkpoint } = this.parts;
    const before = checkpoint.extent;
    try {
      await this.#syncer.sync();
      await this.#append(await line());
      await checkpoint.sync();
    } catch (error) {
      this.#syncer.fail(error);
      await checkpoint.cutBack(before).catch(() => {});
      throw error;
    }
  }
}

const OUTCOMES = ["accepted", "filtered", "rejected", "unknown"] as const;

function assertSum(rows: number, counts: OutcomeCounts): void {
  const { accepted, filtered, rejected, unknown } = counts;
  const sum = accepted + filtered + rejected + unknown;
  if (sum === rows) return;
  throw new Error(`${rows} rows have ${sum} outcomes: ${JSON.stringify(counts)}`);
}

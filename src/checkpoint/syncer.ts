/**
 * When a run's files are synced: in the background, a while after they were written.
 *
 * @module
 */

import type { Io } from "../io.ts";
import type { AppendFile } from "./append_file.ts";
import type { LazyFile } from "./lazy_file.ts";

const SYNC_AFTER_MS = 200;
const SYNC_AFTER_SPANS = 256;
const WAIT_AFTER_SPANS = 512;

/** The files of a run. */
export interface RunFiles {
  readonly checkpoint: AppendFile;
  readonly rejected: LazyFile;
  readonly unknown: LazyFile;
  readonly errors: LazyFile;
}

/** Syncs the files of a run, one sync at a time, and remembers the first failure of any of them. */
export class Syncer {
  #syncedTo: number;
  #failure: unknown = null;
  #unsyncedSpans = 0;
  #running: Promise<void> | null = null;
  #timer: AbortController | null = null;
  #stopped = false;

  constructor(private readonly io: Pick<Io, "sleep">, private readonly files: RunFiles) {
    this.#syncedTo = files.checkpoint.extent.bytes;
  }

  /** Offset in the checkpoint up to which everything is on the disk itself. */
  get syncedTo(): number {
    return this.#syncedTo;
  }

  /** Takes note of a failure, after which nothing more may be written. */
  fail(error: unknown): unknown {
    return this.#failure ??= error;
  }

  /** Throws the first failure, if there was one. */
  assertSound(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  /** True when a span must wait for `room`. */
  get isFull(): boolean {
    return this.#unsyncedSpans >= WAIT_AFTER_SPANS && this.#running !== null;
  }

  /** Waits until another span may be written, or a sync has failed. */
  async room(): Promise<void> {
    while (this.isFull) await this.#running;
  }

  /** Takes note of a span that was written, and sees to it that it will be synced. */
  noteSpan(): void {
    this.#unsyncedSpans++;
    this.#plan();
  }

  /** Brings to the disk itself what was written before the call, rows first. */
  async sync(): Promise<void> {
    const { checkpoint, rejected, unknown, errors } = this.files;
    const upTo = checkpoint.extent.bytes;
    const spans = this.#unsyncedSpans;
    for (const file of [rejected, unknown, errors, checkpoint]) {
      await file.sync();
      await file.assertThere();
    }
    this.#syncedTo = upTo;
    this.#unsyncedSpans -= spans;
  }

  /** Plans no more syncs, and waits for the one in progress. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#endTimer();
    await this.#running;
  }

  #plan(): void {
    if (this.#running || this.#stopped) return;
    if (this.#unsyncedSpans >= SYNC_AFTER_SPANS) return this.#start();
    if (this.#timer) return;
    const timer = this.#timer = new AbortController();
    this.io.sleep(SYNC_AFTER_MS, timer.signal).then(() => {
      if (!timer.signal.aborted) this.#start();
    });
  }

  #start(): void {
    this.#endTimer();
    this.#running = this.sync().catch((error) => {
      this.fail(error);
    }).finally(() => {
      this.#running = null;
      if (this.#unsyncedSpans > 0 && this.#failure === null) this.#plan();
    });
  }

  #endTimer(): void {
    this.#timer?.abort();
    this.#timer = null;
  }
}

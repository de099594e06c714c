/**
 * Single records on their way to one target: they are kept in files, and each file is an ordinary run
 * of its own. What comes while a run goes on, goes out with the next one.
 *
 * @module
 */

import { appendFailedRows, type FailedRows } from "../jobs/failed_rows.ts";
import { importFile } from "../jobs/import.ts";
import { resumeFile } from "../jobs/resume.ts";
import { forgetRunsOf, runsOfSource, type RunSummary } from "../jobs/own_source.ts";
import type { OneRecord } from "../jobs/record.ts";
import { type RecordVerdict, SingleRecords } from "../jobs/single_records.ts";
import { type Target, targetFor } from "../jobs/target.ts";
import type { Settings } from "../config/settings.ts";
import { errorMessage, UsageError } from "../model/errors.ts";
import { unlessAborted } from "../model/abort.ts";
import { jobSetup, type ServerSetup } from "./job_setup.ts";
import type { RecordKeys } from "./record_keys.ts";
import { type RecordKey, recordLine, Spool } from "./spool.ts";
import { cutToWholeLines } from "./whole_lines.ts";

/** How long records wait for others that come at the same time, in milliseconds. */
const LINGER_MS = 300;

/** How long a file waits that could not be sent, and the longest that it does. */
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;

/** A checker knows what time it was when it was made: ages of dates, say. */
const CHECKER_MS = 3_600_000;
const MOST_CHECKERS = 50;

/** Whom a record's filter lets through, in years; undefined as the server's settings say. */
export interface Ages {
  readonly minAge?: number | undefined;
  readonly maxAge?: number | undefined;
}

/** Everything an outbox is made of. */
export interface OutboxParts {
  readonly server: ServerSetup;
  /** Holds its files, and nothing else. */
  readonly folder: string;
  readonly target: Target;
  readonly settings: Pick<Settings, "to" | "mapping" | "sandbox">;
  /** The columns of its records. */
  readonly header: readonly string[];
  readonly keys: RecordKeys;
  /** Where rows are also kept that could not be sent; null where nowhere. */
  readonly failedRows: Pick<FailedRows, "folder" | "columns"> | null;
}

/** A file that nothing is added to any more. */
interface SealedFile {
  readonly path: string;
  readonly records: number;
  readonly bytes: number;
}

/** What becomes of a file: `stuck` is one that the settings don't let go on, or the log folder. */
type Fate = "done" | "later" | "stuck";

/** Takes records to one target. */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #spool: Spool;
  readonly #checkers = new Map<string, { readonly checker: SingleRecords; readonly at: number }>();
  /** The one that is sent or comes next, first. */
  readonly #sealed: SealedFile[] = [];
  #arrival = Promise.withResolvers<null>();

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    const { server: { io }, folder, header, keys } = parts;
    this.#spool = new Spool(io, { folder, head: recordLine(header), keys });
  }

  /** Takes up the files that an earlier process left. */
  async takeUp(): Promise<void> {
    const { folder, server: { io } } = this.#parts;
    for (const name of await io.files.list(folder)) {
      if (!name.endsWith(".csv")) continue;
      const path = `${folder}/${name}`;
      const lines = await cutToWholeLines(io.files, path);
      const { size: bytes } = await io.files.stat(path);
      this.#sealed.push({ path, records: Math.max(0, lines - 1), bytes });
    }
  }

  /** Records that are kept and not settled, as far as is known here. */
  get waiting(): number {
    return this.#sealed.reduce((sum, { records }) => sum + records, this.#spool.records);
  }

  /** Bytes of the files with them. */
  get bytes(): number {
    return this.#sealed.reduce((sum, { bytes }) => sum + bytes, this.#spool.bytes);
  }

  /** What would become of a record. @throws {UsageError} when the target's settings are wrong. */
  async check(record: OneRecord, ages: Ages): Promise<RecordVerdict> {
    return (await this.#checker(ages)).check(record);
  }

  /**
   * Keeps a record for sending: it is on the disk when this returns.
   *
   * @throws {StorageError} when it can't be kept.
   */
  async keep({ row }: OneRecord, key: RecordKey | null): Promise<void> {
    await this.#spool.append(recordLine(row.fields), key);
    this.#arrival.resolve(null);
  }

  /** Sends what is kept, until the server is told to stop. */
  async deliver(): Promise<void> {
    const { io, signals: { stop } } = this.#parts.server;
    /** How many of the files could not be sent, one after the other. */
    let failed = 0;
    let pauseMs = FIRST_PAUSE_MS;
    let fate: Fate = "done";
    while (!stop.aborted) {
      const next = failed < this.#sealed.length ? this.#sealed[0] : undefined;
      if (next === undefined) {
        await this.#wait(fate, failed > 0 ? pauseMs : null);
        if (failed > 0) pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
        failed = 0;
        await io.sleep(LINGER_MS, stop);
        if (!stop.aborted) await this.#seal();
        continue;
      }
      fate = await this.#send(next.path);
      this.#sealed.shift();
      if (fate === "done") {
        failed = 0;
        pauseMs = FIRST_PAUSE_MS;
      } else {
        failed++;
        this.#sealed.push(next);
      }
    }
  }

  /** Waits for a record, or as long as a file is to wait; null where none does. */
  async #wait(fate: Fate, pauseMs: number | null): Promise<void> {
    const { io, signals: { stop } } = this.#parts.server;
    // Where an API is down, there is no hurry with what comes.
    if (fate === "later" && pauseMs !== null) return await io.sleep(pauseMs, stop);
    if (pauseMs === null) return void await unlessAborted(stop, () => this.#arrival.promise);
    const arrived = new AbortController();
    void this.#arrival.promise.then(() => arrived.abort());
    await io.sleep(pauseMs, AbortSignal.any([arrived.signal, stop]));
  }

  /** Closes the file that is written; what it holds goes out when the server is started again. */
  async close(): Promise<void> {
    await this.#spool.seal();
  }

  async #seal(): Promise<void> {
    this.#arrival = Promise.withResolvers();
    const { records, bytes } = this.#spool;
    const paths = await this.#spool.seal();
    this.#sealed.push(
      ...paths.map((path, at) => ({ path, records: at === 0 ? records : 0, bytes })),
    );
  }

  async #checker({ minAge, maxAge }: Ages): Promise<SingleRecords> {
    const { server, target, settings, header } = this.#parts;
    const now = server.io.monotonic();
    const key = `${minAge}-${maxAge}`;
    const known = this.#checkers.get(key);
    if (known && now - known.at < CHECKER_MS) return known.checker;
    const setup = jobSetup(server, {
      settings: {
        ...settings,
        ...(minAge === undefined ? {} : { minAge }),
        ...(maxAge === undefined ? {} : { maxAge }),
      },
      ownSource: "plain",
    });
    const checker = await SingleRecords.open(setup, targetFor(setup, target), header);
    if (this.#checkers.size >= MOST_CHECKERS) this.#checkers.clear();
    this.#checkers.set(key, { checker, at: now });
    return checker;
  }

  /** Sends a file's records, or goes on with that. */
  async #send(path: string): Promise<Fate> {
    const { server, settings } = this.#parts;
    const log = server.log.of("intake");
    try {
      if (await cutToWholeLines(server.io.files, path) < 2) {
        await server.io.files.remove(path); // Its first record was never kept.
        return "done";
      }
      const run = await this.#runOf(path);
      if (run?.standing !== "completed") {
        const setup = jobSetup(server, {
          // Its records were let through when they came, each by ages of its own.
          settings: { ...settings, minAge: 0, maxAge: Number.MAX_SAFE_INTEGER, again: true },
          ownSource: "plain",
        });
        const { stop } = run ? await resumeFile(setup, run.folder) : await importFile(setup, path);
        if (stop) {
          log.warning("Records wait: {reason}", { reason: stop.reason });
          return "later";
        }
      }
      await this.#settle(path);
      return "done";
    } catch (error) {
      if (server.signals.stop.aborted) return "later";
      log.error("Records in {path} wait: {reason}", { path, reason: errorMessage(error) });
      // Settings that don't fit any more must not hold up what comes after.
      return error instanceof UsageError ? "stuck" : "later";
    }
  }

  async #runOf(path: string): Promise<RunSummary | null> {
    return (await runsOfSource(this.#parts.server.io, this.#source(path))).at(-1) ?? null;
  }

  #source(path: string) {
    const { server, target } = this.#parts;
    return { path, logDir: server.settings.logDir, destination: target.definition.name };
  }

  /** Removes what is done with. What could not be sent stays, as the rejected rows of its run. */
  async #settle(path: string): Promise<void> {
    const { server: { io }, target: { mapping }, failedRows } = this.#parts;
    const run = await this.#runOf(path);
    if (run && failedRows) await appendFailedRows(io, run, { ...failedRows, mapping });
    await io.files.remove(path);
    const isClean = !run || run.rows.rejected + run.rows.unknown === 0;
    if (isClean) await forgetRunsOf(io, this.#source(path));
  }
}

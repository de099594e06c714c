/**
 * The imports of the server: those that run, those that wait, and those that were.
 *
 * @module
 */

import { StorageError } from "../model/errors.ts";
import { describeFileError } from "../model/file_errors.ts";
import {
  appendImportLine,
  type ImportRequest,
  type KnownImport,
  readImport,
} from "./import_file.ts";
import { ImportJob } from "./import_job.ts";
import { ID_PATTERN } from "./ids.ts";
import type { ServerSetup } from "./job_setup.ts";
import { KEPT_MS } from "./record_keys.ts";
import type { Targets } from "./targets.ts";
import { type QueuePlace, WorkQueue } from "./work_queue.ts";

/** All imports that the server knows. */
export class ImportQueue {
  readonly #server: ServerSetup;
  readonly #targets: Targets;
  readonly #folder: string;
  readonly #imports = new Map<string, ImportJob>();
  readonly #running = new Set<Promise<void>>();
  /** The last import of the same rows that waits or runs: the next one has to know what it sent. */
  readonly #sameRows = new Map<string, Promise<void>>();
  /** Its places are shared with other work that reads files. */
  readonly places: WorkQueue;

  private constructor(server: ServerSetup, targets: Targets, folder: string) {
    this.#server = server;
    this.#targets = targets;
    this.#folder = folder;
    const { jobs, queue } = server.settings;
    this.places = new WorkQueue({ atOnce: jobs, mayWait: queue });
  }

  /**
   * Finds the imports that an earlier process left.
   *
   * @throws {StorageError} when the folder can't be used.
   */
  static async open(server: ServerSetup, targets: Targets, folder: string): Promise<ImportQueue> {
    const queue = new ImportQueue(server, targets, folder);
    const { files } = server.io;
    try {
      await files.makeFolder(folder, 0o700);
      for (const id of await files.list(folder)) {
        if (ID_PATTERN.test(id)) await queue.#takeUp(id);
      }
    } catch (error) {
      throw new StorageError(`Cannot use ${folder}: ${describeFileError(error)}`, { cause: error });
    }
    return queue;
  }

  /** All of them, the newest first. */
  list(): ImportJob[] {
    return [...this.#imports.values()].reverse();
  }

  get(id: string): ImportJob | null {
    return this.#imports.get(id) ?? null;
  }

  /** The import that a client's key was given with. */
  byKey(key: string): ImportJob | null {
    for (const job of this.#imports.values()) if (job.request.key?.value === key) return job;
    return null;
  }

  /** How many run, and how many wait, those included whose file is on its way. */
  counts(): { readonly waiting: number; readonly running: number } {
    const { waiting, running } = this.places;
    return { waiting, running };
  }

  /** Age of the oldest that runs or waits, in seconds; 0 where none does. */
  oldestSeconds(): number {
    for (const { isActive, request } of this.#imports.values()) {
      if (isActive) return (this.#server.io.now() - Date.parse(request.createdAt)) / 1000;
    }
    return 0;
  }

  /** Those that neither ended nor were stopped by a client. */
  unfinished(): ImportJob[] {
    return [...this.#imports.values()].filter((job) => job.isResumable && !job.end?.byClient);
  }

  /** Makes the folder of an import that is about to come. */
  async prepare(id: string): Promise<string> {
    const folder = `${this.#folder}/${id}`;
    await this.#server.io.files.makeFolder(folder, 0o700);
    return folder;
  }

  /** Removes the folder of an import that did not come. */
  async discard(id: string): Promise<void> {
    await this.#server.io.files.remove(`${this.#folder}/${id}`, { recursive: true })
      .catch(() => {});
  }

  /**
   * Takes an import on, whose file is there; it is on record when this returns.
   *
   * @throws {StorageError} when it can't be.
   */
  async add(place: QueuePlace, request: ImportRequest): Promise<ImportJob> {
    const folder = `${this.#folder}/${request.id}`;
    const { files } = this.#server.io;
    await appendImportLine(files, folder, { type: "import", version: 1, request });
    await files.syncFolder(this.#folder);
    const job = this.#know(folder, { request, end: null });
    await this.#start(place, job);
    return job;
  }

  /** Has an import go on that can. */
  async resume(place: QueuePlace, job: ImportJob): Promise<void> {
    await this.#start(place, job);
  }

  /** Waits until nothing runs any more, after the server was told to stop. */
  async close(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #start(place: QueuePlace, job: ImportJob): Promise<void> {
    await job.enqueue().catch((error) => {
      place.release();
      throw error;
    });
    const rows = this.#rowsOf(job);
    const before = this.#sameRows.get(rows);
    const carryOut = () => place.run(() => job.carryOut(this.#unfinishedBefore(job)));
    const done = before ? before.then(carryOut) : carryOut();
    this.#running.add(done);
    this.#sameRows.set(rows, done);
    done.finally(() => {
      this.#running.delete(done);
      if (this.#sameRows.get(rows) === done) this.#sameRows.delete(rows);
    });
  }

  /** An import of the same rows that came earlier and can go on. */
  #unfinishedBefore(job: ImportJob): ImportJob | null {
    const rows = this.#rowsOf(job);
    for (const other of this.#imports.values()) {
      if (other === job) break;
      if (other.isResumable && this.#rowsOf(other) === rows) return other;
    }
    return null;
  }

  /** What tells rows, and where they go. Those of rehearsals, and of what is sent again, are its own. */
  #rowsOf({ request: { id, sha256 = id, target, settings } }: ImportJob): string {
    const { again, sandbox = this.#server.settings.sandbox, minAge, maxAge, where } = settings;
    return again || sandbox ? id : JSON.stringify([sha256, target, minAge, maxAge, where]);
  }

  #know(folder: string, known: KnownImport): ImportJob {
    const job = new ImportJob({ server: this.#server, targets: this.#targets, folder }, known);
    this.#imports.set(job.request.id, job);
    return job;
  }

  /** True for one without a run that is as old as keys get: nothing else would ever remove it. */
  #isForgotten({ request: { createdAt }, end }: KnownImport): boolean {
    const hasNoRun = end?.state === "refused" || end?.state === "unchanged";
    return hasNoRun && this.#server.io.now() - Date.parse(createdAt) > KEPT_MS;
  }

  async #takeUp(id: string): Promise<void> {
    const folder = `${this.#folder}/${id}`;
    const { files } = this.#server.io;
    const known = await readImport(files, folder);
    // What was never answered is nobody's, and what is known of a run goes with it.
    const runFolder = known?.end?.state === "completed" ? known.end.folder : null;
    const isGone = runFolder !== null && !await files.stat(runFolder).then(() => true, () => false);
    if (known === null || isGone || this.#isForgotten(known)) return await this.discard(id);
    const job = this.#know(folder, known);
    // Its process may have died before it did so.
    if (!job.isResumable) await files.remove(known.request.path).catch(() => {});
  }
}

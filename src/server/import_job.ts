/**
 * One import of the server: how it stands, and the run that does it.
 *
 * @module
 */

import { importFile } from "../jobs/import.ts";
import { appendFailedRows } from "../jobs/failed_rows.ts";
import { resumeFile } from "../jobs/resume.ts";
import { runsOfSource, type RunSummary } from "../jobs/own_source.ts";
import type { StopSignals } from "../jobs/stopping.ts";
import { CancelledError, errorMessage, StoppedError, UsageError } from "../model/errors.ts";
import { RunInProgressError } from "../model/errors.ts";
import type { RunEvent } from "../model/run_events.ts";
import { renderRunJson, type RunResult } from "../report/summary.ts";
import {
  appendImportLine,
  type EndState,
  type ImportEnd,
  type ImportRequest,
  type KnownImport,
} from "./import_file.ts";
import { jobSetup, type ServerSetup } from "./job_setup.ts";
import type { Targets } from "./targets.ts";

/**
 * How an import stands. `interrupted`: it neither ended nor stopped when the server's process did, and
 * nobody had it go on since.
 */
export type ImportState = EndState | "queued" | "running" | "interrupted";

/** Watches an import; called without an event when it ended or stopped. */
export type ImportWatcher = (event: RunEvent | null) => void;

/** What imports have in common. */
export interface ImportParts {
  readonly server: ServerSetup;
  readonly targets: Targets;
  /** Holds the import's file, and the upload. */
  readonly folder: string;
}

/** An import. */
export class ImportJob {
  readonly request: ImportRequest;
  readonly #parts: ImportParts;
  #state: ImportState;
  #end: ImportEnd | null;
  #live: Extract<RunEvent, { kind: "settled" }> | null = null;
  #stop = new AbortController();
  readonly #watchers = new Set<ImportWatcher>();

  constructor(parts: ImportParts, { request, end }: KnownImport) {
    this.#parts = parts;
    this.request = request;
    this.#end = end;
    this.#state = end?.state ?? "interrupted";
  }

  get state(): ImportState {
    return this.#state;
  }

  /** How it ended or stopped last; null while it has not. */
  get end(): ImportEnd | null {
    return this.#end;
  }

  /** What the run that goes on has settled so far. */
  get live(): Extract<RunEvent, { kind: "settled" }> | null {
    return this.#live;
  }

  /** True while it waits or runs. */
  get isActive(): boolean {
    return this.#state === "queued" || this.#state === "running";
  }

  /** True when it can go on. */
  get isResumable(): boolean {
    return ["stopped", "interrupted", "failed"].includes(this.#state);
  }

  /** Tells what happens from now on, until the returned function is called. */
  watch(watcher: ImportWatcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** It waits for its turn from now on. */
  async enqueue(): Promise<void> {
    const { server: { io }, folder } = this.#parts;
    const before = { state: this.#state, end: this.#end };
    this.#stop = new AbortController();
    this.#end = null;
    this.#live = null;
    this.#state = "queued"; // At once: somebody else may ask for the same.
    if (before.end === null) return;
    try {
      const time = new Date(io.now()).toISOString();
      await appendImportLine(io.files, folder, { type: "begin", time });
    } catch (error) {
      this.#state = before.state;
      this.#end = before.end;
      throw error;
    }
  }

  /** Has it stop in good order, at a client's wish. */
  stop(): void {
    this.#stop.abort();
  }

  /** Its run; null where none was begun. */
  async run(): Promise<RunSummary | null> {
    const { server: { io, settings } } = this.#parts;
    const destination = await this.#destination();
    const source = { logDir: settings.logDir, path: this.request.path, destination };
    return (await runsOfSource(io, source)).at(-1) ?? null;
  }

  /**
   * Carries it to its end, or to where it stops. Never throws.
   *
   * @param twin An earlier import of the same rows that can go on: they are not sent beside it.
   */
  async carryOut(twin: ImportJob | null): Promise<void> {
    const { server } = this.#parts;
    if (server.signals.stop.aborted) {
      this.#state = "interrupted";
      this.#tell(null);
      return;
    }
    if (!this.#stop.signal.aborted) this.#state = "running";
    const end = await this.#outcome(twin);
    try {
      await this.#record(end);
    } catch (error) {
      server.log.of("imports").error("{id}: {reason}", {
        id: this.request.id,
        reason: errorMessage(error),
      });
    }
    this.#end = end;
    this.#state = end.state;
    this.#tell(null);
  }

  async #outcome(twin: ImportJob | null): Promise<ImportEnd> {
    const stopped = this.#stop.signal;
    const byClient = () => stopped.aborted && !this.#parts.server.signals.stop.aborted;
    const none = { byClient: false, result: null, folder: null };
    try {
      if (stopped.aborted) throw new CancelledError();
      const done = await this.run();
      if (done?.standing === "completed") return ofSummary(done);
      if (done === null && twin !== null) throw unfinishedBefore(twin);
      const result = await this.#import();
      const reason = byClient() ? "A client stopped it" : this.#named(reasonOf(result));
      return {
        state: result.stop ? "stopped" : result.unchanged ? "unchanged" : "completed",
        byClient: byClient(),
        reason,
        result: numbersOf(result, reason),
        folder: result.unchanged ? null : (await this.run())?.folder ?? null,
      };
    } catch (error) {
      const reason = this.#named(errorMessage(error));
      const folder = (await this.run().catch(() => null))?.folder ?? null;
      if (error instanceof CancelledError) {
        const why = byClient() ? "A client stopped it" : reason;
        return { ...none, state: "stopped", byClient: byClient(), reason: why, folder };
      }
      // A run that can't go on now, since the server's settings changed, say, still can later.
      const isRefused = error instanceof UsageError && folder === null;
      if (isRefused) return { ...none, state: "refused", reason, folder };
      const isExpected = error instanceof StoppedError || error instanceof RunInProgressError ||
        error instanceof UsageError;
      if (isExpected) return { ...none, state: "stopped", reason, folder };
      const { log } = this.#parts.server;
      log.of("imports").error("{id} failed: {reason}", { id: this.request.id, reason });
      return { ...none, state: "failed", reason: "Internal error", folder };
    }
  }

  async #import(): Promise<RunResult> {
    const { server, targets } = this.#parts;
    const { request } = this;
    // That was a stop to look at the first rows: what goes on, goes to the end.
    const { stopAfter, ...settings } = request.settings;
    const begun = await this.run();
    const signals = signalsOf(server, this.#stop.signal);
    try {
      const setup = jobSetup(server, {
        settings: {
          ...settings,
          ...(stopAfter === undefined || begun ? {} : { stopAfter }),
          ...targets.settingsOf(request.target),
          // What was imported there before stays as it is.
          skipIfImported: !settings.again,
        },
        flags: request.flags.filter((name) => name !== "stopAfter" || !begun),
        ownSource: "given",
        signals,
        observer: (event) => {
          if (event.kind === "settled") this.#live = event;
          this.#tell(event);
        },
      });
      return begun ? await resumeFile(setup, begun.folder) : await importFile(setup, request.path);
    } finally {
      signals.dispose();
    }
  }

  /** Puts the end on record, and removes the upload of what can't go on. */
  async #record(end: ImportEnd): Promise<void> {
    const { server: { io, settings: { rejectedFolder } }, targets, folder } = this.#parts;
    const { failedColumns: columns, path, target } = this.request;
    if (end.state === "completed" && columns !== null && rejectedFolder !== undefined) {
      const run = await this.run();
      const { mapping } = await targets.find(target);
      if (run) await appendFailedRows(io, run, { folder: rejectedFolder, mapping, columns });
    }
    const time = new Date(io.now()).toISOString();
    await appendImportLine(io.files, folder, { type: "end", time, end });
    if (end.state === "stopped" || end.state === "failed") return;
    await io.files.remove(path).catch(() => {});
  }

  async #destination(): Promise<string> {
    return (await this.#parts.targets.find(this.request.target)).definition.name;
  }

  /** A sentence with the client's name of the file in place of the server's path. */
  #named<Reason extends string | null>(reason: Reason): Reason | string {
    return reason === null ? reason : reason.replaceAll(this.request.path, this.request.name);
  }

  #tell(event: RunEvent | null): void {
    for (const watcher of this.#watchers) watcher(event);
  }
}

/** The signals of one import: the server's, and a client's. */
function signalsOf(
  { io, signals, settings: { grace } }: ServerSetup,
  stopped: AbortSignal,
): StopSignals & { dispose(): void } {
  const over = new AbortController();
  const kill = new AbortController();
  const killLater = () =>
    io.sleep(grace, over.signal).then(() => over.signal.aborted || kill.abort());
  if (stopped.aborted) killLater();
  stopped.addEventListener("abort", killLater);
  return {
    stop: AbortSignal.any([signals.stop, stopped]),
    kill: AbortSignal.any([signals.kill, kill.signal]),
    get signal() {
      return signals.signal ?? (stopped.aborted ? "SIGTERM" : null);
    },
    dispose() {
      over.abort();
      stopped.removeEventListener("abort", killLater);
    },
  };
}

function unfinishedBefore({ request: { id } }: ImportJob): UsageError {
  return new UsageError(
    `The same file came before, and its import can go on: post to /v1/imports/${id}/resume, or send ` +
      "all of it once more with again=true",
  );
}

function reasonOf({ stop, unchanged }: RunResult): string | null {
  return stop?.reason ?? unchanged ?? null;
}

/** The numbers of a result, without what is nobody's business but the server's. */
function numbersOf(result: RunResult, reason: string | null): Record<string, unknown> {
  const { command: _command, exitCode: _code, source: _source, files: _files, ...numbers } = JSON
    .parse(renderRunJson({ ...result, reason, exitCode: 0 }));
  return numbers;
}

/** The end of a run that was complete when its server died. */
function ofSummary({ folder, run, runId, rows }: RunSummary): ImportEnd {
  const { destination = "", target = null } = run ?? {};
  const result = { status: "completed", reason: null, runId, destination, target, rows };
  return { state: "completed", byClient: false, reason: null, result, folder };
}

/**
 * What the server keeps on the disk: records that wait, and imports. It is there again when the server
 * is.
 *
 * @module
 */

import { errorMessage, RunInProgressError, StorageError, UsageError } from "../model/errors.ts";
import { describeFileError } from "../model/file_errors.ts";
import type { Io } from "../io.ts";
import type { StopSignals } from "../jobs/stopping.ts";
import { ImportQueue } from "./import_queue.ts";
import { RecordIntake } from "./intake.ts";
import type { ServerSetup } from "./job_setup.ts";
import { Targets } from "./targets.ts";

/** All of it, and where rows may go. */
export interface ServerState {
  readonly targets: Targets;
  readonly imports: ImportQueue;
  readonly intake: RecordIntake;
}

/** As long as it is in use; disposed of when nothing is sent any more. */
export type OpenState = ServerState & AsyncDisposable;

/**
 * Takes up what an earlier process left. Single records go on; imports only where the settings say so.
 *
 * @throws {UsageError} when a mapping can't be read, or the log folder can't be written.
 * @throws {RunInProgressError} when another server uses the log folder.
 * @throws {StorageError} when what is there can't be read.
 */
export async function openState(given: ServerSetup): Promise<OpenState> {
  const { io, settings: { logDir, mappings } } = given;
  const over = new AbortController();
  const setup = { ...given, signals: endedBy(given.signals, over.signal) };
  const folder = `${logDir}/serve`;
  const lock = await lockFolder(io, folder);
  try {
    const targets = await Targets.open(io, mappings);
    const imports = await ImportQueue.open(setup, targets, `${folder}/imports`);
    const intake = await RecordIntake.open(setup, targets, folder);
    await takeUpImports(setup, imports);
    return {
      targets,
      imports,
      intake,
      async [Symbol.asyncDispose]() {
        over.abort();
        await Promise.all([imports.close(), intake.close()]);
        lock[Symbol.dispose]();
      },
    };
  } catch (error) {
    lock[Symbol.dispose]();
    if (error instanceof UsageError || error instanceof StorageError) throw error;
    throw new StorageError(`Cannot use ${folder}: ${errorMessage(error)}`, { cause: error });
  }
}

/** The same signals, and one more that has everything stop. */
function endedBy(signals: StopSignals, over: AbortSignal): StopSignals {
  return {
    stop: AbortSignal.any([signals.stop, over]),
    kill: signals.kill,
    get signal() {
      return signals.signal;
    },
  };
}

/** Goes on with unfinished imports, or says that they are there. */
async function takeUpImports(
  { log, settings: { resume } }: ServerSetup,
  imports: ImportQueue,
): Promise<void> {
  for (const job of imports.unfinished()) {
    const { id, name } = job.request;
    if (resume) await imports.resume(imports.places.take({ isOwn: true }), job);
    const fate = resume ? "goes on" : "is unfinished, and waits to be resumed";
    log.of("imports").warning("The import {id} of {name} {fate}", { id, name, fate });
  }
}

/** One server at a time uses a folder. The lock ends with the process. */
async function lockFolder({ files }: Pick<Io, "files">, folder: string): Promise<Disposable> {
  const open = async () => {
    await files.makeFolder(folder, 0o700);
    return await files.open(`${folder}/lock`, { write: true, create: true, mode: 0o600 });
  };
  const file = await open().catch((error) => {
    throw new UsageError(`Cannot write to ${folder}: ${describeFileError(error)}`, {
      cause: error,
      remedy: { code: "choose-other", setting: "logDir", what: "folder" },
    });
  });
  if (await file.tryLock()) return { [Symbol.dispose]: () => file.close() };
  file.close();
  throw new RunInProgressError(`Another server uses ${folder}`, "");
}

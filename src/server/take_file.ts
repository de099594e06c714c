/**
 * A posted file on its way to an import of its own: once for each key.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { assertSetUp } from "../jobs/single_records.ts";
import type { ServerContext } from "./context.ts";
import { keyOf, keyOfAnother, keyUnderWay } from "./idempotency.ts";
import type { ImportRequest } from "./import_file.ts";
import type { ImportJob } from "./import_job.ts";
import type { ImportQueue } from "./import_queue.ts";
import { newId } from "./ids.ts";
import { jobSetup } from "./job_setup.ts";
import type { UploadedFile } from "./upload.ts";
import type { QueuePlace } from "./work_queue.ts";

/** An import that was taken on, now or when the same request came before. */
export interface TakenImport {
  readonly job: ImportJob;
  readonly isReplay: boolean;
}

/** What is known of an import when its file is there. */
export type ReceivedFile =
  & Pick<ImportRequest, "path" | "target" | "settings" | "flags" | "parent" | "failedColumns">
  & {
    readonly file: UploadedFile;
    /** What was said of it: the same text for the same. */
    readonly text: string;
  };

/** Keys of requests that are under way. */
const underWay = new WeakMap<ImportQueue, Set<string>>();

/**
 * Takes on the import of a file.
 *
 * @param receive Receives it, and says what is to be done with it.
 * @throws {HttpProblem} when the queue is full, or another request had the client's key.
 */
export async function takeFile(
  context: ServerContext,
  request: Request,
  receive: (id: string) => Promise<ReceivedFile>,
): Promise<TakenImport> {
  const key = keyOf(request);
  if (key === null) return await takeOnce(context, receive, null);
  const keys = underWay.get(context.imports) ?? new Set();
  underWay.set(context.imports, keys);
  if (keys.has(key)) throw keyUnderWay();
  keys.add(key);
  try {
    return await takeOnce(context, receive, key);
  } finally {
    keys.delete(key);
  }
}

async function takeOnce(
  context: ServerContext,
  receive: (id: string) => Promise<ReceivedFile>,
  key: string | null,
): Promise<TakenImport> {
  const { io, imports } = context;
  const known = key === null ? null : imports.byKey(key);
  const place: QueuePlace | null = known ? null : imports.places.take();
  const id = newId(io);
  let received: ReceivedFile | null = null;
  let job: ImportJob | null = null;
  try {
    received = await receive(id);
    const { file, text, ...parts } = received;
    const same = createHash("sha256").update(`${file.sha256} ${text}`).digest("hex");
    if (known) return replayed(known, same);
    if (place === null) throw new Error("An import without a place");
    await assertReady(context, received);
    job = await imports.add(place, {
      ...parts,
      id,
      createdAt: new Date(io.now()).toISOString(),
      name: file.name,
      bytes: file.bytes,
      sha256: file.sha256,
      key: key === null ? null : { value: key, request: same },
    });
    return { job, isReplay: false };
  } finally {
    if (job === null) {
      place?.release();
      if (received) await io.files.remove(received.path).catch(() => {});
      await imports.discard(id);
    }
  }
}

/** Refuses a file whose rows could not be sent, whatever stands in it: it would be taken in vain. */
async function assertReady(
  context: ServerContext,
  { target, settings: { sandbox } }: ReceivedFile,
): Promise<void> {
  const settings = sandbox === undefined ? {} : { sandbox };
  const setup = jobSetup(context, { settings, ownSource: "given" });
  await assertSetUp(setup, await context.targets.find(target));
}

function replayed(job: ImportJob, same: string): TakenImport {
  if (job.request.key?.request === same) return { job, isReplay: true };
  throw keyOfAnother();
}

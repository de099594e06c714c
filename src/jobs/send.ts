/**
 * `send`: one record through the same mapping, checks and delivery as a file's rows.
 *
 * @module
 */

import { newIdPrefix } from "../checkpoint/folders.ts";
import { UsageError } from "../model/errors.ts";
import { describeFileError } from "../model/file_errors.ts";
import type { Io } from "../io.ts";
import type { MappingFile } from "../mapping/schema.ts";
import type { RunResult } from "../report/summary.ts";
import type { Problem } from "../model/problem.ts";
import { unlessStopped } from "./stopping.ts";
import { deliverRun } from "./deliver.ts";
import { inferDestination } from "./infer_destination.ts";
import { compileFor } from "./input.ts";
import { type OneRecord, recordOfJson, recordOfPairs } from "./record.ts";
import { openSandbox } from "./sandbox.ts";
import type { JobSetup } from "./setup.ts";
import { chooseTarget, variablesFor } from "./target.ts";
import { targetIdOf } from "./target_of_run.ts";
import { unrecorded } from "./unrecorded.ts";

/** A record as it is given: columns and values, or a JSON object on standard input. */
export type RecordGiven =
  | { readonly kind: "pairs"; readonly pairs: readonly string[] }
  | { readonly kind: "json" };

/**
 * Sends one record.
 *
 * @throws {UsageError} when the record names no columns of the mapping, or a setting is wrong.
 */
export async function sendRecord(
  setup: JobSetup,
  record: RecordGiven,
): Promise<RunResult> {
  const { io, settings } = setup;
  const target = await chooseTarget(io, inferDestination(setup, settings), settings.mapping);
  const reading = readRecord(setup, target.mapping, record);
  const { header, row } = await unlessStopped(setup.signals, reading);
  await using sandbox = await openSandbox(io, target, settings);
  const variables = variablesFor(target, setup, sandbox);
  const mapping = await compileFor(io, { ...setup, target }, header, "the record");
  const sink = target.definition.createSink({
    variables,
    mapping,
    idPrefix: newIdPrefix(io),
    single: true,
    insecureHttp: settings.insecureHttp ?? false,
    now: io.now(),
  });
  const rows = [[row]];
  const problems: Problem[] = [];
  const result = await deliverRun({
    setup,
    command: "send",
    source: { given: "-", path: "-", name: "one record" },
    target,
    targetId: targetIdOf(target, variables, settings),
    variables,
    input: {
      reader: { read: () => Promise.resolve(rows.pop() ?? null) },
      size: null,
      mapping,
      sink,
    },
    journal: unrecorded(problems),
    problems: null,
    limits: { ...sink.destination.limits, rowsPerRequest: [1] },
    digest: null,
    earlier: null,
  });
  return { ...result, problems };
}

async function readRecord(
  { io }: JobSetup,
  mapping: MappingFile,
  record: RecordGiven,
): Promise<OneRecord> {
  if (record.kind === "pairs") return recordOfPairs(mapping, record.pairs);
  return recordOfJson(mapping, await readText(io));
}

/** Standard input, which must be UTF-8: no character is put in the place of others. */
async function readText(io: Pick<Io, "stdin">): Promise<string> {
  const bytes = await new Response(io.stdin.readable).bytes().catch((error) => {
    throw new UsageError(`Cannot read standard input: ${describeFileError(error)}`);
  });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new UsageError("Standard input is not UTF-8: give the JSON object in that encoding", {
      cause: error,
    });
  }
}

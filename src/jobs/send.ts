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
import { unlessStopped } from "../cli/signals.ts";
import { deliverRun } from "./deliver.ts";
import { compileFor } from "./input.ts";
import { type OneRecord, recordOfJson, recordOfPairs } from "./record.ts";
import { openSandbox } from "./sandbox.ts";
import type { RunSetup } from "./setup.ts";
import { chooseTarget, variablesFor } from "./target.ts";
import { unrecorded } from "./unrecorded.ts";

/**
 * Sends one record, given by `--set` or, when `input` is `-`, as JSON on standard input.
 *
 * @throws {UsageError} when the record names no columns of the mapping, or a setting is wrong.
 */
export async function sendRecord(
  setup: RunSetup,
  input: string | undefined,
): Promise<RunResult> {
  const { io, settings } = setup;
  const target = await chooseTarget(io, settings.to, settings.mapping);
  const reading = readRecord(setup, target.mapping, input);
  const { header, row } = await unlessStopped(setup.control, reading);
  await using sandbox = await openSandbox(io, target, settings);
  const variables = variablesFor(target, setup, sandbox);
  const mapping = await compileFor(io, { ...setup, target }, header, "the record");
  const connection = target.kind.connect({
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
    variables,
    input: {
      reader: { read: () => Promise.resolve(rows.pop() ?? null) },
      size: null,
      mapping,
      connection,
    },
    journal: unrecorded(problems),
    limits: { ...connection.destination.limits, rowsPerRequest: [1] },
    digest: null,
    earlier: null,
  });
  return { ...result, problems };
}

async function readRecord(
  { io, settings }: RunSetup,
  mapping: MappingFile,
  input: string | undefined,
): Promise<OneRecord> {
  if (input !== undefined && input !== "-") {
    throw new UsageError(`send takes a record from --set or from standard input (-), not ${input}`);
  }
  if (input === "-" && settings.set) {
    throw new UsageError("A record comes from --set or from standard input (-), not from both");
  }
  if (input === "-") return recordOfJson(mapping, await readText(io));
  if (!settings.set) {
    throw new UsageError("No record is given: use --set Column=value, or - for JSON on stdin");
  }
  return recordOfPairs(mapping, settings.set);
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

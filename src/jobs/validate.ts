/**
 * `validate`: the whole way from the file to the requests' bodies, without a request.
 *
 * @module
 */

import { newIdPrefix } from "../checkpoint/folders.ts";
import { locate } from "../csv/raw.ts";
import { Batcher } from "../delivery/batcher.ts";
import { CancelledError, StoppedError, UsageError } from "../model/errors.ts";
import { EXIT, exitCodeOf, exitCodeOfSignal } from "../cli/exit_code.ts";
import { log } from "../log.ts";
import type { Progress } from "../report/progress.ts";
import { repeatedValue, UniqueIndex } from "../report/unique.ts";
import { secondsAtRate, ValidationReport, type ValidationResult } from "../report/validation.ts";
import { nearest } from "../text/nearest.ts";
import type { Span } from "../model/batch.ts";
import type { Problem } from "../model/problem.ts";
import type { Row } from "../model/row.ts";
import { limitsFor } from "./delivery_options.ts";
import { describeBound } from "./error_bound.ts";
import { type Input, openInput } from "./input.ts";
import { startConsole } from "./logging.ts";
import { filesRead } from "./output_file.ts";
import { RejectedFile } from "./rejected_file.ts";
import type { RunSetup } from "./setup.ts";
import { findSource, type Source } from "./source.ts";
import { SpanSource } from "./spans.ts";
import { chooseTarget, type Target, variablesWithoutCredentials } from "./target.ts";

const DEFAULT_LIMIT = 20;

/** A check on its way. */
interface Validation {
  readonly setup: RunSetup;
  readonly target: Target;
  readonly source: Source;
  readonly progress: Progress;
  /** By `io.monotonic`. */
  readonly startedMs: number;
}

/**
 * Reads a file to its end and reports what an import would do.
 *
 * @throws {UsageError} when the file, its header, the mapping or a setting is wrong.
 */
export async function validateFile(setup: RunSetup, path: string): Promise<ValidationResult> {
  const { io, settings } = setup;
  const startedMs = io.monotonic();
  using output = await startConsole(io, settings, { onlyInforms: true });
  const target = await chooseTarget(io, settings.to, settings.mapping);
  const source = await findSource(io, path);
  const validation = { setup, target, source, progress: output.progress, startedMs };
  let input: Input;
  try {
    input = await openInput(io, {
      ...setup,
      source,
      target,
      variables: variablesWithoutCredentials(target, setup.environment),
      idPrefix: newIdPrefix(io),
    });
  } catch (error) {
    if (error instanceof CancelledError) return nothingRead(validation);
    throw error;
  }
  log("run").info("Checking {source} for {destination}", {
    source: source.name,
    destination: target.kind.name,
  });
  try {
    return await readAll(validation, input);
  } finally {
    await input.close();
  }
}

/** A signal came before the first row. */
function nothingRead({ setup, target, source, startedMs }: Validation): ValidationResult {
  const report = new ValidationReport({ limit: 0, locate: ({ line }) => ({ line, column: 1 }) });
  return report.result({
    ...endingOf(setup, { broken: null, exceeded: false, invalid: false }),
    destination: target.kind.name,
    source: source.given,
    wouldSend: { rows: 0, requests: 0, bytes: 0, seconds: null },
    rejectedFile: null,
    durationMs: setup.io.monotonic() - startedMs,
    read: 0,
  });
}

async function readAll(validation: Validation, input: Input): Promise<ValidationResult> {
  const { setup, target, source, progress, startedMs } = validation;
  const { io, settings, control } = setup;
  const { reader, mapping, connection } = input;
  const limits = limitsFor(connection.destination, setup);
  const report = new ValidationReport({
    limit: settings.limit ?? DEFAULT_LIMIT,
    locate: (row, field) => locate(row, field, reader.header),
  });
  const { frame } = connection.destination;
  const batcher = new Batcher(
    { ...limits, frame },
    (position) => ({ ...position, digest: "" }),
    false,
  );
  let read = 0;
  const spans = new SpanSource({
    reader,
    mapping,
    connection,
    batcher,
    maxErrors: settings.maxErrors,
    inspect: uniqueCheck(settings.unique ?? [], reader.header.names, source.given),
    onRead: (rows) => read += rows,
    onRejected: (row, problems) => report.invalid(row, problems),
  });
  const rejectedFile = await prepareRejectedFile(validation, input);
  control.stop.addEventListener("abort", () => endAtOnce(spans, input));
  if (control.stop.aborted) endAtOnce(spans, input);
  let broken: StoppedError | null;
  try {
    broken = await goThrough(spans, async ({ filtered, rejections, at }) => {
      for (const { rule } of filtered) report.filtered(rule);
      const rejected = report.invalidRows;
      const { offset } = at;
      progress.update({ rows: read, rejected, offset, size: input.size, inFlight: 0, retried: 0 });
      await rejectedFile?.append(rejections);
    });
  } finally {
    rejectedFile?.close();
  }
  const wouldSend = batcher.totals;
  report.valid(wouldSend.rows);
  const invalid = report.invalidRows > 0;
  return report.result({
    ...endingOf(setup, { broken, exceeded: spans.exceeded, invalid }),
    destination: target.kind.name,
    source: source.given,
    wouldSend: { ...wouldSend, seconds: secondsAtRate(wouldSend.rows, limits.rowsPerSecond) },
    rejectedFile: rejectedFile?.written ? rejectedFile.path : null,
    durationMs: io.monotonic() - startedMs,
    read,
  });
}

async function prepareRejectedFile(
  { setup: { io, settings }, target, source }: Validation,
  { reader }: Input,
): Promise<RejectedFile | null> {
  if (settings.rejected === undefined) return null;
  const read = filesRead(settings, target, source);
  const file = new RejectedFile(settings.rejected, io.files, read, reader.header);
  await file.prepare();
  return file;
}

function endAtOnce(spans: SpanSource, input: Input): void {
  spans.end();
  // A pipe that gives nothing would be waited for.
  if (input.kind !== "file") input.close();
}

/**
 * Hands over one span after the other.
 *
 * @returns What broke the source off, if it was: what was read until then is handed over all the same.
 */
async function goThrough(
  spans: SpanSource,
  onSpan: (span: Span) => Promise<void>,
): Promise<StoppedError | null> {
  let broken: StoppedError | null = null;
  while (true) {
    try {
      const span = await spans.next();
      if (span === null) return broken;
      await onSpan(span);
    } catch (error) {
      if (!(error instanceof StoppedError)) throw error;
      broken ??= error;
      spans.end();
    }
  }
}

/** Why and with which exit code a check ends. A signal is the first reason, whatever came of it. */
function endingOf(
  { settings, control: { signal } }: RunSetup,
  { broken, exceeded, invalid }: {
    readonly broken: StoppedError | null;
    /** True when more rows are invalid than `--max-errors` allows. */
    readonly exceeded: boolean;
    readonly invalid: boolean;
  },
): Pick<ValidationResult, "status" | "reason" | "exitCode"> {
  const exitCode = invalid ? EXIT.someRejected : EXIT.done;
  if (signal) {
    const reason = `stopped by ${signal}`;
    return { status: "stopped", reason, exitCode: exitCodeOfSignal(signal) };
  }
  if (broken) return { status: "stopped", reason: broken.message, exitCode: exitCodeOf(broken) };
  if (exceeded && settings.maxErrors) {
    const reason = `more than ${describeBound(settings.maxErrors)} invalid (--max-errors)`;
    return { status: "stopped", reason, exitCode };
  }
  return { status: "completed", reason: null, exitCode };
}

/** The check of `--unique`: a value that an earlier row has is a problem of the later one. */
function uniqueCheck(
  columns: readonly string[],
  header: readonly string[],
  source: string,
): ((row: Row) => Problem | null) | undefined {
  if (columns.length === 0) return undefined;
  const checks = columns.map((column) => {
    const field = header.indexOf(column);
    if (field >= 0) return { column, field, index: new UniqueIndex() };
    const guess = nearest(column, header);
    throw new UsageError(
      `--unique: ${source} has no column "${column}"${guess ? `; did you mean "${guess}"?` : ""}`,
    );
  });
  return (row) => {
    let problem: Problem | null = null;
    for (const { column, field, index } of checks) {
      const first = index.check((row.fields[field] ?? "").trim(), row.number);
      if (first !== null) problem ??= repeatedValue(column, field, first);
    }
    return problem;
  };
}

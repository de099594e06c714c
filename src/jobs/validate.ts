/**
 * `validate`: the whole way from the file to the requests' bodies, without a request.
 *
 * @module
 */

import { newIdPrefix } from "../checkpoint/folders.ts";
import { locate } from "../csv/raw.ts";
import { Batcher } from "../delivery/batcher.ts";
import { CancelledError, StoppedError, TooManyErrors, UsageError } from "../model/errors.ts";
import { type Stop, stopOf, stoppedBy } from "../model/stop.ts";
import { repeatedValue, UniqueIndex } from "../report/unique.ts";
import { secondsAtLimits, ValidationReport, type ValidationResult } from "../report/validation.ts";
import { nearest } from "../text/nearest.ts";
import type { Span } from "../model/batch.ts";
import { NOTHING_LEFT_OUT } from "../model/left_out.ts";
import type { Problem } from "../model/problem.ts";
import type { Row } from "../model/row.ts";
import { limitsFor } from "./delivery_options.ts";
import { describeBound } from "./error_bound.ts";
import { type Input, openInput } from "./input.ts";
import { filesRead } from "./output_file.ts";
import { rowsOf } from "./decided.ts";
import { takeUp } from "./inherit.ts";
import { RejectedFile } from "./rejected_file.ts";
import type { JobSetup } from "./setup.ts";
import { type Source } from "./source.ts";
import { SpanSource } from "./spans.ts";
import { type Target, variablesWithoutCredentials } from "./target.ts";

/** A check on its way. */
interface Validation {
  readonly setup: JobSetup;
  readonly target: Target;
  readonly source: Source;
  /** By `io.monotonic`. */
  readonly startedMs: number;
}

/**
 * Reads a file to its end and reports what an import would do.
 *
 * @throws {UsageError} when the file, its header, the mapping or a setting is wrong.
 */
export async function validateFile(given: JobSetup, path: string): Promise<ValidationResult> {
  const { io } = given;
  const startedMs = io.monotonic();
  const { setup, target, source } = await takeUp(given, path);
  const validation = { setup, target, source, startedMs };
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
  setup.observer({
    kind: "started",
    command: "validate",
    source: source.name,
    destination: target.definition.name,
    target: target.definition.name,
    runId: null,
    resumed: false,
    rows: 0,
    offset: 0,
    size: input.size,
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
    stop: stopOfCheck(setup, null, false),
    destination: target.definition.name,
    source: source.given,
    wouldSend: { rows: 0, requests: 0, bytes: 0, seconds: null },
    rejectedFile: null,
    leftOut: NOTHING_LEFT_OUT,
    durationMs: setup.io.monotonic() - startedMs,
    read: 0,
  });
}

async function readAll(validation: Validation, input: Input): Promise<ValidationResult> {
  const { setup, target, source, startedMs } = validation;
  const { io, settings, signals, observer } = setup;
  const { reader, mapping, sink } = input;
  const limits = limitsFor(sink.destination, setup);
  const report = new ValidationReport({
    limit: settings.limit,
    locate: (row, field) => locate(row, field, reader.header),
  });
  const { frame } = sink.destination;
  const batcher = new Batcher(
    { ...limits, frame },
    (position) => ({ ...position, digest: "" }),
    false,
  );
  let read = 0;
  const inspect = uniqueCheck(settings.unique ?? [], reader.header.names, source.given);
  const spans = new SpanSource({
    reader: inspect === undefined
      ? rowsOf(input, limits, { ...settings, measuresOnly: true })
      : reader,
    mapping,
    sink,
    batcher,
    maxErrors: settings.maxErrors,
    inspect,
    onRead: (rows) => read += rows,
    onRejected: (row, problems) => report.invalid(row, problems),
  });
  const rejectedFile = await prepareRejectedFile(validation, input);
  const end = () => endAtOnce(spans, input);
  signals.stop.addEventListener("abort", end);
  if (signals.stop.aborted) end();
  let broken: StoppedError | null;
  try {
    broken = await goThrough(spans, async ({ filtered, rejections, at }) => {
      for (const { rule, first, last } of filtered) report.filtered(rule, last - first + 1);
      const rejected = report.invalidRows;
      const { offset } = at;
      observer({
        kind: "settled",
        rows: read,
        rejected,
        counts: null,
        offset,
        inFlight: 0,
        retried: 0,
      });
      await rejectedFile?.append(rejections);
    });
  } finally {
    signals.stop.removeEventListener("abort", end);
    rejectedFile?.close();
  }
  const wouldSend = batcher.totals;
  report.valid(wouldSend.rows);
  const stop = stopOfCheck(setup, broken, spans.exceeded);
  const durationMs = io.monotonic() - startedMs;
  observer({ kind: "ended", stop, rows: null, durationMs });
  return report.result({
    stop,
    destination: target.definition.name,
    source: source.given,
    wouldSend: { ...wouldSend, seconds: secondsAtLimits(wouldSend, limits, settings.sleep) },
    rejectedFile: rejectedFile?.written ? rejectedFile.path : null,
    leftOut: reader.leftOut(),
    durationMs,
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

/** Why a check ends before its source. A signal is the first reason, whatever came of it. */
function stopOfCheck(
  { settings: { maxErrors }, signals: { signal } }: JobSetup,
  broken: StoppedError | null,
  exceeded: boolean,
): Stop | null {
  if (signal) return stoppedBy(signal);
  if (broken) return stopOf(broken);
  if (!exceeded || !maxErrors) return null;
  return stopOf(new TooManyErrors(`more than ${describeBound(maxErrors)} invalid`));
}

/** The check of values that must differ: a value that an earlier row has is a problem of the later one. */
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
      `${source} has no column "${column}"${guess ? `; did you mean "${guess}"?` : ""}`,
      { remedy: { code: "setting", setting: "unique" } },
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

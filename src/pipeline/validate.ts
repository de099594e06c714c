/**
 * `validate`: the whole way from the file to the requests' bodies, without a request.
 *
 * @module
 */

import { newIdPrefix } from "../checkpoint/folders.ts";
import { locate } from "../csv/raw.ts";
import { Batcher } from "../delivery/batcher.ts";
import { CancelledError, StoppedError, UsageError } from "../errors.ts";
import { EXIT, exitCodeOf, exitCodeOfSignal } from "../exit_code.ts";
import { log } from "../log.ts";
import { repeatedValue, UniqueIndex } from "../report/unique.ts";
import { secondsAtRate, ValidationReport, type ValidationResult } from "../report/validation.ts";
import { nearest } from "../nearest.ts";
import type { Position, Problem, Row } from "../types.ts";
import { limitsFor } from "./delivery_options.ts";
import { describeBound } from "./error_bound.ts";
import { type Input, openInput } from "./input.ts";
import { startConsole } from "./logging.ts";
import { filesRead } from "./output_file.ts";
import { RejectedFile } from "./rejected_file.ts";
import type { RunSetup } from "./setup.ts";
import { findSource } from "./source.ts";
import { SpanSource } from "./spans.ts";
import { chooseTarget, variablesWithoutCredentials } from "./target.ts";

const DEFAULT_LIMIT = 20;

/**
 * Reads a file to its end and reports what an import would do.
 *
 * @throws {UsageError} when the file, its header, the mapping or a setting is wrong.
 */
export async function validateFile(setup: RunSetup, path: string): Promise<ValidationResult> {
  const { io, settings, control } = setup;
  const startedMs = io.monotonic();
  using console = await startConsole(io, settings, { onlyInforms: true });
  const target = await chooseTarget(io, settings.to, settings.mapping);
  const source = await findSource(io, path);
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
    if (!(error instanceof CancelledError)) throw error;
    return new ValidationReport({ limit: 0, locate: ({ line }) => ({ line, column: 1 }) }).result({
      ...endingOf(setup, null, false, false),
      destination: target.kind.name,
      source: path,
      wouldSend: { rows: 0, requests: 0, bytes: 0, seconds: null },
      rejectedFile: null,
      durationMs: io.monotonic() - startedMs,
      read: 0,
    });
  }
  log("run").info("Checking {source} for {destination}", {
    source: source.name,
    destination: target.kind.name,
  });
  const { reader, mapping, connection } = input;
  const { frame } = connection.destination;
  let rejectedFile: RejectedFile | null = null;
  try {
    const limits = limitsFor(connection.destination, setup);
    const inspect = uniqueCheck(settings.unique ?? [], reader.header.names, path);
    if (settings.rejected !== undefined) {
      rejectedFile = new RejectedFile(
        settings.rejected,
        io.files,
        filesRead(settings, target, source),
        reader.header,
      );
      await rejectedFile.prepare();
    }
    const report = new ValidationReport({
      limit: settings.limit ?? DEFAULT_LIMIT,
      locate: (row, field) => locate(row, field, reader.header),
    });
    let read = 0;
    const mark = (position: Position) => ({ ...position, digest: "" });
    const batcher = new Batcher({ ...limits, frame }, mark, false);
    const spans = new SpanSource({
      reader,
      mapping,
      connection,
      batcher,
      maxErrors: settings.maxErrors,
      inspect,
      onRead: (rows) => read += rows,
      onRejected: (row, problems) => report.invalid(row, problems),
    });
    const stop = () => {
      spans.end();
      // A pipe that gives nothing would be waited for.
      if (input.kind !== "file") input.close();
    };
    control.stop.addEventListener("abort", stop);
    if (control.stop.aborted) stop();
    let broken: StoppedError | null = null;
    while (true) {
      try {
        const span = await spans.next();
        if (!span) break;
        for (const { rule } of span.filtered) report.filtered(rule);
        console.progress.update({
          rows: read,
          rejected: report.invalidRows,
          offset: span.at.offset,
          size: input.size,
          inFlight: 0,
          retried: 0,
        });
        await rejectedFile?.append(span.rejections);
      } catch (error) {
        // What was read until then is told all the same.
        if (!(error instanceof StoppedError)) throw error;
        broken ??= error;
        spans.end();
      }
    }
    const wouldSend = batcher.totals;
    report.valid(wouldSend.rows);
    return report.result({
      ...endingOf(setup, broken, spans.exceeded, report.invalidRows > 0),
      destination: target.kind.name,
      source: path,
      wouldSend: { ...wouldSend, seconds: secondsAtRate(wouldSend.rows, limits.rowsPerSecond) },
      rejectedFile: rejectedFile?.written ? rejectedFile.path : null,
      durationMs: io.monotonic() - startedMs,
      read,
    });
  } finally {
    rejectedFile?.close();
    await input.close();
  }
}

/** Why and with which exit code a check ends. A signal is the first reason, whatever came of it. */
function endingOf(
  { settings, control: { signal } }: RunSetup,
  broken: StoppedError | null,
  exceeded: boolean,
  invalid: boolean,
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

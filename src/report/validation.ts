/**
 * What `validate` found, gathered row by row in bounded memory and handed over as one value.
 *
 * @module
 */

import type { Limits } from "../model/destination.ts";
import type { Stop } from "../model/stop.ts";
import { printable } from "../text/printable.ts";
import type { LeftOut } from "../model/left_out.ts";
import type { Problem } from "../model/problem.ts";
import type { Row } from "../model/row.ts";
import { type ProblemGroup, ProblemGroups } from "./problem_groups.ts";

/** Characters of a value that a report shows. */
const SHOWN_CHARACTERS = 40;

/** A problem as a report shows it. */
export interface ShownProblem {
  readonly column: string | null;
  readonly code: string;
  readonly message: string;
  /** Physical line of the trouble. */
  readonly line: number;
  /** Where on that line the field starts, in characters from 1; null if no field is at fault. */
  readonly character: number | null;
  /** The field as it stood, escaped and cut; null where no single field is at fault. */
  readonly value: string | null;
  /** A sure correction, or null. */
  readonly suggestion: string | null;
}

/** An invalid row that is shown in full. */
export interface InvalidRow {
  readonly row: number;
  /** At least one. */
  readonly problems: readonly ShownProblem[];
}

/** Where the first problem of a group stands. */
export type FirstProblem = ShownProblem & { readonly row: number };

/** What an import of the same file would send. */
export interface WouldSend {
  readonly rows: number;
  readonly requests: number;
  /** UTF-8 bytes of all request bodies. */
  readonly bytes: number;
  /** How long the destination's rate makes it last at least; null where it documents none. */
  readonly seconds: number | null;
}

/** What `validate` came to. */
export interface ValidationResult {
  /** Why it stopped before the end; null when it read everything. */
  readonly stop: Stop | null;
  readonly destination: string;
  /** The CSV's path as it was given, `-` for standard input. */
  readonly source: string;
  readonly rows: {
    readonly read: number;
    readonly valid: number;
    readonly filtered: number;
    readonly invalid: number;
  };
  readonly filteredBy: Readonly<Record<string, number>>;
  /** What of the file is no row. */
  readonly leftOut: LeftOut;
  /** By column in the order of their first problem, in a column the most frequent first. */
  readonly groups: readonly ProblemGroup<FirstProblem>[];
  /** The first invalid rows, as many as are shown in full. */
  readonly invalid: readonly InvalidRow[];
  readonly wouldSend: WouldSend;
  /** The file that the invalid rows were written to, or null. */
  readonly rejectedFile: string | null;
  readonly durationMs: number;
}

/** A result as the command line tells it. */
export interface ToldValidation extends ValidationResult {
  /** Why it stopped before the end, in one sentence; null when it read everything. */
  readonly reason: string | null;
  readonly exitCode: number;
}

/** What the report can't know by itself. */
export type ValidationFacts =
  & Pick<
    ValidationResult,
    | "stop"
    | "destination"
    | "source"
    | "wouldSend"
    | "rejectedFile"
    | "durationMs"
    | "leftOut"
  >
  & {
    /** Rows that the reader handed out. */
    readonly read: number;
  };

/** How rows are shown. */
export interface ReportOptions {
  /** How many invalid rows are kept in full. */
  readonly limit: number;
  /**
   * Where a field of a row starts: its physical line, and its column in characters from 1. Asked
   * only for rows that are shown.
   */
  readonly locate: (row: Row, field: number) => { readonly line: number; readonly column: number };
}

/** Gathers what `validate` finds. Memory grows with columns and codes, not with rows. */
export class ValidationReport {
  readonly #options: ReportOptions;
  #valid = 0;
  #filtered = 0;
  #invalid = 0;
  readonly #filteredBy = new Map<string, number>();
  readonly #groups = new ProblemGroups<FirstProblem>();
  readonly #shown: InvalidRow[] = [];

  constructor(options: ReportOptions) {
    this.#options = options;
  }

  /** Invalid rows so far. */
  get invalidRows(): number {
    return this.#invalid;
  }

  /** Notes rows that an import would send. */
  valid(rows: number): void {
    this.#valid += rows;
  }

  /** Notes rows that a filter leaves out. */
  filtered(rule: string, rows: number): void {
    this.#filtered += rows;
    this.#filteredBy.set(rule, (this.#filteredBy.get(rule) ?? 0) + rows);
  }

  /** Notes a row that an import would reject, with at least one problem. */
  invalid(row: Row, problems: readonly Problem[]): void {
    this.#invalid++;
    for (const problem of problems) {
      this.#groups.add(problem, () => ({ row: row.number, ...this.#show(row, problem) }));
    }
    if (this.#shown.length >= this.#options.limit) return;
    this.#shown.push({
      row: row.number,
      problems: problems.map((problem) => this.#show(row, problem)),
    });
  }

  /**
   * The report as one value.
   *
   * @throws {Error} when a row that was read has no outcome: a fault of the program, exit code 70.
   */
  result(facts: ValidationFacts): ValidationResult {
    const { read, ...rest } = facts;
    if (read !== this.#valid + this.#filtered + this.#invalid) {
      throw new Error(
        `The rows of this check do not add up: ${read} read, but ${this.#valid} valid, ` +
          `${this.#filtered} filtered and ${this.#invalid} invalid`,
      );
    }
    return {
      ...rest,
      rows: { read, valid: this.#valid, filtered: this.#filtered, invalid: this.#invalid },
      filteredBy: Object.fromEntries(this.#filteredBy),
      groups: this.#groups.list(),
      invalid: this.#shown,
    };
  }

  #show(row: Row, problem: Problem): ShownProblem {
    const { column, code, message, field, suggestion } = problem;
    const shown = {
      column,
      code,
      message,
      suggestion: suggestion === undefined ? null : printable(suggestion, SHOWN_CHARACTERS),
    };
    if (field === undefined) {
      return { ...shown, line: problem.line ?? row.line, character: null, value: null };
    }
    const place = this.#options.locate(row, field);
    const value = row.fields[field];
    return {
      ...shown,
      line: problem.line ?? place.line,
      character: place.column,
      value: value === undefined ? null : printable(value, SHOWN_CHARACTERS),
    };
  }
}

/**
 * How long rows and requests take at the least, in seconds; null where nothing limits them.
 *
 * @param sleepSeconds The wait before each request.
 */
export function secondsAtLimits(
  { rows, requests }: { readonly rows: number; readonly requests: number },
  { rowsPerSecond, requestLimits }: Pick<Limits, "rowsPerSecond" | "requestLimits">,
  sleepSeconds = 0,
): number | null {
  const seconds = requestLimits.map((limit) => requests / limit.requests * limit.ms / 1000);
  if (rowsPerSecond !== null) seconds.push(rows / rowsPerSecond);
  if (sleepSeconds > 0) seconds.push(requests * sleepSeconds);
  return seconds.length === 0 ? null : Math.max(...seconds);
}

/**
 * Compiles filter expressions to closures over a row's checked values. An empty value equals
 * nothing and is neither above nor below anything, so that `!=` and `not in` hold for it. Texts are
 * compared with their case. `today` is the day in UTC on which the run started.
 *
 * @module
 */

import type { UsageError } from "../model/errors.ts";
import type { Row } from "../model/row.ts";
import type { Value } from "../model/value.ts";
import { asUtc, isIsoDate, parseIso } from "./calendar.ts";
import { matcher, patternFault } from "./pattern.ts";
import { whereError, type WhereOrigin } from "./where_lexer.ts";
import { type Expression, type Literal, type Operator, parseWhere } from "./where_parser.ts";
import { nearestHint } from "./wording.ts";

/** How an expression reads a column, and what it finds there. */
export interface ColumnReader {
  /**
   * `date` and `datetime` are ISO texts, `unix` and `unixMs` numbers that stand for instants;
   * `doubled` is a header that stands more than once, so that nobody can say which is meant.
   */
  readonly kind:
    | "text"
    | "number"
    | "boolean"
    | "date"
    | "datetime"
    | "unix"
    | "unixMs"
    | "json"
    | "doubled";
  read(values: readonly Value[], row: Row): Value;
}

type Predicate = (values: readonly Value[], row: Row) => boolean;

type Comparable = string | number | boolean;

const NOUNS: Readonly<Record<ColumnReader["kind"], string>> = {
  text: "text: compare it with = or != and a text in quotes, or give it a type in the mapping file",
  number: "numbers",
  boolean: "true or false: compare it with = or !=, or name it alone",
  date: "dates, such as 2024-12-31 or today - 30d",
  datetime: "dates, such as 2024-12-31 or today - 30d",
  unix: "dates, such as 2024-12-31 or today - 30d",
  unixMs: "dates, such as 2024-12-31 or today - 30d",
  json: "a list or JSON, which can only be asked whether it is empty",
  doubled: "two columns",
};

/**
 * Compiles an expression.
 *
 * @param origin Where the expression came from, for messages.
 * @param columns Every column that it may name.
 * @param now Epoch milliseconds, for `today`.
 * @throws {UsageError} naming the character, and for an unknown column the nearest one.
 */
export function compileWhere(
  source: string,
  origin: WhereOrigin,
  columns: ReadonlyMap<string, ColumnReader>,
  now: number,
): Predicate {
  const fail = (at: number, what: string): UsageError => whereError(origin, source, at, what);

  function compile(expression: Expression): Predicate {
    switch (expression.kind) {
      case "and":
      case "or": {
        const left = compile(expression.left);
        const right = compile(expression.right);
        return expression.kind === "and"
          ? (values, row) => left(values, row) && right(values, row)
          : (values, row) => left(values, row) || right(values, row);
      }
      case "not": {
        const inner = compile(expression.inner);
        return (values, row) => !inner(values, row);
      }
      case "test":
        return compileTest(expression, { columns, now, fail });
    }
  }

  return compile(parseWhere(source, origin));
}

/** What questions are compiled with. */
interface Surroundings {
  readonly columns: ReadonlyMap<string, ColumnReader>;
  readonly now: number;
  readonly fail: (at: number, what: string) => UsageError;
}

/** Compiles a question about one column. */
function compileTest(
  { column, at, question }: Expression & { kind: "test" },
  { columns, now, fail }: Surroundings,
): Predicate {
  const reader = columns.get(column);
  if (!reader) {
    throw fail(at, `there is no column "${column}"${nearestHint(column, columns.keys())}`);
  }
  const { kind } = reader;
  const read = kind === "datetime" ? withoutZone(reader.read) : reader.read;
  if (kind === "doubled") throw fail(at, `"${column}" is in the header more than once`);
  const mismatch = (where = at) => fail(where, `"${column}" holds ${NOUNS[kind]}`);
  switch (question.kind) {
    case "empty":
      return (values, row) => read(values, row) === undefined;
    case "true":
      if (kind !== "boolean") throw mismatch();
      return (values, row) => read(values, row) === true;
    case "matches": {
      if (kind !== "text") throw mismatch();
      const fault = patternFault(question.pattern);
      if (fault !== null) throw fail(question.at, `expected ${fault}`);
      const matches = matcher(question.pattern);
      return (values, row) => {
        const value = read(values, row);
        return typeof value === "string" && matches(value);
      };
    }
    case "in": {
      const wanted = new Set(
        question.values.map((value) =>
          orEmpty(operand(kind, value, now) ?? raise(mismatch(value.at)))
        ),
      );
      return (values, row) => wanted.has(read(values, row));
    }
    case "compare": {
      const { operator } = question;
      const ordered = operator !== "=" && operator !== "!=";
      if (ordered && (kind === "text" || kind === "boolean")) throw mismatch();
      const wanted = operand(kind, question.value, now) ?? raise(mismatch(question.value.at));
      return comparison(operator, read, orEmpty(wanted));
    }
  }
}

/** The literal in the form in which the column's values stand; undefined when it can't be. */
function operand(
  kind: ColumnReader["kind"],
  literal: Literal,
  now: number,
): Comparable | undefined {
  const { kind: given } = literal;
  if (kind === "text") return given === "text" ? literal.value : undefined;
  if (kind === "number") return given === "number" ? literal.value : undefined;
  if (kind === "boolean") return given === "boolean" ? literal.value : undefined;
  if (kind === "json") return undefined;
  let day: string | undefined;
  if (given === "today") day = dayFromToday(now, literal.amount, literal.unit);
  else if (given === "date" || given === "text") day = literal.value;
  if (day === undefined || !isIsoDate(day)) return undefined;
  if (kind === "date") return day;
  const moment = parseIso(day);
  if (moment === null) return undefined;
  const instant = asUtc(moment);
  if (kind === "datetime") return new Date(instant).toISOString().slice(0, -1);
  return kind === "unix" ? instant / 1000 : instant;
}

/** ISO texts without their Z, so that one with finer digits stands behind the one without. */
function withoutZone(read: ColumnReader["read"]): ColumnReader["read"] {
  return (values, row) => {
    const value = read(values, row);
    return typeof value === "string" ? value.slice(0, -1) : value;
  };
}

/** ISO texts of one form stand in the order of their instants, so one comparison serves all. */
function comparison(
  operator: Operator,
  read: ColumnReader["read"],
  wanted: Value,
): Predicate {
  if (operator === "=") return (values, row) => read(values, row) === wanted;
  if (operator === "!=") return (values, row) => read(values, row) !== wanted;
  const limit = wanted as Comparable;
  const order = (keeps: (value: Comparable) => boolean): Predicate => (values, row) => {
    const value = read(values, row);
    return value !== undefined && value !== null && typeof value !== "object" && keeps(value);
  };
  switch (operator) {
    case "<":
      return order((value) => value < limit);
    case "<=":
      return order((value) => value <= limit);
    case ">":
      return order((value) => value > limit);
    case ">=":
      return order((value) => value >= limit);
  }
}

/** Empty values have no text: `= ''` asks for them. */
function orEmpty(wanted: Comparable): Value {
  return wanted === "" ? undefined : wanted;
}

/** `YYYY-MM-DD` of a day counted from today; a month that is too short gives its last day. */
function dayFromToday(now: number, amount: number, unit: string): string | undefined {
  const date = new Date(now);
  if (unit === "d" || unit === "w") {
    date.setUTCDate(date.getUTCDate() + amount * (unit === "w" ? 7 : 1));
  } else {
    const day = date.getUTCDate();
    date.setUTCDate(1);
    date.setUTCMonth(date.getUTCMonth() + amount * (unit === "y" ? 12 : 1));
    const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0));
    date.setUTCDate(Math.min(day, last.getUTCDate()));
  }
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().slice(0, 10);
}

function raise(error: Error): never {
  throw error;
}

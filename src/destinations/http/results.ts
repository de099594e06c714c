/**
 * Reading single rows' results out of the answer to an accepted request, by the `results` part of
 * the mapping's `http:` section.
 *
 * @module
 */

import type { HttpSection } from "./schema.ts";
import type { HttpAnswer, RowVerdict, Verdict } from "../../model/answer.ts";
import type { Batch } from "../../model/batch.ts";
import { type Endpoint, parseJson } from "../answers.ts";
import { compileReader, type Reader, stepsOf } from "./path.ts";
import { compileProblem } from "./problem.ts";
import type { Meaning } from "./statuses.ts";

type Results = NonNullable<HttpSection["results"]>;

/** Compiles the reading of single rows' results out of the answer to an accepted request. */
export function compileResults(
  results: Results,
  envelope: HttpSection["envelope"],
  meaningOf: (status: number) => Meaning | null,
  endpoint: Endpoint,
): (answer: HttpAnswer, batch: Batch) => Verdict {
  const { match } = results;
  const readList = compileReader(results.at);
  const readStatus = results.status === undefined ? null : compileReader(results.status);
  const readFailed = results.failed === undefined ? null : compileReader(results.failed);
  const readProblem = compileProblem(results, endpoint);
  const readKey = match.by === "position" ? () => undefined : compileReader(match.path);
  const readRecordKey = match.by === "key" ? compileReader(match.record) : () => undefined;

  /** Null: taken. Undefined: the entry does not say what the mapping expects. */
  const verdictOf = (entry: unknown): RowVerdict | null | undefined => {
    if (readFailed !== null && !stands(readFailed(entry))) return null;
    const given = readStatus?.(entry);
    const success = successOf(given);
    if (success !== null) return success ? null : problemVerdict(entry, "");
    const status = wholeNumber(given);
    if (status === null) {
      // Only where the list holds failed rows alone does an entry without a status mean a failure.
      return readFailed === null && match.by === "position" ? undefined : problemVerdict(entry, "");
    }
    switch (meaningOf(status)) {
      case "accepted":
        return null;
      case "retried":
        return { kind: "retry", reason: `${endpoint.title} answered ${status} for the row` };
      default:
        return problemVerdict(entry, String(status));
    }
  };
  const problemVerdict = (entry: unknown, status: string): RowVerdict => {
    const problem = readProblem(entry, status || "row");
    const message = problem.message ||
      `${endpoint.title} refused the row${status && ` with ${status}`}`;
    return { kind: "refused", problem: { ...problem, message } };
  };

  const unreadable = (answer: HttpAnswer, what: string): Verdict => ({
    kind: "broken",
    taken: true,
    reason: `${endpoint.title} answered ${answer.status} to ${endpoint.path} with ${what}: ` +
      "check http.results of the mapping",
  });

  return (answer, batch) => {
    if (answer.bodyFault) return unreadable(answer, answer.bodyFault);
    const body = parseJson(answer.body);
    const list = readList(body);
    if (!Array.isArray(list)) {
      // Lists of errors alone are left out when there are none; lists of all rows are not.
      const isLeftOut = list === undefined || list === null;
      const isRead = body !== undefined || answer.body.trim() === "";
      if (match.by !== "position" && isLeftOut && isRead) return { kind: "accepted" };
      return unreadable(answer, "no list of results");
    }
    if (match.by === "position" && list.length !== batch.length) {
      return unreadable(answer, "another number of results than the request has rows");
    }
    const verdicts: (RowVerdict | null)[] = new Array(batch.length).fill(null);
    const indexes = match.by === "key" && list.length > 0
      ? indexByKey(batch, envelope, readRecordKey)
      : null;
    for (const [position, entry] of list.entries()) {
      const verdict = verdictOf(entry);
      if (verdict === undefined) return unreadable(answer, "a result without a status");
      if (verdict === null) continue;
      const rows = match.by === "position"
        ? [position]
        : rowsOf(readKey(entry), batch.length, indexes);
      if (rows === null) return unreadable(answer, "a result that matches no row");
      for (const row of rows) verdicts[row] = verdict;
    }
    return verdicts.every((verdict) => verdict === null)
      ? { kind: "accepted" }
      : { kind: "partial", results: verdicts };
  };
}

/** Words by which APIs say that nothing is wrong. */
const NOTHING = new Set(["", "0", "false", "no", "none", "nil", "null", "ok", "success"]);

/** True where a path found that something is wrong: an empty list, an empty object and 0 are nothing. */
function stands(value: unknown, depth = 0): boolean {
  if (typeof value === "string") return !NOTHING.has(value.trim().toLowerCase());
  if (typeof value !== "object" || value === null || depth > 3) return Boolean(value);
  return Object.values(value).some((member) => stands(member, depth + 1));
}

const SUCCESS: Readonly<Record<string, boolean>> = {
  true: true,
  ok: true,
  success: true,
  succeeded: true,
  false: false,
  error: false,
  failed: false,
  failure: false,
};

/** What a result says of its row where it says yes or no in place of a status; null where it does not. */
function successOf(value: unknown): boolean | null {
  if (typeof value === "boolean") return value;
  return typeof value === "string" ? SUCCESS[value.trim().toLowerCase()] ?? null : null;
}

/**
 * Positions of the rows that an entry's key names, or null when it names something else. APIs put
 * one key there or a list of them.
 */
function rowsOf(
  key: unknown,
  count: number,
  indexes: ReadonlyMap<string, readonly number[]> | null,
): readonly number[] | null {
  const rows: number[] = [];
  for (const one of Array.isArray(key) ? key : [key]) {
    const index = wholeNumber(one);
    const found = indexes !== null
      ? indexes.get(String(one))
      : index !== null && index < count
      ? [index]
      : undefined;
    if (found === undefined) return null;
    rows.push(...found);
  }
  return rows.length === 0 ? null : rows;
}

/** A number from 0, which APIs also write as text. */
function wholeNumber(value: unknown): number | null {
  return typeof value === "number" || typeof value === "string"
    ? /^\d+$/.test(String(value)) ? Number(value) : null
    : null;
}

/** Where each key stands in the request. Payloads are parsed only now, when a row has failed. */
function indexByKey(
  batch: Batch,
  envelope: HttpSection["envelope"],
  readKey: Reader,
): Map<string, number[]> {
  const indexes = new Map<string, number[]>();
  for (let index = 0; index < batch.length; index++) {
    const key = readKey(recordOf(batch.payload(index), envelope));
    if (key === undefined) continue;
    const known = indexes.get(String(key));
    if (known) known.push(index);
    else indexes.set(String(key), [index]);
  }
  return indexes;
}

/** The record of a payload; in an envelope of several lines a record, put together again. */
function recordOf(payload: string, envelope: HttpSection["envelope"]): unknown {
  if (envelope.format !== "ndjson" || envelope.lines === undefined) return JSON.parse(payload);
  const lines = payload.split("\n");
  const members = envelope.lines.map((path, index) => {
    return [String(stepsOf(path)[0]), JSON.parse(lines[index] ?? "null")];
  });
  return Object.fromEntries(members);
}

/**
 * Reading what became of single rows out of an answer, by the `results` part of the mapping's `http:`
 * section: the list that names rows, and the counts that must add up with it.
 *
 * @module
 */

import type { ApiProblem, HttpAnswer, RowVerdict, Verdict } from "../../model/answer.ts";
import type { Batch } from "../../model/batch.ts";
import { type Endpoint, parseJson } from "../answers.ts";
import { compileCounts, type Mismatch } from "./counts.ts";
import { compileMatch, entriesByField, type RecordReader } from "./keys.ts";
import { compileReader, compileRootReader } from "./path.ts";
import type { HttpSection } from "./schema.ts";
import { compileEntry } from "./entry.ts";
import type { Meaning } from "./statuses.ts";

/** Reads answers; null of one that tells nothing of rows. */
export interface ResultsReader {
  /** An answer by which the request was accepted; `pages` hold the list where it doesn't. */
  accepted(answer: HttpAnswer, batch: Batch, pages?: readonly HttpAnswer[]): Verdict | null;
  /** One by which it was refused; null unless the mapping has its list read. */
  refused(answer: HttpAnswer, batch: Batch): Verdict | null;
}

/** What a list says of the rows of a request. */
interface Told {
  /** In the order of the rows; null where nothing is wrong. */
  readonly verdicts: (RowVerdict | null)[];
  /** Rows that an entry is about. */
  readonly named: ReadonlySet<number>;
  /** How many rows it says failed. */
  readonly failed: number;
}

/** A list that can't be told from none, or why it can't be read. */
type Unread = { readonly absent: true } | { readonly absent: false; readonly why: string };

/** What the reading of results is made of. */
export interface ResultsSetup {
  readonly section: HttpSection;
  readonly meaningOf: (status: number) => Meaning | null;
  readonly endpoint: Endpoint;
  readonly recordOf: RecordReader;
  /** Why a request was refused. */
  readonly problemOf: (answer: HttpAnswer) => ApiProblem;
}

/** Compiles the reading of rows' results; null where the mapping has none read. */
export function compileResults(setup: ResultsSetup): ResultsReader | null {
  const { section: { results, repeatsAreSafe }, endpoint } = setup;
  if (!results) return null;
  const readRows = compileRows(setup);
  const counts = compileCounts(results, repeatsAreSafe, endpoint.title);

  const unreadable = (answer: HttpAnswer, what: string): Verdict => ({
    kind: "broken",
    taken: true,
    reason: `${endpoint.title} answered ${answer.status} to ${endpoint.path} with ${what}: ` +
      "check http.results of the mapping",
  });

  /** In a file, a line alone is a list, too. */
  const bodyOf = (answer: HttpAnswer): unknown => {
    const body = parsed(answer);
    const isLine = setup.section.job?.file !== undefined && results.at === undefined;
    return isLine && typeof body === "object" && !Array.isArray(body) ? [body] : body;
  };

  /** What counts that don't add up mean for a row; one alone is not sent again to find out. */
  const doubted = (mismatch: Mismatch, answer: HttpAnswer, { length }: Batch): RowVerdict => {
    if (length > 1) return mismatch.row;
    return mismatch.tookNone
      ? { kind: "refused", problem: setup.problemOf(answer) }
      : mismatch.unknown;
  };

  return {
    accepted(answer, batch, pages = [answer]) {
      const faulty = [answer, ...pages].find(({ bodyFault }) => bodyFault);
      if (faulty?.bodyFault) return unreadable(faulty, faulty.bodyFault);
      const body = parseJson(answer.body);
      const isSuccess = answer.status >= 200 && answer.status < 300;
      let told = readRows(pages.map(bodyOf), batch, repeatsAreSafe);
      if ("absent" in told) {
        if (!isSuccess && told.absent) return null;
        // Lists of errors alone are left out when there are none; lists of all rows are not.
        const isLeftOut = told.absent && results.match?.by !== "position" &&
          (body !== undefined || answer.body.trim() === "");
        if (!isLeftOut) return unreadable(answer, told.absent ? "no list of results" : told.why);
        told = { verdicts: new Array(batch.length).fill(null), named: new Set(), failed: 0 };
      }
      const mismatch = counts.mismatch(body, batch.length, told.failed);
      if (mismatch === null) return verdictOf(told.verdicts);
      const other = doubted(mismatch, answer, batch);
      if (batch.length === 1) return verdictOf([other]);
      return verdictOf(told.verdicts.map((verdict) => verdict ?? other));
    },
    refused(answer, batch) {
      const { others } = results;
      if (others === undefined || answer.bodyFault) return null;
      const body = parseJson(answer.body);
      const told = readRows([body], batch, repeatsAreSafe || others === "nothing");
      if ("absent" in told) {
        // Where others may have been taken, rows must not be sent again on a guess.
        return told.absent || others === "nothing" ? null : unreadable(answer, told.why);
      }
      if (told.named.size === 0) return null;
      // Sent again, the very same rows would be refused again.
      if (others === "nothing" && told.verdicts.every((verdict) => verdict === null)) return null;
      const check = others === "taken" ? counts.mismatch : counts.contradiction;
      const mismatch = check(body, batch.length, told.failed);
      const sent: RowVerdict | null = others === "taken" ? null : { kind: "again" };
      const other = mismatch === null ? sent : doubted(mismatch, answer, batch);
      return verdictOf(told.verdicts.map((verdict) => verdict ?? other));
    },
  };
}

function verdictOf(results: readonly (RowVerdict | null)[]): Verdict {
  return results.every((result) => result === null)
    ? { kind: "accepted" }
    : { kind: "partial", results };
}

/** Compiles the reading of the list; `safe` says that rows may be sent again to find out. */
function compileRows(
  { section, meaningOf, endpoint, recordOf }: ResultsSetup,
): (bodies: readonly unknown[], batch: Batch, safe: boolean) => Told | Unread {
  const { results } = section;
  const match = results?.match;
  if (!results || !match) {
    return (_bodies, batch) => ({
      verdicts: new Array(batch.length).fill(null),
      named: new Set(),
      failed: 0,
    });
  }
  const readers = results.at === undefined
    ? [compileRootReader(undefined)]
    : [results.at].flat().map(compileReader);
  const finderFor = compileMatch(match, recordOf);
  const byField = match.by === "field";
  const isCounted = results.taken !== undefined || results.failedCount !== undefined;
  const verdictOfEntry = compileEntry(
    byField ? { ...results, code: "field", message: "field" } : results,
    meaningOf,
    endpoint,
  );

  return (bodies, batch, safe) => {
    const lists = bodies.flatMap((body) => readers.map((read) => read(body)))
      .filter((list) => list !== undefined && list !== null);
    if (lists.length === 0) return { absent: true };
    const isList = byField ? (list: unknown) => typeof list === "object" : Array.isArray;
    if (!lists.every(isList)) return { absent: false, why: "no list of results" };
    const entries = byField
      ? lists.flatMap((list) => [...entriesByField(list)])
      : lists.flat() as readonly unknown[];
    if (match.by === "position" && entries.length !== batch.length) {
      return { absent: false, why: "another number of results than the request has rows" };
    }
    const find = entries.length > 0 ? finderFor(batch) : () => [];
    const groups = new Map<string, { rows: readonly number[]; verdicts: RowVerdict[] }>();
    const named = new Set<number>();
    for (const [position, entry] of entries.entries()) {
      const verdict = verdictOfEntry(entry);
      if (verdict === undefined) return { absent: false, why: "a result without a status" };
      const found = find(entry, position);
      if (found === null && verdict !== null) {
        if (isCounted) continue; // The counts won't add up, and no row is taken for another.
        return { absent: false, why: "a result that matches no row" };
      }
      for (const { key, rows } of found ?? []) {
        for (const row of rows) named.add(row);
        if (verdict === null) continue;
        const group = groups.get(key) ?? { rows, verdicts: [] };
        group.verdicts.push(verdict);
        groups.set(key, group);
      }
    }
    const verdicts: (RowVerdict | null)[] = new Array(batch.length).fill(null);
    let failed = 0;
    for (const group of groups.values()) {
      const isTold = group.verdicts.length >= group.rows.length;
      failed += Math.min(group.verdicts.length, group.rows.length);
      for (const [at, row] of group.rows.entries()) {
        verdicts[row] = isTold ? group.verdicts[at] ?? null : ambiguous(endpoint.title, safe);
      }
    }
    return { verdicts, named, failed };
  };
}

/** A body that is JSON, or a JSON text in each of its lines. */
function parsed({ body }: HttpAnswer): unknown {
  const whole = parseJson(body);
  if (whole !== undefined) return whole;
  const lines = body.trim().split("\n").map(parseJson);
  return lines.includes(undefined) ? undefined : lines;
}

/** One of several rows with a key, not all of which failed. */
function ambiguous(title: string, safe: boolean): RowVerdict {
  if (safe) return { kind: "again" };
  const message = `${title} refused a row by a key that other rows of the request have, too: ` +
    "whether it was this one can't be told.";
  return { kind: "unknown", problem: { code: "ambiguous-key", column: null, message } };
}

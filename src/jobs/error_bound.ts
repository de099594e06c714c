/**
 * When a run has too many rejected rows.
 *
 * @module
 */

import type { ErrorBound } from "../config/values.ts";
import { plural } from "../text/words.ts";

/** A percentage says little about a few rows: before so many are read, only the end decides. */
const ROWS_BEFORE_PERCENT = 1_000;

/** True when more rows are rejected than the bound allows, of so many read. */
export function exceeds(
  bound: ErrorBound,
  rejected: number,
  read: number,
  ended: boolean,
): boolean {
  if ("rows" in bound) return rejected > bound.rows;
  if (!ended && read < ROWS_BEFORE_PERCENT) return false;
  return rejected * 100 > bound.percent * read;
}

/** With its verb: `1 row is`, `25 rows are` or `2% of the rows read are`. */
export function describeBound(bound: ErrorBound): string {
  if ("percent" in bound) return `${bound.percent}% of the rows read are`;
  return `${plural(bound.rows, "row")} ${bound.rows === 1 ? "is" : "are"}`;
}

/**
 * What a `rejected.csv` holds beside what is wrong with each row.
 *
 * @module
 */

import { assert } from "@std/assert";

/** The header and the rows as they stood in the source, whose delimiter is the comma. */
export function withoutProblems(rejectedCsv: string): string {
  assert(rejectedCsv.startsWith("_problem,"), rejectedCsv.slice(0, 80));
  return rejectedCsv.slice("_problem,".length).replace(/^line \d+: [^,\n]+,/gm, "");
}

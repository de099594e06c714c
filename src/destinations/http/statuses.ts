/**
 * What a status means by the lists of the mapping's `http:` section.
 *
 * @module
 */

import type { HttpSection } from "./schema.ts";

/** What a status means for the rows that it is about. */
export type Meaning = "accepted" | "retried" | "split" | "refused";

/** The meaning of a status by the mapping's lists; a number wins over its class. */
export function compileStatuses(
  statuses: HttpSection["statuses"],
): (status: number) => Meaning | null {
  const meanings = new Map<number | string, Meaning>();
  // Earlier lists win, so they are written last.
  for (const meaning of ["refused", "split", "retried", "accepted"] as const) {
    for (const status of statuses[meaning]) meanings.set(status, meaning);
  }
  return (status) => meanings.get(status) ?? meanings.get(`${Math.floor(status / 100)}xx`) ?? null;
}

/**
 * What rows are called that an API accepted.
 *
 * @module
 */

import type { Confirmation } from "../model/destination.ts";

/** No more than the API confirms. */
export function acceptedWord(confirms: Confirmation | undefined): string {
  if (confirms === "queued") return "queued";
  return confirms === "nothing" ? "handed over" : "accepted";
}

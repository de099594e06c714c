/**
 * What there is to send to.
 *
 * @module
 */

import { destinations } from "../destinations/registry.ts";

/** The destination of the older service, and the columns of its records as its files have them. */
export function olderService(): {
  readonly destination: string;
  readonly columns: readonly string[];
} {
  for (const { name, olderService } of destinations) {
    if (olderService) return { destination: name, columns: olderService.columns };
  }
  throw new Error("No destination had an older service");
}

/**
 * How large requests may be, and what is too large for any.
 *
 * @module
 */

import type { Destination } from "../model/destination.ts";
import type { Problem } from "../model/problem.ts";

/** How large a request may be. */
export interface BatchLimits {
  /** Rows of one request after the other, from the first again after the last. */
  readonly rowsPerRequest: readonly number[];
  /** UTF-8 bytes of a whole request body. */
  readonly bytesPerRequest: number;
  /** UTF-8 bytes of one row's payload. */
  readonly bytesPerRow: number;
  readonly frame: Destination["frame"];
}

/** What the requests come to that the spans cut so far make. */
export interface RequestTotals {
  rows: number;
  requests: number;
  /** UTF-8 bytes of all request bodies. */
  bytes: number;
}

/** Why a row can't be sent in any request. */
export function rowTooLarge(bytes: number, limit: number): Problem {
  return {
    code: "row-too-large",
    column: null,
    message: `The row takes ${bytes} bytes in a request, and the destination allows ${limit}.`,
  };
}

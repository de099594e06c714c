/**
 * What stands around payloads, where several destinations have the same.
 *
 * @module
 */

import type { Frame } from "../model/destination.ts";

/** The frame of a body that is a single payload. */
export const ALONE: Frame = { head: "", separator: ",", tail: "" };

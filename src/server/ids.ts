/**
 * Names of what the server keeps: they sort by age, and nobody guesses them.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Io } from "../io.ts";

/** `20261121T181500123Z-3f9c0b71d2a4`: the time to the millisecond, and 48 random bits. */
export function newId(io: Pick<Io, "now" | "randomBytes">): string {
  const time = new Date(io.now()).toISOString().replaceAll(/[-:.]/g, "");
  return `${time}-${Buffer.from(io.randomBytes(6)).toString("hex")}`;
}

/** What ids look like: nothing else is looked for on the disk. */
export const ID_PATTERN = /^\d{8}T\d{9}Z-[0-9a-f]{12}$/;

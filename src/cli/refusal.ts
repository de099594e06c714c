/**
 * The JSON object of a call that was refused before anything was sent: scripts that ask for JSON get
 * one on every exit but that of an internal error.
 *
 * @module
 */

import type { Io } from "../io.ts";
import { EXIT } from "./exit_code.ts";

/** An error whose object is written already. */
export class ToldError extends Error {
  constructor(override readonly cause: unknown) {
    super();
  }
}

/** True where the arguments or the environment ask for JSON, as far as that can be told. */
export function asksForJson(args: readonly string[], io: Pick<Io, "env">): boolean {
  const flags = args.slice(0, args.includes("--") ? args.indexOf("--") : args.length);
  const format = flags[flags.indexOf("--format") + 1];
  return flags.includes("--json") || flags.includes("--format=json") ||
    (flags.includes("--format") && format === "json") ||
    /^(?:true|1|yes|on)$/i.test(io.env().ROWFERRY_JSON ?? "");
}

/** What is known of a call that was refused. */
export interface RefusedCall {
  readonly command: string | null;
  readonly destination?: string | null;
  readonly source?: string | null;
}

/** The object, on one line with its line end. */
export function renderRefusal(
  { command, destination = null, source = null }: RefusedCall,
  reason: string,
): string {
  const known = { command, status: "refused", reason, exitCode: EXIT.usage };
  if (!["import", "resume", "send"].includes(command ?? "")) return `${JSON.stringify(known)}\n`;
  return `${
    JSON.stringify({
      ...known,
      runId: null,
      destination,
      target: null,
      source,
      rows: { read: 0, accepted: 0, filtered: 0, rejected: 0, unknown: 0, pending: 0 },
      requests: { sent: 0, retried: 0 },
      bytesSent: 0,
      durationMs: 0,
      rowsPerSecond: 0,
      files: { checkpoint: null, rejected: null, errors: null },
    })
  }\n`;
}

/**
 * The JSON object of a call that was refused before anything was sent: scripts that ask for JSON get
 * one on every exit but that of an internal error.
 *
 * @module
 */

import type { Io } from "../io.ts";
import { refusalAnnotation } from "../report/validation_github.ts";
import { EXIT } from "./exit_code.ts";

/** An error whose object is written already. */
export class ToldError extends Error {
  constructor(override readonly cause: unknown) {
    super();
  }
}

/** What the arguments or the environment ask for, as far as that can be told. */
function formatOf(args: readonly string[], { env }: Pick<Io, "env">): "json" | "github" | "text" {
  const flags = args.slice(0, args.includes("--") ? args.indexOf("--") : args.length);
  const { ROWFERRY_JSON = "", ROWFERRY_FORMAT } = env();
  if (flags.includes("--json") || /^(?:true|1|yes|on)$/i.test(ROWFERRY_JSON)) return "json";
  const at = flags.indexOf("--format");
  const format = at === -1
    ? flags.find((word) => word.startsWith("--format="))?.slice("--format=".length)
    : flags[at + 1];
  const asked = (format ?? ROWFERRY_FORMAT)?.toLowerCase();
  return asked === "json" || asked === "github" ? asked : "text";
}

/** What a refused call writes to standard output: an object or an annotation where one is waited for. */
export function refusalOf(args: readonly string[], io: Pick<Io, "env">, reason: string): string {
  switch (formatOf(args, io)) {
    case "json":
      return renderRefusal({ command: args[0] ?? null }, reason);
    case "github":
      return refusalAnnotation(null, reason);
    case "text":
      return "";
  }
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
  if (command === "validate" && source !== null) return `${JSON.stringify({ ...known, source })}\n`;
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

/**
 * What is logged, as text.
 *
 * @module
 */

import type { Io } from "../../src/io.ts";
import { createLog, type Log, type LogOptions } from "../../src/log.ts";

/** A standard error that keeps what is written to it, and a clock. */
export function fakeStderr(): { readonly io: Pick<Io, "stderr" | "now">; text(): string } {
  let text = "";
  return {
    io: {
      stderr: { isTerminal: false, columns: 80, write: (more: string) => void (text += more) },
      now: () => Date.UTC(2026, 10, 21),
    },
    text: () => text,
  };
}

/** What `act` logs: everything, as text, unless told. */
export async function logged(
  options: Partial<LogOptions> & { readonly secrets?: readonly string[] },
  act: (log: Log) => void,
): Promise<string> {
  const { io, text } = fakeStderr();
  const { secrets = [], ...rest } = options;
  const log = await createLog(io, { level: "DEBUG", format: "text", ...rest });
  log.redact(secrets);
  act(log);
  return text();
}

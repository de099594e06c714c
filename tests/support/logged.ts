/**
 * What is logged, as text.
 *
 * @module
 */

import type { Io } from "../../src/io.ts";
import { configureLogging, type LogOptions } from "../../src/log.ts";

/** A standard error that keeps what is written to it. */
export function fakeStderr(): { readonly io: Pick<Io, "stderr">; text(): string } {
  let text = "";
  return {
    io: {
      stderr: { isTerminal: false, columns: 80, write: (more: string) => void (text += more) },
    },
    text: () => text,
  };
}

/** What `act` logs: everything, as text, unless told. */
export async function logged(options: Partial<LogOptions>, act: () => void): Promise<string> {
  const { io, text } = fakeStderr();
  using _logging = await configureLogging(io, {
    level: "DEBUG",
    format: "text",
    secrets: [],
    ...options,
  });
  act();
  return text();
}

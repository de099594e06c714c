/**
 * Signals that ask the program to stop, by Deno.
 *
 * @module
 */

import type { StopSignal } from "../io.ts";

/** Tells of each signal that asks the program to stop. */
export function onStopSignal(handler: (signal: StopSignal) => void): void {
  const isWindows = Deno.build.os === "windows"; // It knows no others; asking for them throws.
  const ignoresHangup = isWindows || hangupIsIgnored();
  Deno.addSignalListener("SIGINT", () => handler("SIGINT"));
  if (isWindows) return;
  Deno.addSignalListener("SIGTERM", () => handler("SIGTERM"));
  // Deno ends at a hangup that nobody listens for, even where it was to be ignored.
  Deno.addSignalListener("SIGHUP", () => ignoresHangup || handler("SIGHUP"));
}

/**
 * Whether the program was started to outlive its terminal, as by nohup; to be asked before any signal
 * is listened for. Linux tells which signals are ignored (proc(5): SigIgn, whose lowest bit is SIGHUP)
 * to programs that may do everything; else one without a terminal is taken for started by nohup.
 */
function hangupIsIgnored(): boolean {
  try {
    const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(Deno.readTextFileSync("/proc/self/status"))?.[1];
    if (mask !== undefined) return (Number.parseInt(mask.slice(-1), 16) & 1) === 1;
  } catch {
    // Another system, or not allowed to look.
  }
  return ![Deno.stdin, Deno.stdout, Deno.stderr].some((stream) => stream.isTerminal());
}

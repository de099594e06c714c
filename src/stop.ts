/**
 * Ctrl-C and SIGTERM: the first asks the run to stop in good order, the second ends it at once.
 *
 * @module
 */

import { exitCodeOfSignal } from "./exit_code.ts";
import type { Io, StopSignal } from "./io.ts";

/** How a command learns that it is to stop. */
export interface StopControl {
  /** Aborted by the first signal: read no more, let requests in flight finish. */
  readonly stop: AbortSignal;
  /** Aborted when the grace period is over: requests in flight are given up. */
  readonly kill: AbortSignal;
  /** Which signal came, or null. */
  readonly signal: StopSignal | null;
  /** Stops listening. */
  dispose(): void;
}

/**
 * Listens for signals.
 *
 * @param graceMs How long requests in flight may take after the first signal, in milliseconds.
 */
export function watchSignals(
  io: Pick<Io, "onStopSignal" | "sleep" | "abort">,
  graceMs: number,
): StopControl {
  const stop = new AbortController();
  const kill = new AbortController();
  const over = new AbortController();
  let received: StopSignal | null = null;
  const remove = io.onStopSignal((signal) => {
    if (received !== null) io.abort(exitCodeOfSignal(signal));
    received = signal;
    stop.abort();
    io.sleep(graceMs, over.signal).then(() => {
      if (!over.signal.aborted) kill.abort();
    });
  });
  return {
    stop: stop.signal,
    kill: kill.signal,
    get signal() {
      return received;
    },
    dispose() {
      remove();
      over.abort();
    },
  };
}

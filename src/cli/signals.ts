/**
 * Ctrl-C, SIGTERM and SIGHUP: the first asks the run to stop in good order, the second gives up what is in
 * flight and records that, the third ends the program whatever it does.
 *
 * @module
 */

import { exitCodeOfSignal } from "./exit_code.ts";
import type { Io, StopSignal } from "../io.ts";
import type { StopSignals } from "../jobs/stopping.ts";

/** How long recording may take after the second signal, in milliseconds. */
const LAST_WORDS_MS = 2_000;

/** Signals that are listened for until they are disposed of. */
export interface StopControl extends StopSignals {
  /** From now on only a third signal does anything. */
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
  const after = (ms: number, act: () => void) =>
    io.sleep(ms, over.signal).then(() => {
      if (!over.signal.aborted) act();
    });
  let count = 0;
  io.onStopSignal((signal) => {
    const end = () => io.abort(exitCodeOfSignal(signal));
    count++;
    if (count >= 3) return end();
    if (over.signal.aborted) return; // The program is about to end, with a code of its own.
    if (count === 1) {
      received = signal;
      stop.abort();
      after(graceMs, () => kill.abort());
    } else {
      kill.abort();
      after(LAST_WORDS_MS, end);
    }
  });
  return {
    stop: stop.signal,
    kill: kill.signal,
    get signal() {
      return received;
    },
    dispose() {
      over.abort();
    },
  };
}

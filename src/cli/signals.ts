/**
 * Ctrl-C and SIGTERM: the first asks the run to stop in good order, the second gives up what is in
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
  let hurried = false;
  const after = (ms: number, act: () => void) =>
    io.sleep(ms, over.signal).then(() => {
      if (!over.signal.aborted) act();
    });
  const remove = io.onStopSignal((signal) => {
    const end = () => io.abort(exitCodeOfSignal(signal));
    if (received === null) {
      received = signal;
      stop.abort();
      after(graceMs, () => kill.abort());
    } else if (!hurried) {
      hurried = true;
      kill.abort();
      after(LAST_WORDS_MS, end);
    } else end();
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

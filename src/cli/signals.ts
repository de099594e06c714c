/**
 * Ctrl-C and SIGTERM: the first asks the run to stop in good order, the second gives up what is in
 * flight and records that, the third ends the program whatever it does.
 *
 * @module
 */

import { CancelledError } from "../model/errors.ts";
import { unlessAborted } from "../model/abort.ts";
import { exitCodeOfSignal } from "./exit_code.ts";
import type { Io, StopSignal } from "../io.ts";

/** How long recording may take after the second signal, in milliseconds. */
const LAST_WORDS_MS = 2_000;

/** How a command learns that it is to stop. */
export interface StopControl {
  /** Aborted by the first signal: read no more, let requests in flight finish. */
  readonly stop: AbortSignal;
  /** Aborted by the second signal, or when the grace period is over: requests in flight are given up. */
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

/**
 * What comes of work that is done before anything is sent, unless a signal comes first: standard input
 * may give nothing for hours. The work is left to itself then.
 *
 * @throws {CancelledError} when a signal came.
 */
export async function unlessStopped<Result>(
  control: StopControl,
  work: Promise<Result>,
): Promise<Result> {
  const done = await unlessAborted(control.stop, () => work.then((result) => ({ result })));
  if (done) return done.result;
  work.catch(() => {}); // Nobody waits for it any more.
  const signal = control.signal ?? "SIGINT";
  throw new CancelledError(`Stopped by ${signal}: nothing was sent`, signal);
}

/**
 * How a job learns that it is to stop.
 *
 * @module
 */

import { unlessAborted } from "../model/abort.ts";
import { CancelledError, type StopSignal } from "../model/errors.ts";

/** What tells a job to stop, until its end. */
export interface StopSignals {
  /** Aborted by the first signal: read no more, let requests in flight finish. */
  readonly stop: AbortSignal;
  /** Aborted by the second signal, or when the grace period is over: requests in flight are given up. */
  readonly kill: AbortSignal;
  /** Which signal came, or null. */
  readonly signal: StopSignal | null;
}

/**
 * What comes of work that is done before anything is sent, unless a signal comes first: standard input
 * may give nothing for hours. The work is left to itself then.
 *
 * @throws {CancelledError} when a signal came.
 */
export async function unlessStopped<Result>(
  signals: StopSignals,
  work: Promise<Result>,
): Promise<Result> {
  const done = await unlessAborted(signals.stop, () => work.then((result) => ({ result })));
  if (done) return done.result;
  work.catch(() => {}); // Nobody waits for it any more.
  const signal = signals.signal ?? "SIGINT";
  throw new CancelledError(`Stopped by ${signal}: nothing was sent`, signal);
}

/**
 * Waiting, by the system's timers.
 *
 * @module
 */

/** Timers of 2^31 ms and more fire at once, so no wait is longer than this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Waits, or until `signal` is aborted. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted || ms <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      stop();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const stop = startTimer(ms, done);
    signal?.addEventListener("abort", done);
  });
}

/** Calls once after so many milliseconds, unless the function that it returns is called before. */
export function startTimer(ms: number, onEnd: () => void): () => void {
  const timer = setTimeout(onEnd, Math.min(ms, LONGEST_TIMER_MS));
  return () => clearTimeout(timer);
}

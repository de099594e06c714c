/**
 * Waiting for what may never come, such as rows from a pipe.
 *
 * @module
 */

/** What the work comes to, or null as soon as the signal aborts. */
export async function unlessAborted<Result>(
  halt: AbortSignal,
  work: () => Promise<Result | null>,
): Promise<Result | null> {
  if (halt.aborted) return null;
  const halted = Promise.withResolvers<null>();
  const onHalt = () => halted.resolve(null);
  halt.addEventListener("abort", onHalt);
  try {
    return await Promise.race([work(), halted.promise]);
  } finally {
    halt.removeEventListener("abort", onHalt);
  }
}

/** Resolves when the signal aborts. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  await unlessAborted(signal, () => new Promise<never>(() => {}));
}

/**
 * Whether `import` starts a run or goes on with an unfinished one.
 *
 * @module
 */

import { UsageError } from "../model/errors.ts";

/** The flags that answer the question beforehand. */
export interface StartFlags {
  readonly resume?: boolean;
  readonly restart?: boolean;
  readonly resumeOrStart?: boolean;
}

/** What to do; `ask` leaves it to the person at the terminal. */
export type StartDecision = "start" | "resume" | "ask";

/**
 * Decides by the flags, by whether an unfinished run is there, and by whether someone can be asked.
 *
 * @param source The file's name, for messages.
 * @throws {UsageError} when flags contradict each other, when there is nothing to resume, or when
 * an unfinished run is there and nobody says what to do with it.
 */
export function decideStart(
  source: string,
  flags: StartFlags,
  hasUnfinished: boolean,
  canAsk: boolean,
): StartDecision {
  const given = [
    flags.resume && "--resume",
    flags.restart && "--restart",
    flags.resumeOrStart && "--resume-or-start",
  ].filter(Boolean);
  if (given.length > 1) throw new UsageError(`${given.join(" and ")} exclude each other`);
  if (flags.resume && !hasUnfinished) {
    throw new UsageError(`No unfinished run of ${source} to resume: leave --resume out`);
  }
  if (!hasUnfinished || flags.restart) return "start";
  if (flags.resume || flags.resumeOrStart) return "resume";
  if (canAsk) return "ask";
  throw new UsageError(
    `An unfinished run of ${source} exists: go on with it by --resume, ` +
      `or start from the first row by --restart`,
  );
}

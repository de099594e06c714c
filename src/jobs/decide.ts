/**
 * Whether `import` starts a run or goes on with an unfinished one.
 *
 * @module
 */

import { UsageError } from "../model/errors.ts";

/** Settings that answer the question beforehand. At most one of them is set. */
export interface StartSettings {
  readonly resume?: boolean;
  readonly restart?: boolean;
  readonly resumeOrStart?: boolean;
}

/** What to do; `ask` leaves it to a person. */
export type StartDecision = "start" | "resume" | "ask";

/**
 * Decides by the settings, by whether an unfinished run is there, and by whether someone can be asked.
 *
 * @param source The file's name, for messages.
 * @throws {UsageError} when there is nothing to resume, or when an unfinished run is there and nobody
 * says what to do with it.
 */
export function decideStart(
  source: string,
  settings: StartSettings,
  hasUnfinished: boolean,
  canAsk: boolean,
): StartDecision {
  if (settings.resume && !hasUnfinished) {
    throw new UsageError(`No unfinished run of ${source} to resume`, {
      remedy: { code: "drop-setting", setting: "resume" },
    });
  }
  if (!hasUnfinished || settings.restart) return "start";
  if (settings.resume || settings.resumeOrStart) return "resume";
  if (canAsk) return "ask";
  throw new UsageError(`An unfinished run of ${source} exists`, {
    remedy: { code: "resume-or-restart" },
  });
}

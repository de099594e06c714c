/**
 * What a job of the server is given: the server's settings, under those of a request.
 *
 * @module
 */

import { withDefaults } from "../config/resolve.ts";
import type { SettingName, Settings } from "../config/settings.ts";
import type { JobSetup } from "../jobs/setup.ts";
import type { Observer } from "../model/run_events.ts";

/** A server's settings and its outside, and who watches its runs. */
export interface ServerSetup extends Omit<JobSetup, "questions" | "ownSource" | "observer"> {
  /** Watches one run, or one part of it. */
  readonly newObserver: () => Observer;
}

/** What one job has of its own. */
export interface OwnOfJob {
  readonly settings: Partial<Settings>;
  /** Those of them that a client asked for. */
  readonly flags?: Iterable<SettingName>;
  readonly ownSource: JobSetup["ownSource"];
  readonly signals?: JobSetup["signals"];
  readonly observer?: Observer;
}

/** Puts a job's setup together. */
export function jobSetup(
  server: ServerSetup,
  { settings, flags = [], ownSource, signals = server.signals, observer }: OwnOfJob,
): JobSetup {
  // These say what the server does with all of its jobs.
  const { resume: _resume, rejectedFolder: _rejectedFolder, ...shared } = server.settings;
  const { io, environment, log, accounts } = server;
  const watch = server.newObserver();
  return {
    ...{ io, environment, log, accounts, signals, ownSource },
    settings: withDefaults({ ...shared, ...settings }),
    flags: new Set(flags),
    questions: null,
    observer: (event) => {
      watch(event);
      observer?.(event);
    },
  };
}

/**
 * The record of what nobody will resume: a dry run, or a single record.
 *
 * @module
 */

import type { Problem } from "../model/problem.ts";
import type { RunRecord } from "./deliver.ts";

/** Keeps nothing but, for `send`, what was wrong. */
export function unrecorded(problems?: Problem[]): RunRecord {
  return {
    runId: null,
    full: null,
    folder: null,
    files: { checkpoint: null, rejected: null, unknown: null, errors: null },
    append(settled, rejections) {
      problems?.push(
        ...rejections.flatMap((rejection) => rejection.problems),
        ...settled.unknown.map(({ problem }) => problem),
      );
      return Promise.resolve();
    },
    sent: () => Promise.resolve(),
    returned: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    end: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

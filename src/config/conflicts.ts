/**
 * Settings that make no sense together. A flag that would be ignored is an error.
 *
 * @module
 */

import { UsageError } from "../model/errors.ts";
import { type SettingName, type Settings, settings as settingTable } from "./settings.ts";

/**
 * Refuses flags that contradict each other.
 *
 * @param flags The settings that were given as flags: older systems' variables may stand beside
 * each other in one `.env`, and the flag wins.
 */
export function refuseConflicts(settings: Settings, flags: ReadonlySet<SettingName>): void {
  const { minAge, maxAge, format } = settings;
  if (flags.has("quiet") && flags.has("verbose")) {
    throw new UsageError("--quiet and --verbose exclude each other");
  }
  if (flags.has("single") && flags.has("batchSize")) {
    throw new UsageError("--single and --batch-size exclude each other");
  }
  const starts = (["resume", "restart", "resumeOrStart"] as const).filter((name) => settings[name]);
  if (starts.length > 1) {
    const names = starts.map((name) => `--${settingTable[name].flag}`);
    throw new UsageError(`${names.join(" and ")} exclude each other`);
  }
  if (settings.again && settings.skipIfImported) {
    throw new UsageError("--again and --skip-if-imported exclude each other");
  }
  if (settings.dryRun && settings.stopAfter !== undefined && flags.has("stopAfter")) {
    throw new UsageError("--dry-run can't be gone on with: leave --stop-after out");
  }
  if (settings.dump !== undefined && !settings.dryRun) {
    throw new UsageError("--dump goes with --dry-run: a real run writes no request bodies");
  }
  if (flags.has("unmended") && settings.prune === undefined) {
    throw new UsageError("--unmended goes with --prune: without it nothing is removed");
  }
  if (settings.prune !== undefined && (flags.has("failed") || flags.has("since"))) {
    throw new UsageError("--failed and --since choose what is listed: leave them out of --prune");
  }
  if (
    settings.dryRun &&
    (["resume", "restart", "resumeOrStart"] as const).some((flag) => flags.has(flag))
  ) {
    throw new UsageError(
      "--dry-run checks the whole file and records nothing: leave --resume and --restart out",
    );
  }
  if (flags.has("json") && flags.has("format") && format !== "json") {
    throw new UsageError(`--json and --format ${format} exclude each other`);
  }
  if (minAge !== undefined && maxAge !== undefined && minAge > maxAge) {
    throw new UsageError(`No age is at least ${minAge} and at most ${maxAge}: mend the age filter`);
  }
}

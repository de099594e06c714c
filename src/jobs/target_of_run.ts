/**
 * The target of a run, as its settings tell it, and of a call, as the settings of now do.
 *
 * @module
 */

import type { TargetOf } from "../checkpoint/run_target.ts";
import type { RunHeader } from "../checkpoint/lines.ts";
import type { Environment } from "../config/environment.ts";
import type { Settings } from "../config/settings.ts";
import { UsageError } from "../model/errors.ts";
import type { Variables } from "../model/secret.ts";
import { describeTarget, SANDBOX, type TargetId, targetKey } from "../model/target.ts";
import type { Io } from "../io.ts";
import { restoreSettings } from "./kept_settings.ts";
import { chooseTarget, separateSecrets, type Target, targetVariables } from "./target.ts";

/** Where a call sends its rows. */
export function targetIdOf(
  { definition, mapping }: Target,
  variables: Variables,
  { sandbox }: Pick<Settings, "sandbox">,
): TargetId {
  return sandbox ? SANDBOX : definition.target(variables, mapping);
}

/** Tells the target of runs that don't record it, by the variables that they do. */
export function targetOfOlderRuns(io: Pick<Io, "files">): TargetOf {
  return async ({ destination, settings, source: { sandbox } }) => {
    try {
      const kept = restoreSettings(settings);
      const target = await chooseTarget(io, destination, kept.settings.mapping);
      const found = targetIdOf(target, kept.variables, { sandbox });
      return found.address === "" ? null : found;
    } catch {
      return null; // Its mapping is gone, say. It can be gone on with all the same.
    }
  };
}

/**
 * Refuses to go on with a run when the settings of now name another target: rows must not go where
 * their owner no longer points, nor new credentials to an old host. Settings that hold none of the
 * target's open variables name no target.
 *
 * @throws {UsageError} naming both.
 */
export function refuseOtherTarget(
  { destination, target: recorded, source: { sandbox } }: RunHeader,
  target: Target,
  environment: Environment,
): void {
  if (sandbox || recorded === undefined) return;
  const variables = targetVariables(target, environment);
  const { open } = separateSecrets(variables);
  if (Object.keys(open).length === 0) return;
  const now = targetIdOf(target, variables, {});
  if (targetKey(destination, now) === targetKey(destination, recorded)) return;
  throw new UsageError(
    `The run goes to ${describeTarget(destination, recorded)}, and the settings now name ` +
      `${describeTarget(destination, now)}: nothing was sent`,
    { remedy: { code: "other-target" } },
  );
}

/**
 * Which runs of one file stand in each other's way.
 *
 * @module
 */

import type { Settings } from "../config/settings.ts";

/**
 * The lane of an import, as runs are told apart by it: `sandbox`, `shard 3/8`, both, or nothing for
 * the whole file to the real API. An import takes up, replaces and waits for runs of its lane only.
 */
export function laneOf({ sandbox, shard }: Pick<Settings, "sandbox" | "shard">): string {
  return [sandbox && "sandbox", shard && `shard ${shard.index}/${shard.count}`]
    .filter(Boolean)
    .join(", ");
}

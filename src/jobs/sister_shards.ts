/**
 * Shards of one file that are started one after the other, while the file may change: each is compared
 * with what its sisters' runs in the log folder recorded, so that no row falls between two of them.
 *
 * @module
 */

import { isSameSource, type SourceId } from "../model/run_scope.ts";
import type { SourceFacts } from "../checkpoint/lines.ts";
import type { RunSummary } from "../checkpoint/summarize.ts";
import { UsageError } from "../model/errors.ts";
import { plural } from "../text/words.ts";
import type { ShardCut } from "./shard.ts";

/**
 * Refuses a shard that doesn't fit those that others of the same division were cut off by.
 *
 * A sister's run counts that was started last for its part, unless an earlier run of this very part
 * belongs to it: then all of that is an earlier import of a file by this name.
 *
 * @param runs of the file to the destination, the oldest first.
 * @param name the file's, for messages.
 */
export function refuseGaps(
  runs: readonly RunSummary[],
  name: string,
  source: SourceId,
  { facts, size }: ShardCut,
): void {
  const cuts = runs.flatMap(({ run }) => run === null ? [] : [run.source]).filter((other) =>
    isSameSource({ ...other, shard: null }, { ...source, shard: null }) &&
    other.shard?.count === facts.count
  );
  const ownSizes = new Set(
    cuts.filter(({ shard }) => shard?.index === facts.index).map(({ size }) => size),
  );
  const sisters = new Map<number, SourceFacts>();
  for (const cut of cuts) if (cut.shard) sisters.set(cut.shard.index, cut);
  sisters.delete(facts.index);
  for (const sister of sisters.values()) {
    const { shard } = sister;
    if (shard === null || sister.size === null || ownSizes.has(sister.size)) continue;
    const isNext = shard.index === facts.index + 1;
    const isBefore = shard.index === facts.index - 1;
    const fits = sister.size === size && (!isNext || shard.start.offset === facts.end) &&
      (!isBefore || shard.end === facts.start.offset);
    if (fits) continue;
    throw new UsageError(
      `${name} is not as it was when shard ${shard.index}/${shard.count} was cut off it ` +
        `(${plural(sister.size, "byte")} then, ${size} now), so rows could be in no shard, or in ` +
        "two: put back the file as it was",
      { remedy: { code: "start-shards-anew" } },
    );
  }
}

/**
 * Which runs stand in each other's way: those that send the same rows of a file to the same place.
 *
 * @module
 */

/** Which part of a source a run sends, and whether to the real API. */
export interface RunScope {
  /** True when the rows go to a stand-in on loopback. */
  readonly sandbox: boolean;
  /** The `index`-th (from 1) of `count` parts of the file; null when it is all of it. */
  readonly shard: { readonly index: number; readonly count: number } | null;
}

/** A source and what of it is sent where. */
export interface SourceId extends RunScope {
  /** Where it is sent, by `targetKey`; absent where that is not known, which differs from all others. */
  readonly target?: string | null;
  /** Absolute path without symbolic links, or `-` for standard input. */
  readonly path: string;
}

/** `sandbox`, `shard 3/8`, both, or nothing for the whole file to the real API. */
export function scopeName({ sandbox, shard }: RunScope): string {
  return [sandbox && "sandbox", shard && `shard ${shard.index}/${shard.count}`]
    .filter(Boolean)
    .join(", ");
}

/** A source by name, with its scope if it has one: `policies.csv (sandbox)`. */
export function describeSource(name: string, scope: RunScope): string {
  const words = scopeName(scope);
  return words === "" ? name : `${name} (${words})`;
}

/** True when the two send to the same target. */
export function isSameTarget(one: SourceId, other: SourceId): boolean {
  return (one.target ?? null) === (other.target ?? null);
}

/** True when only one run of the two may be in progress: they share a lock. */
export function isSameSource(one: SourceId, other: SourceId): boolean {
  return one.path === other.path && isSameTarget(one, other) && scopeName(one) === scopeName(other);
}

/**
 * True when runs of the two send some rows to the same place. Shards do unless they are different
 * ones of the same division.
 */
export function overlap(one: SourceId, other: SourceId): boolean {
  if (one.path !== other.path || one.sandbox !== other.sandbox) return false;
  if (!isSameTarget(one, other)) return false;
  if (one.shard?.count !== other.shard?.count) return true;
  return one.shard?.index === other.shard?.index;
}

/**
 * What the time of a delivery goes to. Several requests do several things at once; at each moment counts
 * what the one that is furthest on does, so that the parts never come to more than the whole.
 *
 * @module
 */

/** Milliseconds by what was done; what is left of the whole is reading and checking rows. */
export interface TimeSpent {
  /** Waited for answers. */
  readonly sending: number;
  /** Waited because the API asked for it. */
  readonly paused: number;
  /** Waited for the next attempt of what failed. */
  readonly backingOff: number;
  /** Waited because of the rate, or of a wait before each request that was asked for. */
  readonly held: number;
  /** Recorded outcomes. */
  readonly disk: number;
}

/** What a request, or the row that follows it, is at; who is further on comes first. */
export const ACTIVITIES: readonly (keyof TimeSpent)[] = [
  ...["sending", "paused", "backingOff", "held", "disk"] as const,
];

/**
 * What help, flags and completions tell of a destination: little, so that they start at once.
 *
 * @module
 */

/** Settings that variables of the systems before rowferry can stand for. */
export type OlderSetting = "batchSize" | "single" | "debug";

/** A destination before anything of it is used. */
export interface DestinationProfile {
  /** The word after `--to`. */
  readonly name: string;
  /** The name people know it by. */
  readonly title: string;
  /** What a real send can't do without, in the words of help: mostly names of variables. */
  readonly needs: string;
  /** Variables of an older system that stand for settings. */
  readonly olderVariables: Readonly<Partial<Record<OlderSetting, string>>>;
  /** The mapping that is used when none is named, as it stands in a file; null where none is. */
  readonly builtinMapping: unknown;
}

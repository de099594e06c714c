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
  /** The variables that it has settings in; empty where they are a mapping's to name. */
  readonly needs: readonly string[];
  /** Variables of an older system that stand for settings. */
  readonly olderVariables: Readonly<Partial<Record<OlderSetting, string>>>;
  /**
   * The columns of a record that the older service took for it, in the order in which they stand in
   * its files without a header line; absent where there was none.
   */
  readonly olderService?: { readonly columns: readonly string[] };
  /** The mapping that is used when none is named, as it stands in a file; null where none is. */
  readonly builtinMapping: unknown;
}

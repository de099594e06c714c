/**
 * What a destination has to offer. All of it stands in one folder; `registry.ts` has its line.
 *
 * @module
 */

import type { CompiledMapping, MappingDialect, MappingFile } from "../mapping/mod.ts";
import type { DestinationVariable, Sink } from "../model/destination.ts";
import type { Variables } from "../model/secret.ts";
import type { TargetId } from "../model/target.ts";
import type { DestinationProfile } from "./profile.ts";
import type { StandIn } from "./stand_in.ts";

/** A destination before its settings are known. */
export interface DestinationDefinition extends DestinationProfile {
  /** Its part of the language of mapping files. */
  readonly mapping: MappingDialect;
  /** The environment variables it reads with this mapping. */
  variables(mapping: MappingFile): readonly DestinationVariable[];
  /**
   * What those variables are at the stand-in that listens at `url` (`http://127.0.0.1:<port>`).
   * They go over the real ones, so that a sandbox run needs no credentials and uses none.
   */
  sandboxVariables(url: string, mapping: MappingFile): Record<string, string>;
  /**
   * Where rows go with these variables. Those that are missing or wrong are left to `createSink`.
   */
  target(variables: Variables, mapping: MappingFile): TargetId;
  /** Plays its API; `now` is the clock, epoch milliseconds. */
  standIn(mapping: MappingFile, now: () => number): StandIn;
  /**
   * Checks the settings, and makes the destination with the encoder of its rows.
   *
   * @throws {UsageError} naming what is missing or wrong; never with the value of a secret.
   */
  createSink(setup: SinkSetup): Sink;
}

/** What a sink is made of. */
export interface SinkSetup {
  /** Environment variables by name; empty ones count as not set. */
  readonly variables: Variables;
  readonly mapping: CompiledMapping;
  /** Row `n` is known to the API as `<idPrefix>-<n>`, where the API knows rows by an id. */
  readonly idPrefix: string;
  /** One row a request. */
  readonly single: boolean;
  /** Credentials may go over plain `http:` beyond loopback. */
  readonly insecureHttp: boolean;
  /** Wall clock, epoch milliseconds; rows are old or not as of this moment. */
  readonly now: number;
}

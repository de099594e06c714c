/**
 * What a destination has to offer: a name, the variables it reads, and a connection made of them.
 *
 * @module
 */

import type { CompiledMapping, MappingFile } from "../mapping/mod.ts";
import type { Connection, Variable } from "../model/destination.ts";

/** A kind of destination, before its settings are known. */
export interface DestinationKind {
  /** The word after `--to`. */
  readonly name: string;
  /** The name people know it by. */
  readonly title: string;
  /** The environment variables it reads with this mapping. */
  variables(mapping: MappingFile): readonly Variable[];
  /**
   * What those variables are at the stand-in that listens at `url` (`http://127.0.0.1:<port>`).
   * They go over the real ones, so that a sandbox run needs no credentials and uses none.
   */
  sandboxVariables(url: string, mapping: MappingFile): Record<string, string>;
  /**
   * Checks the settings and makes the destination and the encoder of its rows.
   *
   * @throws {UsageError} naming what is missing or wrong; never with the value of a secret.
   */
  connect(setup: ConnectionSetup): Connection;
}

/** What a connection is made of. */
export interface ConnectionSetup {
  /** Environment variables by name; empty ones count as not set. */
  readonly variables: Readonly<Record<string, string>>;
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

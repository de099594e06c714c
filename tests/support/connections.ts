/**
 * Short ways to destinations with their settings filled in.
 *
 * @module
 */

import type { ConnectionSetup } from "../../src/destinations/kind.ts";
import { findDestination } from "../../src/destinations/registry.ts";
import { type CompiledMapping, compileMapping } from "../../src/mapping/compile.ts";
import { builtinMapping } from "../../src/mapping/load.ts";
import { type MappingFile, mappingSchema } from "../../src/mapping/schema.ts";
import type { Connection, HttpAnswer, Item, Row, Value } from "../../src/types.ts";

/** 15 June 2024, noon UTC. */
export const NOW = Date.UTC(2024, 5, 15, 12);

/** Settings that a connection to each destination needs. */
export const VARIABLES: Record<string, Record<string, string>> = {
  mparticle: {
    MPARTICLE_API_KEY: "the-key",
    MPARTICLE_API_SECRET: "the-secret",
    MPARTICLE_ENVIRONMENT: "development",
  },
  showads: { API_URL: "https://showads.example.com/api", PROJECT_KEY: "the-project-key" },
  http: {},
};

/** The built-in mapping of a destination. */
export function builtin(destination: string): MappingFile {
  const file = builtinMapping(destination);
  if (file === null) throw new Error(`${destination} has no built-in mapping`);
  return file;
}

/** A mapping compiled for a CSV whose header is the mapping's own columns. */
export function compiled(file: unknown): CompiledMapping {
  const mapping = mappingSchema.parse(file);
  const header = mapping.columns.map(({ from }) => from);
  return compileMapping(mapping, header, "test.csv", { now: NOW });
}

/** A connection by a mapping file, with the settings that such tests mostly want. */
export function connectTo(file: unknown, overrides: Partial<ConnectionSetup> = {}): Connection {
  const mapping = compiled(file);
  const { destination } = mapping.file;
  return findDestination(destination).connect({
    variables: VARIABLES[destination] ?? {},
    mapping,
    idPrefix: "run",
    single: false,
    insecureHttp: false,
    now: NOW,
    ...overrides,
  });
}

/** A row that holds nothing but its number and its fields. */
export function rowOf(number: number, fields: readonly string[] = []): Row {
  return {
    number,
    line: number + 1,
    start: 0,
    end: 0,
    fields,
    fault: null,
    block: { text: "", offset: 0, unitBytes: 1, bigEndian: false },
  };
}

/** A row as an item; fails when the encoder finds a problem with it. */
export function itemOf(connection: Connection, number: number, values: readonly Value[]): Item {
  const encoded = connection.encode(values, number);
  if ("problems" in encoded) throw new Error(encoded.problems.map(({ message }) => message).join());
  const { payload, route } = encoded;
  return { row: rowOf(number), payload, bytes: new Blob([payload]).size, route };
}

/** An answer that arrived at {@linkcode NOW}. */
export function answerOf(
  status: number,
  body: unknown = "",
  headers: Record<string, string> = {},
): HttpAnswer {
  return {
    status,
    headers: new Headers(headers),
    body: typeof body === "string" ? body : JSON.stringify(body),
    receivedAt: NOW,
  };
}

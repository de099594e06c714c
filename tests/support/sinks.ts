/**
 * Short ways to destinations with their settings filled in.
 *
 * @module
 */

import { BatchBuilder, fragmentsOf } from "../../src/delivery/batch.ts";
import type { SinkSetup } from "../../src/destinations/definition.ts";
import type { CompiledMapping } from "../../src/mapping/compile.ts";
import { PayloadWriter } from "../../src/model/payload_writer.ts";
import type { HttpAnswer } from "../../src/model/answer.ts";
import type { Batch, Route } from "../../src/model/batch.ts";
import type { Destination, Encoded, RequestHead, Sink } from "../../src/model/destination.ts";
import type { Row } from "../../src/model/row.ts";
import type { Value } from "../../src/model/value.ts";
import { compileMapping, definitionOf, mappingSchema } from "./destinations.ts";

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

export { builtin } from "./destinations.ts";

/** A mapping compiled for a CSV whose header is the mapping's own columns. */
export function compiled(file: unknown): CompiledMapping {
  const mapping = mappingSchema.parse(file);
  const header = mapping.columns.map(({ from }) => from);
  return compileMapping(mapping, header, "test.csv", { now: NOW });
}

/** A connection by a mapping file, with the settings that such tests mostly want. */
export function sinkFor(file: unknown, overrides: Partial<SinkSetup> = {}): Sink {
  return sinkBy(compiled(file), overrides);
}

/** The same, by a mapping that is compiled already. */
export function sinkBy(
  mapping: CompiledMapping,
  overrides: Partial<SinkSetup> = {},
): Sink {
  const { destination } = mapping.file;
  return definitionOf(destination).createSink({
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
    verbatim: null,
    first: 0,
    block: { text: "", offset: 0, unitBytes: 1, bigEndian: false },
  };
}

/** What a writer holds. */
export function textOf({ bytes, length }: PayloadWriter): string {
  return decoder.decode(bytes.subarray(0, length));
}

/** Encodes a row: its route or its problems. */
export function encode(
  sink: Sink,
  number: number,
  values: readonly Value[],
  writer = new PayloadWriter(),
): Encoded {
  writer.begin(rowOf(number));
  return sink.encode(values, number, writer);
}

/** A row's route and payload; fails when the encoder finds a problem with it. */
export function encodedOf(
  sink: Sink,
  number: number,
  values: readonly Value[],
): { readonly route: Route; readonly payload: string } {
  const writer = new PayloadWriter();
  const encoded = encode(sink, number, values, writer);
  if (typeof encoded !== "object") return { route: encoded, payload: textOf(writer) };
  throw new Error(encoded.map(({ message }) => message).join());
}

/** A row's payload; fails as {@linkcode encodedOf} does. */
export function payloadOf(
  sink: Sink,
  number: number,
  values: readonly Value[],
): string {
  return encodedOf(sink, number, values).payload;
}

/** Rows of one route as the batch of a request; their numbers begin at `first`. */
export function batchOf(
  sink: Sink,
  rows: readonly (readonly Value[])[],
  first = 1,
): Batch {
  const encoded = rows.map((values, index) => encodedOf(sink, first + index, values));
  const route = encoded[0]?.route ?? 0;
  if (encoded.some((row) => row.route !== route)) throw new Error("The rows differ in their route");
  const frame = fragmentsOf(sink.destination.frame(route));
  const batch = new BatchBuilder(frame, route);
  const writer = new PayloadWriter();
  for (const [index, { payload }] of encoded.entries()) {
    writer.length = 0;
    writer.text(payload);
    batch.add(rowOf(first + index), writer);
  }
  return batch.finish();
}

/** The payloads of a batch, in order. */
export function payloadsOf(batch: Batch): string[] {
  return Array.from({ length: batch.length }, (_, index) => batch.payload(index));
}

/** A request with its body as text. */
export interface WholeRequest extends RequestHead {
  readonly body: string;
}

/** The request that carries a batch. */
export function requestOf(
  destination: Destination,
  batch: Batch,
  token: string | null,
): WholeRequest {
  return { ...destination.request(batch, token), body: decoder.decode(batch.body) };
}

const decoder = new TextDecoder();

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

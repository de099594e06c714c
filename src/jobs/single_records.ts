/**
 * Checks records one by one before they are kept for sending, as a run checks its rows.
 *
 * @module
 */

import { newIdPrefix } from "../checkpoint/folders.ts";
import { type CompiledMapping, mappingHeader } from "../mapping/compile.ts";
import { PayloadWriter } from "../model/payload_writer.ts";
import type { Problem } from "../model/problem.ts";
import type { Sink } from "../model/destination.ts";
import { compileFor } from "./input.ts";
import type { OneRecord } from "./record.ts";
import type { JobSetup } from "./setup.ts";
import { type Target, variablesFor } from "./target.ts";

/** What is found out about a record. */
export type RecordVerdict =
  | { readonly kind: "sendable" }
  | { readonly kind: "filtered"; readonly rule: string }
  | { readonly kind: "rejected"; readonly problems: readonly Problem[] };

/** Checks the records to one target that have the same columns. */
export class SingleRecords {
  readonly #mapping: CompiledMapping;
  readonly #sink: Sink;
  readonly #writer = new PayloadWriter();

  private constructor(mapping: CompiledMapping, sink: Sink) {
    this.#mapping = mapping;
    this.#sink = sink;
  }

  /**
   * @param setup with the ages that are let through.
   * @throws {UsageError} when the destination's settings are missing or wrong.
   */
  static async open(
    setup: JobSetup,
    target: Target,
    header: readonly string[],
  ): Promise<SingleRecords> {
    const { io, settings } = setup;
    const { definition, mapping: file } = target;
    const stand = settings.sandbox ? definition.sandboxVariables("http://127.0.0.1", file) : {};
    const mapping = await compileFor(io, { ...setup, target }, header, "the record");
    const sink = definition.createSink({
      variables: variablesFor(target, setup, { variables: stand }),
      mapping,
      idPrefix: newIdPrefix(io),
      single: false,
      insecureHttp: settings.insecureHttp ?? false,
      now: io.now(),
    });
    return new SingleRecords(mapping, sink);
  }

  /** What becomes of a record, as far as that can be told without sending it. */
  check({ row }: OneRecord): RecordVerdict {
    const values = this.#mapping.check(row);
    if (values === null) return { kind: "rejected", problems: this.#mapping.problems(row) };
    const rule = this.#mapping.filter(values, row);
    if (rule !== null) return { kind: "filtered", rule };
    this.#writer.begin(row);
    this.#mapping.convert?.(values);
    const route = this.#sink.encode(values, row.number, this.#writer);
    return typeof route === "object" ? { kind: "rejected", problems: route } : { kind: "sendable" };
  }
}

/**
 * Makes sure that rows could be sent to a target.
 *
 * @throws {UsageError} when the destination's settings are missing or wrong.
 */
export async function assertSetUp(setup: JobSetup, target: Target): Promise<void> {
  await SingleRecords.open(setup, target, mappingHeader(target.mapping));
}

/**
 * What a body is to the requests of a run, whatever its form.
 *
 * @module
 */

import type { CompiledMapping } from "../../mapping/mod.ts";
import type { Frame } from "../../model/destination.ts";
import type { Writer } from "./record.ts";

/** A body, compiled for a run. */
export interface Body {
  readonly frame: Frame;
  /** Null where there is no body. */
  readonly contentType: string | null;
  /** True where a request is one row. */
  readonly isSingle: boolean;
  /** Words a row. */
  readonly write: Writer;
  /** The record that a row's payload holds. */
  recordOf(payload: string): unknown;
}

/** The parts of a mapping that records are made of. */
export type RecordParts = Pick<CompiledMapping, "outputs" | "constants">;

/**
 * Wording rows: from values to what stands for a row in a request.
 *
 * @module
 */

import type { CompiledMapping } from "../../mapping/mod.ts";
import type { Sink } from "../../model/destination.ts";
import type { Problem } from "../../model/problem.ts";
import { compileRecord, type RecordWriter, type Writer } from "./record.ts";
import { compileRowId } from "./row_id.ts";
import type { HttpSection } from "./schema.ts";

/** Compiles the encoder of a run; `idPrefix` is what its rows' ids begin with. */
export function compileEncode(
  section: HttpSection,
  mapping: CompiledMapping,
  idPrefix: string,
): Sink["encode"] {
  const { rowId, envelope } = section;
  if (rowId === undefined) {
    const write = compileWriter(compileRecord(mapping), envelope);
    return (values, _row, writer) => {
      const problems: Problem[] = [];
      writer.text(write(values, problems));
      return problems.length === 0 ? 0 : problems;
    };
  }
  const idOf = compileRowId(rowId, idPrefix);
  const outputs = [...mapping.outputs, {
    column: "the row's id",
    field: null,
    to: [rowId.to],
    type: "string" as const,
    whenEmpty: undefined,
  }];
  const write = compileWriter(compileRecord({ ...mapping, outputs }), envelope);
  return (values, row, writer) => {
    const problems: Problem[] = [];
    writer.text(write([...values, idOf(row)], problems));
    return problems.length === 0 ? 0 : problems;
  };
}

function compileWriter(record: RecordWriter, envelope: HttpSection["envelope"]): Writer {
  if (envelope.format !== "ndjson" || envelope.lines === undefined) return record.whole;
  const lines = envelope.lines.map((name) => record.member(name));
  return (values, problems) => lines.map((write) => write(values, problems)).join("\n");
}

/** The key by which no two rows of a request may be alike, where the API minds. */
export function compileDistinctKey(
  { limits: { distinctBy } }: HttpSection,
  { outputs }: CompiledMapping,
): Pick<Sink, "distinctKey"> {
  const at = outputs.findIndex(({ to }) => distinctBy !== undefined && to.includes(distinctBy));
  if (at < 0) return {};
  return {
    distinctKey(values) {
      const value = values[at];
      return value === undefined ? null : String(value).toLowerCase();
    },
  };
}

/**
 * Wording rows: from values to what stands for a row in a request.
 *
 * @module
 */

import type { CompiledMapping } from "../../mapping/mod.ts";
import type { Sink } from "../../model/destination.ts";
import type { Problem } from "../../model/problem.ts";
import type { Body, RecordParts } from "./body.ts";
import { compileRowId } from "./row_id.ts";
import type { HttpSection } from "./schema.ts";
import type { UrlTemplate } from "./url_template.ts";

/** The columns of a record, with the row's id where the mapping gives it one. */
export function recordParts(
  { rowId }: HttpSection,
  { outputs, constants }: RecordParts,
): RecordParts {
  if (rowId === undefined) return { outputs, constants };
  const id = {
    column: "the row's id",
    field: null,
    to: [rowId.to],
    type: "string" as const,
    whenEmpty: undefined,
  };
  return { outputs: [...outputs, id], constants };
}

/** Compiles the encoder of a run; `idPrefix` is what its rows' ids begin with. */
export function compileEncode(
  { rowId }: HttpSection,
  { write }: Body,
  url: UrlTemplate | null,
  idPrefix: string,
): Sink["encode"] {
  const idOf = rowId && compileRowId(rowId, idPrefix);
  return (checked, row, writer) => {
    const values = idOf === undefined ? checked : [...checked, idOf(row)];
    const problems: Problem[] = [];
    writer.text(write(values, problems));
    const route = url === null ? 0 : url.routeOf(values, problems);
    return problems.length === 0 ? route : problems;
  };
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

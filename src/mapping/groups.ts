/**
 * Groups of columns of which one at least must have a value.
 *
 * @module
 */

import type { Problem } from "../model/problem.ts";
import type { Value } from "../model/value.ts";
import type { NeededTargets } from "./dialect.ts";
import { type Located, targetsOf } from "./header.ts";
import type { MappingFile } from "./schema.ts";
import { quotedList } from "./wording.ts";

/** Outputs of which one at least must have a value. */
export interface ValueGroup {
  readonly outputs: readonly number[];
  readonly problem: Problem;
}

/** The groups that the file asks for, and the one without which the destination takes no row. */
export function compileGroups(
  file: MappingFile,
  needed: NeededTargets | null,
  columns: readonly Located[],
): ValueGroup[] {
  const groups = file.requireOneOf.map((names): ValueGroup => {
    const outputs = columns.flatMap(({ column }, at) => names.includes(column.from) ? [at] : []);
    const message = `${headers(columns, outputs)} are all empty.`;
    return { outputs, problem: { code: "required-one-of", column: null, message } };
  });
  if (needed === null || file.constants.some(({ to }) => needed.includes(to))) return groups;
  const outputs = columns.flatMap(({ column }, at) =>
    targetsOf(column.to).some((to) => needed.includes(to)) ? [at] : []
  );
  const message = `${headers(columns, outputs)}: all empty, and ${needed.consequence}.`;
  return [...groups, { outputs, problem: { code: needed.code, column: null, message } }];
}

function headers(columns: readonly Located[], outputs: readonly number[]): string {
  return quotedList(outputs.map((at) => columns[at]?.name ?? ""));
}

/** Whether none of the group's values is there. */
export function isEmpty(group: ValueGroup, values: readonly Value[]): boolean {
  for (const at of group.outputs) if (values[at] !== undefined) return false;
  return true;
}

/**
 * Groups of columns of which one at least must have a value.
 *
 * @module
 */

import type { Problem } from "../model/problem.ts";
import type { Value } from "../model/value.ts";
import { type Located, targetsOf } from "./header.ts";
import type { MappingFile } from "./schema.ts";
import { quotedList } from "./wording.ts";

/** Outputs of which one at least must have a value. */
export interface Group {
  readonly outputs: readonly number[];
  readonly problem: Problem;
}

/** The groups that the file asks for, and mParticle's own: it drops users without an identity. */
export function compileGroups(file: MappingFile, columns: readonly Located[]): Group[] {
  const groups = file.requireOneOf.map((names): Group => {
    const outputs = columns.flatMap(({ column }, at) => names.includes(column.from) ? [at] : []);
    const message = `${headers(columns, outputs)} are all empty.`;
    return { outputs, problem: { code: "required-one-of", column: null, message } };
  });
  if (file.destination !== "mparticle") return groups;
  const outputs = columns.flatMap(({ column }, at) =>
    targetsOf(column.to).some((to) => to.startsWith("user_identities.")) ? [at] : []
  );
  const message = `${headers(columns, outputs)}: all empty, and mParticle drops such rows.`;
  return [...groups, { outputs, problem: { code: "no-identity", column: null, message } }];
}

function headers(columns: readonly Located[], outputs: readonly number[]): string {
  return quotedList(outputs.map((at) => columns[at]?.name ?? ""));
}

/** Whether none of the group's values is there. */
export function isEmpty(group: Group, values: readonly Value[]): boolean {
  for (const at of group.outputs) if (values[at] !== undefined) return false;
  return true;
}

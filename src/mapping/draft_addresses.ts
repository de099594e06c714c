/**
 * Addresses in a draft: for destinations that know people by them, and as ids for those that don't.
 *
 * @module
 */

import type { InitWords } from "./dialect.ts";
import type { ColumnKeys } from "./type_guess.ts";

/**
 * What makes an address out of an id, where the destination knows people by their addresses and the
 * CSV holds none: enough for a rehearsal.
 */
export const MADE_ADDRESS: ColumnKeys = {
  type: "email",
  clean: [{ replace: { pattern: "^(.+)$", with: "$1@example.com" } }],
};

/** Whether a destination's target takes addresses. */
export function isAddress(target: string | null, { typeOf }: InitWords): boolean {
  const type = target === null ? null : typeOf(target);
  return type === "email" || typeof type === "object" && type?.type === "email";
}

/** What is looked at of a column that is drafted. */
interface Drafted {
  readonly target: string | null;
  readonly suggestion: string | null;
  readonly keys: ColumnKeys;
}

/** The same columns, with addresses suggested as ids where no other tells whom a row is about. */
export function withIds<Column extends Drafted>(
  columns: readonly Column[],
  { idFor }: InitWords,
): (Column & { readonly alsoAt: string | null })[] {
  const alsoAt = idFor?.(columns.flatMap(({ target, suggestion }) => target ?? suggestion ?? []));
  const address = columns.find(({ keys }) => keys.type === "email");
  return columns.map((column) => {
    if (!alsoAt || column !== address) return { ...column, alsoAt: null };
    return { ...column, target: null, suggestion: column.target ?? column.suggestion, alsoAt };
  });
}

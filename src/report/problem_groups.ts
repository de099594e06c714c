/**
 * What is wrong with the rows of a file, counted by column and code: pure.
 *
 * @module
 */

/** Problems with the same code in the same column. */
export interface ProblemGroup<Example> {
  /** Null where it is not one column's fault. */
  readonly column: string | null;
  readonly code: string;
  readonly count: number;
  /** The first of them. */
  readonly example: Example;
}

interface GrowingGroup<Example> {
  count: number;
  readonly example: Example;
}

/** Stands for the column of problems that are the whole row's. */
const WHOLE_ROW = "(row)";

/** Counts problems. Memory grows with columns and codes, not with rows. */
export class ProblemGroups<Example> {
  readonly #columns = new Map<string | null, Map<string, GrowingGroup<Example>>>();

  /** Notes a problem; `example` is asked only for the first of its group. */
  add(
    { column, code }: { readonly column: string | null; readonly code: string },
    example: () => Example,
  ): void {
    let codes = this.#columns.get(column);
    if (!codes) this.#columns.set(column, codes = new Map());
    const group = codes.get(code);
    if (group) group.count++;
    else codes.set(code, { count: 1, example: example() });
  }

  /** By column in the order of their first problem, in a column the most frequent first. */
  list(): ProblemGroup<Example>[] {
    return [...this.#columns].flatMap(([column, codes]) =>
      [...codes]
        .map(([code, group]) => ({ column, code, ...group }))
        .sort((a, b) => b.count - a.count)
    );
  }
}

/** Something of each group as JSON has it: by column, then by code. */
export function byColumn<Group extends Pick<ProblemGroup<unknown>, "column" | "code">, Told>(
  groups: readonly Group[],
  tell: (group: Group) => Told,
): Record<string, Record<string, Told>> {
  // Map entries, not assignments: a column may be called `__proto__`.
  const columns = new Map<string, [code: string, told: Told][]>();
  for (const group of groups) {
    const name = group.column ?? WHOLE_ROW;
    columns.set(name, [...columns.get(name) ?? [], [group.code, tell(group)]]);
  }
  return Object.fromEntries([...columns].map(([name, codes]) => [name, Object.fromEntries(codes)]));
}

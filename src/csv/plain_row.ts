/**
 * Records of nothing but ASCII without quotes, which most are: they are told by where their fields
 * stand, and no text is made of them unless somebody asks.
 *
 * @module
 */

import type { Problem } from "../model/problem.ts";
import type { Block, Row, Verbatim } from "../model/row.ts";

/** A row whose fields stand in its block as they are. */
export class PlainRow implements Row {
  #fields: readonly string[] | null = null;

  constructor(
    readonly number: number,
    readonly line: number,
    readonly start: number,
    readonly end: number,
    readonly block: Block,
    readonly verbatim: Verbatim,
    readonly first: number,
  ) {}

  get fault(): Problem | null {
    return null;
  }

  get fields(): readonly string[] {
    return this.#fields ??= cutFields(this.block.text, this.verbatim, this.first);
  }
}

function cutFields(text: string, { starts, columns }: Verbatim, first: number): string[] {
  const fields = new Array<string>(columns);
  let start = starts[first] as number;
  for (let i = 0; i < columns; i++) {
    const next = starts[first + i + 1] as number;
    fields[i] = text.slice(start, next - 1);
    start = next;
  }
  return fields;
}

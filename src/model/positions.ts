/**
 * Where rows stand in their source, and what they look like there.
 *
 * @module
 */

import type { Place, Position } from "./row.ts";

/** A row as it stands in its block, undecoded, with its line end if it has one. */
export function unitsOf({ block, start, end }: Place): string {
  const from = (start - block.offset) / block.unitBytes;
  return block.text.slice(from, from + Math.ceil((end - start) / block.unitBytes));
}

/** The position right before a row. */
export function positionBefore(row: Place): Position {
  return { row: row.number - 1, offset: row.start, line: row.line };
}

/** The position right behind a row, from which a reader can go on. */
export function positionAfter(row: Place): Position {
  const line = row.line + countLineEnds(unitsOf(row), row.block.lineEnd);
  return { row: row.number, offset: row.end, line };
}

/** How many lines end in a text: in LF, which a CRLF counts as too, or in CR. */
export function countLineEnds(text: string, lineEnd: "\n" | "\r" = "\n"): number {
  return text.split(lineEnd).length - 1;
}

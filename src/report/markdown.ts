/**
 * Pieces of Markdown (GitHub's).
 *
 * @module
 */

import { printable } from "../text/printable.ts";

/** A table whose cells are Markdown already; numbers stand in the columns of `right`. */
export function markdownTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [1],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = columns.map((_, index) => right.includes(index) ? "--:" : "---");
  return [line(columns), line(rule), ...rows.map(line)].join("\n");
}

/** Foreign text: none of its characters means anything. */
export function plainMarkdown(text: string): string {
  return printable(text).replace(/[\\`*_{}[\]<>#|~&]/g, "\\$&");
}

/** A word as it is, e.g. a code. */
export function codeMarkdown(text: string): string {
  return `\`${printable(text).replaceAll("`", "'").replaceAll("|", "\\|")}\``;
}

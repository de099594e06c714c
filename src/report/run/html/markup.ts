/**
 * Text as HTML and SVG: what is put into a template is escaped, unless it came from one.
 *
 * @module
 */

import { printable } from "../../../text/printable.ts";

/** Text that is markup already. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What may stand in a template. */
export type Content = string | number | Markup | null | readonly Content[];

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A template whose values are escaped; null is nothing, and what stands in a list comes one by one. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(
    strings.map((string, index) =>
      index === 0 ? string : textOf(values[index - 1] ?? null) + string
    )
      .join(""),
  );
}

function textOf(part: Content): string {
  if (part === null) return "";
  if (part instanceof Markup) return part.text;
  if (Array.isArray(part)) return part.map(textOf).join("");
  return printable(String(part)).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
}

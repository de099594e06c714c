/**
 * The parser of `.env` files, to be imported when there is one. Bundled, a CommonJS package that is
 * imported dynamically itself would have nothing but a default export.
 *
 * @module
 */

import { parse as parseQuoted } from "dotenv";

/**
 * Variables by name. A `#` begins a comment only behind white space, as in Python's and Docker's
 * files: a secret may hold one.
 */
export function parse(text: string): Record<string, string> {
  let open: string | null = null; // The quote of a value that goes on over several lines.
  const lines = text.split(/\r?\n/).map((line) => {
    if (open !== null) {
      if (line.includes(open)) open = null;
      return line;
    }
    const [, name = "", value = ""] =
      /^(\s*(?:export\s+)?[\w.-]+(?:\s*=\s*|:\s+))(\S.*)$/.exec(line) ?? [];
    const quote = /^['"`]/.exec(value)?.[0];
    if (quote !== undefined) {
      if (!value.includes(quote, 1)) open = quote;
      return line;
    }
    const plain = value.replace(/\s#.*$/, "").trim();
    if (!plain.includes("#", 1)) return line;
    const free = ["'", "`", '"'].find((mark) => !plain.includes(mark));
    return free === undefined ? line : `${name}${free}${plain}${free}`;
  });
  return parseQuoted(lines.join("\n"));
}

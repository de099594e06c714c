/**
 * The parser of `.env` files, to be imported when there is one. Bundled, a CommonJS package that is
 * imported dynamically itself would have nothing but a default export.
 *
 * @module
 */

import { parse as parseQuoted } from "dotenv";

const ASSIGNMENT = /^(\s*(?:export\s+)?[\w.-]+(?:\s*=|:(?=\s)))(.*)$/;

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
    const [, name = "", rest = ""] = ASSIGNMENT.exec(line) ?? [];
    const [, quote, behind = ""] = /^\s*(['"`])(.*)$/.exec(rest) ?? [];
    if (quote !== undefined) {
      if (!behind.includes(quote)) open = quote;
      return line;
    }
    const value = rest.replace(/\s#.*$/, "").trim();
    // Not in double quotes, in which `\n` would become a line feed.
    const free = ["'", "`"].find((mark) => !value.includes(mark));
    return value.includes("#") && free !== undefined ? `${name} ${free}${value}${free}` : line;
  });
  return parseQuoted(lines.join("\n"));
}

/**
 * Splits a filter expression into tokens that know where they stand.
 *
 * @module
 */

import { UsageError } from "../model/errors.ts";

/** A piece of an expression. */
export interface Token {
  /** `word` is a bare name or keyword, `quoted` a text in quotes, `name` one in backticks or brackets. */
  readonly kind: "word" | "quoted" | "name" | "number" | "date" | "symbol" | "end";
  /** Without its quotes. */
  readonly text: string;
  /** 1-based character at which it starts. */
  readonly at: number;
}

/** What the mapping file calls an expression of its own; null for one of the setting `where`. */
export type WhereOrigin = string | null;

/** An error at a character of an expression. */
export function whereError(
  origin: WhereOrigin,
  source: string,
  at: number,
  what: string,
): UsageError {
  const message = `"${source}", character ${at}: ${what}`;
  return origin === null
    ? new UsageError(message, { remedy: { code: "setting", setting: "where" } })
    : new UsageError(`${origin} ${message}`);
}

const PATTERNS: readonly (readonly [Token["kind"] | "space", RegExp])[] = [
  ["space", /\s+/y],
  ["date", /\d{4}-\d{2}-\d{2}(?![\p{L}\p{N}])/uy],
  ["number", /-?\d+(?:\.\d+)?(?![\p{L}\p{N}.])/uy],
  ["number", /\d+[dwmy](?![\p{L}\p{N}])/uy], // a span of time, as in `today - 30d`
  ["quoted", /'((?:[^']|'')*)'/y],
  ["quoted", /"((?:[^"]|"")*)"/y],
  ["name", /`([^`]+)`/y],
  ["name", /\[([^\]]+)\]/y],
  ["symbol", /<=|>=|!=|<>|==|[=<>(),+-]/y],
  ["word", /[\p{L}\p{N}_$][\p{L}\p{M}\p{N}_$.]*/uy],
];

/** Reads all tokens; the last one is `end`. */
export function tokenize(source: string, origin: WhereOrigin): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  reading: while (at < source.length) {
    for (const [kind, pattern] of PATTERNS) {
      pattern.lastIndex = at;
      const match = pattern.exec(source);
      if (!match) continue;
      if (kind !== "space") {
        // A quote inside a text is written twice.
        const quote = match[0].charAt(0);
        const text = kind === "quoted"
          ? (match[1] ?? "").replaceAll(quote + quote, quote)
          : match[1];
        tokens.push({ kind, text: text ?? match[0], at: at + 1 });
      }
      at = pattern.lastIndex;
      continue reading;
    }
    const char = source.charAt(at);
    const what = ["'", '"', "`", "["].includes(char)
      ? `the ${char} is not closed`
      : `${char} has no meaning here`;
    throw whereError(origin, source, at + 1, what);
  }
  tokens.push({ kind: "end", text: "the end", at: source.length + 1 });
  return tokens;
}

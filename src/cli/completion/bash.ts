/**
 * Bash's quoting, which is left to whoever completes: from the line as it was typed to words, and
 * from a word back to what is typed.
 *
 * @module
 */

/** A line that is being typed, up to the cursor. */
export interface TypedLine {
  /** The words without their quotes; the last one is being typed, and may be empty. */
  readonly words: readonly string[];
  /** The last word as it was typed. */
  readonly raw: string;
  /** The quote that is open at the end, if one is. */
  readonly quote: "" | "'" | '"';
}

/** Splits a line as bash does, without its expansions (Bash Reference Manual §3.1.2). */
export function splitLine(line: string): TypedLine {
  const words: string[] = [];
  let word = "";
  let start = 0;
  let quote: TypedLine["quote"] = "";
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at);
    const next = line.charAt(at + 1);
    if (quote === "" && (char === " " || char === "\t")) {
      if (at > start) words.push(word);
      word = "";
      start = at + 1;
    } else if (quote === "" && (char === "'" || char === '"')) quote = char;
    else if (char === quote) quote = "";
    else if (char === "\\" && next !== "" && (quote === "" || isEscape(quote, next))) {
      word += next;
      at++;
    } else word += char;
  }
  return { words: [...words, word], raw: line.slice(start), quote };
}

/** Between double quotes a backslash means itself, unless one of these follows. */
function isEscape(quote: "'" | '"', next: string): boolean {
  return quote === '"' && '$`"\\'.includes(next);
}

/**
 * What takes the place of `text`, the end of the line that readline replaces, to make `value` of the
 * last word; null when what stands before `text` is no part of it.
 */
export function typedAs(value: string, { raw }: TypedLine, text: string): string | null {
  if (!raw.endsWith(text)) return null;
  const kept = splitLine(raw.slice(0, raw.length - text.length));
  const before = kept.words.at(-1) ?? "";
  return value.startsWith(before) ? quoted(value.slice(before.length), kept.quote) : null;
}

function quoted(text: string, quote: TypedLine["quote"]): string {
  if (quote === "") return text.replaceAll(/[^\p{L}\p{M}\p{N}_@%+=:,./-]/gu, "\\$&");
  const typed = quote === "'" ? text.replaceAll("'", `'\\''`) : text.replaceAll(/[$`"\\]/g, "\\$&");
  // Readline closes the quote, but takes one at the end for the closing one.
  return typed.endsWith(quote) ? typed + quote : typed;
}

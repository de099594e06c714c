/**
 * Foreign text (names from files, an API's words, paths) made safe for a terminal.
 *
 * @module
 */

// C0, DEL, C1, line separators and the marks that turn the writing direction round.
// deno-lint-ignore no-control-regex -- finding them is the point
export const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

const SHORT_ESCAPES: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Makes foreign text safe for a terminal: one line, no control characters, and no more than
 * `length` of its characters. The result shares no memory with `text`, so that it keeps no block
 * of a file alive.
 */
export function printable(text: string, length = Infinity): string {
  let result = "";
  let taken = 0;
  for (const character of text) {
    if (taken === length) return `${result}…`;
    result += UNPRINTABLE.test(character) ? escapeCharacter(character) : character;
    taken++;
  }
  return result;
}

function escapeCharacter(character: string): string {
  return SHORT_ESCAPES[character] ??
    `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/**
 * Delimiters by name: some are hard to type in a shell, or to see in a file.
 *
 * @module
 */

const DELIMITER_NAMES: Readonly<Record<string, string>> = {
  comma: ",",
  semicolon: ";",
  tab: "\t",
  "\\t": "\t",
  pipe: "|",
};

/** The character that a text means; null where it means none that can separate fields. */
export function delimiterOf(text: string): string | null {
  const character = DELIMITER_NAMES[text.toLowerCase()] ?? text;
  return /^[^"\r\n\0\x80-\uffff]$/.test(character) ? character : null;
}

/** What a delimiter is called: a word, or the character between quotes. */
export function delimiterName(character: string): string {
  const found = Object.entries(DELIMITER_NAMES).find(([, value]) => value === character);
  return found === undefined ? `"${character}"` : found[0];
}

/** What a text must be, in words that go on from the setting's name. */
export const DELIMITER_RULE =
  "takes one ASCII character other than a quote, or comma, semicolon, tab, pipe";

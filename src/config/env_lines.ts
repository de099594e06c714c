/**
 * What is wrong with the lines of an `.env` file, and the names that stand in it: pure. What they come
 * to is `dotenv.ts`'s to say; it passes over what it doesn't understand.
 *
 * @module
 */

/** A line that sets a variable. */
export interface EnvLine {
  /** From 1. */
  readonly line: number;
  readonly name: string;
}

/** Something wrong with a line; never with its value, which may be a secret. */
export interface EnvFault {
  readonly line: number;
  readonly text: string;
}

const ASSIGNMENT = /^\s*(?:export\s+)?([\w.-]+)(?:\s*=|:(?=\s))(.*)$/;

/** Reads the lines of a file. */
export function readEnvLines(
  text: string,
): { readonly lines: readonly EnvLine[]; readonly faults: readonly EnvFault[] } {
  const lines: EnvLine[] = [];
  const faults: EnvFault[] = [];
  const seen = new Map<string, number>();
  let open: { readonly quote: string; readonly line: number } | null = null;
  for (const [index, content] of text.split(/\r\n|\n|\r/).entries()) {
    const line = index + 1;
    if (open) {
      if (content.includes(open.quote)) open = null;
      continue;
    }
    if (/^\s*(?:#|$)/.test(content)) continue;
    const [, name, rest = ""] = ASSIGNMENT.exec(content) ?? [];
    if (name === undefined) {
      faults.push({ line, text: "it is no NAME=value" });
      continue;
    }
    const before = seen.get(name);
    if (before !== undefined) {
      faults.push({ line, text: `${name} stands on line ${before} already, and this one counts` });
    }
    seen.set(name, line);
    lines.push({ line, name });
    const value = rest.trim();
    const quote = /^["'`]/.exec(value)?.[0];
    if (quote !== undefined && !value.slice(1).includes(quote)) open = { quote, line };
    if (/^[“”‘’«»]/.test(value)) {
      faults.push({
        line,
        text: `the value of ${name} is in typographic quotes, which belong to it`,
      });
    }
  }
  if (open) faults.push({ line: open.line, text: "its quote is never closed" });
  return { lines, faults };
}

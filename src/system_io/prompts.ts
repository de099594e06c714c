/**
 * Questions at a terminal: by a library that draws them, and in plain lines where a terminal can do no
 * more than print.
 *
 * @module
 */

import { Writable } from "node:stream";
import type { PromptOption, Prompts } from "../io.ts";
import { isDumb, withoutStyles } from "../text/terminal.ts";

/** The terminal that questions are asked at. */
export interface QuestionTerminal {
  /** Has what was written before the question appear before it. */
  flush(): Promise<void>;
  env(): Readonly<Record<string, string>>;
  /** Writes to standard error: what comes out of the program stays clean. */
  write(text: string | Uint8Array): void;
  size(): { readonly columns: number; readonly rows: number };
  /** The next line that somebody types, or null at the end of the input. */
  readLine(): Promise<string | null>;
}

/** Questions at a terminal. */
export function promptsAt(terminal: QuestionTerminal): Prompts {
  return {
    async select(message, options, signal) {
      await terminal.flush();
      if (isDumb(terminal.env())) return await selectPlainly(terminal, message, options);
      const clack = await import("@clack/prompts");
      const answer = await clack.select({
        message,
        signal,
        output: outputOf(terminal),
        options: options.map(({ value, label }) => ({ value, label })),
      });
      return clack.isCancel(answer) ? null : answer;
    },
    async confirm(message, signal) {
      await terminal.flush();
      if (isDumb(terminal.env())) return await confirmPlainly(terminal, message);
      const clack = await import("@clack/prompts");
      const answer = await clack.confirm({
        message,
        signal,
        initialValue: false, // What is asked can't be undone.
        output: outputOf(terminal),
      });
      return clack.isCancel(answer) ? null : answer;
    },
  };
}

/** A stream that knows the terminal's size, and has no colours where none are wanted. */
export function outputOf(terminal: QuestionTerminal): Writable {
  const isPlain = Boolean(terminal.env().NO_COLOR);
  const output = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      terminal.write(isPlain && typeof chunk === "string" ? withoutStyles(chunk) : chunk);
      done();
    },
  });
  return Object.defineProperties(output, {
    columns: { get: () => terminal.size().columns },
    rows: { get: () => terminal.size().rows },
    isTTY: { value: true },
  });
}

async function selectPlainly(
  terminal: QuestionTerminal,
  message: string,
  options: readonly PromptOption[],
): Promise<string | null> {
  const lines = options.map(({ label }, at) => `  ${at + 1}  ${label}\n`).join("");
  terminal.write(`${message}\n${lines}`);
  while (true) {
    terminal.write(`1 to ${options.length}, or Enter for 1: `);
    const line = await terminal.readLine();
    if (line === null) return null;
    const chosen = options[line.trim() === "" ? 0 : Number(line) - 1];
    if (chosen) return chosen.value;
  }
}

async function confirmPlainly(
  terminal: QuestionTerminal,
  message: string,
): Promise<boolean | null> {
  terminal.write(`${message} y, or Enter for no: `);
  const line = await terminal.readLine();
  return line === null ? null : /^\s*y(?:es)?\s*$/i.test(line);
}

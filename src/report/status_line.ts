/**
 * A line at the foot of a terminal that is redrawn, under text that scrolls by.
 *
 * @module
 */

import stringWidth from "fast-string-width";
import type { Output } from "../io.ts";

/** To the first column, and erase the line (ECMA-48: CR, EL 2). */
const ERASE = "\r\x1b[2K";

/** To the line above, and erase it (ECMA-48: CUU, EL 2). */
const ERASE_ABOVE = "\x1b[1A\x1b[2K";

/**
 * Wraps an `Output` so that what is written appears above the status. Logs and progress of one run
 * share one, or they would write into each other's lines.
 */
export class StatusLine implements Output {
  readonly #output: Output;
  #status = "";
  #drawnAt = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  get isTerminal(): boolean {
    return this.#output.isTerminal;
  }

  get columns(): number {
    return this.#output.columns;
  }

  write(text: string): void {
    if (this.#status === "") return this.#output.write(text);
    // Text that doesn't end its line would be erased by the next status.
    const below = text.endsWith("\n") ? this.#status : "";
    this.#output.write(this.#erase() + text + below);
    this.#keep(below);
  }

  /** Draws the status in place of the last one; `""` takes it away. One line, without a line end. */
  status(text: string): void {
    if (text === this.#status) return;
    this.#output.write(this.#erase() + text);
    this.#keep(text);
  }

  #keep(status: string): void {
    this.#status = status;
    this.#drawnAt = this.columns;
  }

  /** A terminal that was made narrower has wrapped the line: all that it takes by now is erased. */
  #erase(): string {
    const { columns } = this;
    const lines = columns < this.#drawnAt ? Math.ceil(stringWidth(this.#status) / columns) : 1;
    return ERASE + ERASE_ABOVE.repeat(Math.max(0, lines - 1));
  }
}

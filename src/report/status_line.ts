/**
 * A line at the foot of a terminal that is redrawn, under text that scrolls by.
 *
 * @module
 */

import type { Output } from "../io.ts";

/** To the first column, and erase the line (ECMA-48: CR, EL 2). */
const ERASE = "\r\x1b[2K";

/**
 * Wraps an `Output` so that what is written appears above the status. Logs and progress of one run
 * share one, or they would write into each other's lines.
 */
export class StatusLine implements Output {
  readonly #output: Output;
  #status = "";

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
    this.#status = below;
    this.#output.write(ERASE + text + below);
  }

  /** Draws the status in place of the last one; `""` takes it away. One line, without a line end. */
  status(text: string): void {
    if (text === this.#status) return;
    this.#status = text;
    this.#output.write(ERASE + text);
  }
}

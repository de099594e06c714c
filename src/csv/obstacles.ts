/**
 * Where the next unit stands that the scanner's fast way can't deal with.
 *
 * @module
 */

import type { Units } from "./encoding.ts";

/**
 * The next quote, NUL and foreign unit. Each is looked for again only once the scanner has passed
 * it, so that a block without any is gone through once for each kind.
 */
export class Obstacles {
  /** Positions at or after the one last asked for; `Infinity` when there is none. */
  quote = -1;
  nul = -1;
  foreign = -1;

  readonly #units: Units;
  readonly #foreignPattern: RegExp;

  constructor(units: Units, foreignPattern: RegExp) {
    this.#units = units;
    this.#foreignPattern = foreignPattern;
    if (!units.hasForeign) this.foreign = Infinity;
  }

  /** The position of the first obstacle at or after `at`; positions asked for must ascend. */
  next(at: number): number {
    const { text, marks } = this.#units;
    if (this.quote < at) this.quote = orInfinity(marks.indexOf('"', at));
    if (this.nul < at) this.nul = orInfinity(marks.indexOf("\0", at));
    if (this.foreign < at) {
      this.#foreignPattern.lastIndex = at;
      this.foreign = this.#foreignPattern.test(text)
        ? this.#foreignPattern.lastIndex - 1
        : Infinity;
    }
    return Math.min(this.quote, this.nul, this.foreign);
  }
}

function orInfinity(position: number): number {
  return position === -1 ? Infinity : position;
}

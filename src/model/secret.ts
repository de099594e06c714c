/**
 * Keys, secrets and tokens. As values of a type of their own they can't be recorded, logged or shown
 * by mistake: what takes text or JSON does not take them, and what takes anything gets {@linkcode HIDDEN}.
 *
 * @module
 */

/** What a secret reads as, wherever it gets to. */
export const HIDDEN = "[secret]";

/** A text that only `reveal` gives. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text, for the request that carries it. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return HIDDEN;
  }

  [Symbol.for("Deno.customInspect")](): string {
    return HIDDEN;
  }
}

/** Environment variables by name, of which some are secrets. */
export type Variables = Readonly<Record<string, string | Secret>>;

/** The text of a variable, for the request that carries it. */
export function revealed(value: string | Secret): string {
  return typeof value === "string" ? value : value.reveal();
}

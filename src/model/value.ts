/**
 * Values that columns become.
 *
 * @module
 */

/** A parsed JSON value. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** JSON that is sent as it was written: an object, a list, or a number with digits of its own. */
export class JsonText {
  /** Without blanks between its parts, so that it stands on one line. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A value that a payload can hold. */
export type Sendable = JsonValue | JsonText;

/** A cleaned and checked field value; `undefined` means empty, which is left out. */
export type Value = Sendable | undefined;

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

/** A cleaned and checked field value; `undefined` means empty, which is left out. */
export type Value = JsonValue | undefined;

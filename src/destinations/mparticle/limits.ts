/**
 * What mParticle takes in a batch, and the problems of rows that hold more. A batch that breaks
 * these limits would be answered 202 and dropped, so each is checked before it is sent.
 *
 * @see https://docs.mparticle.com/guides/default-service-limits/
 * @module
 */

import type { Problem } from "../../model/problem.ts";
import type { Value } from "../../model/value.ts";
import { jsonText, longerThan } from "../quote.ts";

/** Most characters in the name of an event or an attribute. */
export const LONGEST_NAME = 256;
/** Most characters in an attribute's value. */
export const LONGEST_ATTRIBUTE = 4096;
/** Most characters in an identity's value. */
export const LONGEST_IDENTITY = 256;
/** Most entries in a list, and most characters in one of them. */
const MOST_ENTRIES = 1000;
const LONGEST_ENTRY = 512;
/** Most attributes of an event, and most user attributes of a batch. */
export const MOST_ATTRIBUTES = 100;

/** A row with more attributes than an event or a user may have. */
export const TOO_MANY_ATTRIBUTES: Problem = {
  code: "too-many-attributes",
  column: null,
  message: `The row has more than the ${MOST_ATTRIBUTES} attributes that mParticle takes.`,
};

/** A value with more characters than mParticle takes. */
export function tooLong(noun: "identity" | "attribute", column: string): Problem {
  const longest = noun === "identity" ? LONGEST_IDENTITY : LONGEST_ATTRIBUTE;
  return {
    code: `${noun}-too-long`,
    column,
    message: `"${column}" is longer than the ${longest} characters that mParticle takes.`,
  };
}

/**
 * What keeps a value that is no text from being an attribute, or null. JSON can be a list of plain
 * values where `lists` are allowed, and never an object.
 */
export function attributeProblem(value: Value, lists: boolean, column: string): Problem | null {
  if (typeof value !== "object" || value === null) return null;
  const parsed: unknown = JSON.parse(jsonText(value));
  if (isPlain(parsed)) return null;
  if (!lists || !Array.isArray(parsed) || !parsed.every(isPlain)) {
    const taken = lists ? "texts, numbers, booleans and lists of them" : "texts, numbers, booleans";
    const message = `"${column}" is JSON that mParticle does not take: only ${taken}.`;
    return { code: "invalid-attribute", column, message };
  }
  return listProblem(parsed, column);
}

function listProblem(list: readonly unknown[], column: string): Problem | null {
  if (list.length > MOST_ENTRIES) {
    const message = `"${column}" has more than the ${MOST_ENTRIES} entries that mParticle takes.`;
    return { code: "list-too-long", column, message };
  }
  if (!list.some((entry) => longerThan(String(entry), LONGEST_ENTRY))) return null;
  const message =
    `"${column}" has an entry of more than the ${LONGEST_ENTRY} characters that mParticle takes.`;
  return { code: "list-entry-too-long", column, message };
}

function isPlain(value: unknown): boolean {
  return typeof value !== "object";
}

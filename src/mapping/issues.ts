/**
 * Puts zod's issues into words that somebody who writes a mapping file understands.
 *
 * @module
 */

import type * as z from "zod";
import { keysAt } from "./json_schema.ts";
import type { MappingSchema } from "./language.ts";
import { nearestHint, quotedList } from "./wording.ts";

type Issue = z.core.$ZodIssue;

/** One complaint about a place in the file. */
export interface Complaint {
  readonly path: readonly PropertyKey[];
  /** Set when the complaint is about a key rather than about the value behind it. */
  readonly key?: string;
  readonly message: string;
}

/** What an issue of this schema says; `data` is the file as it was read. */
export function complaints(issue: Issue, data: unknown, schema: MappingSchema): Complaint[] {
  const { path } = issue;
  const value = valueAt(data, path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path,
        key,
        message: unknownKey(key, keysAt(schema, path, data)),
      }));
    case "invalid_union":
      return unionComplaints(issue, data, schema);
    case "invalid_value":
      return [{ path, message: notOneOf(issue.values.map(String), value, path) }];
    case "invalid_type":
      return [{ path, message: wrongType(issue.expected, value, path) }];
    case "too_small":
      return [{
        path,
        message: issue.origin === "number" || issue.origin === "int"
          ? `expected a number of at least ${issue.minimum}`
          : "it must not be empty",
      }];
    case "too_big":
      return [{ path, message: `expected at most ${issue.maximum}` }];
    case "invalid_format":
      return [{ path, message: "expected another form of text" }];
    default:
      return [{ path, message: issue.message }];
  }
}

function unknownKey(key: string, allowed: readonly string[]): string {
  const hint = nearestHint(key, allowed);
  return `unknown key "${key}"${hint || `, expected ${quotedList(allowed, "or")}`}`;
}

function unionComplaints(
  issue: Issue & { code: "invalid_union" },
  data: unknown,
  schema: MappingSchema,
): Complaint[] {
  const { path } = issue;
  const value = valueAt(data, path);
  if ("options" in issue && Array.isArray(issue.options)) {
    const words = issue.options.filter((option) => typeof option === "string");
    return [{ path, message: notOneOf(words, value, path) }];
  }
  const words: string[] = [];
  const kinds: string[] = [];
  let best: readonly Issue[] | null = null;
  for (const branch of issue.errors) {
    const [first] = branch;
    if (first?.code === "invalid_value" && first.path.length === 0) {
      words.push(...first.values.map(String));
    } else if (first?.code === "invalid_type" && first.path.length === 0) {
      kinds.push(first.expected);
    } else if (best === null || branch.length < best.length) best = branch;
  }
  if (best !== null) {
    const inner = best.map((each) => ({ ...each, path: [...path, ...each.path] }) as Issue);
    // A misspelt key also shows up as one that is missing: the spelling is the thing to say.
    const spelling = inner.filter(({ code }) => code === "unrecognized_keys");
    return (spelling.length > 0 ? spelling : inner).flatMap((each) =>
      complaints(each, data, schema)
    );
  }
  if (words.length > 0 && typeof value === "string") {
    return [{ path, message: notOneOf(words, value, path) }];
  }
  const names = [...new Set(kinds.map(kindName))];
  if (words.length > 0) names.unshift(`one of ${quotedList(words, "or")}`);
  return [{ path, message: `expected ${names.join(" or ")} instead of ${describeKind(value)}` }];
}

function notOneOf(words: readonly string[], value: unknown, path: readonly PropertyKey[]): string {
  const expected = words.length === 1 ? quotedList(words) : `one of ${quotedList(words, "or")}`;
  if (value === undefined) return `"${String(path.at(-1))}" is missing, expected ${expected}`;
  const hint = typeof value === "string" ? nearestHint(value, words) : "";
  return `expected ${expected} instead of ${describe(value)}${hint}`;
}

function wrongType(expected: string, value: unknown, path: readonly PropertyKey[]): string {
  if (value === undefined && path.length > 0) return `"${String(path.at(-1))}" is missing`;
  return `expected ${kindName(expected)} instead of ${describeKind(value)}`;
}

const KIND_NAMES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "keys with values",
  record: "keys with values",
};

function kindName(kind: string): string {
  return KIND_NAMES[kind] ?? kind;
}

/** What stands there, without its value: it may be a secret that was put in the wrong place. */
function describeKind(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  return kindName(Array.isArray(value) ? "array" : typeof value);
}

/** A word that stands where one of a few is expected. */
function describe(value: unknown): string {
  return typeof value === "string" && value.length <= 60
    ? JSON.stringify(value)
    : describeKind(value);
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let value = data;
  for (const step of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[step];
  return value;
}

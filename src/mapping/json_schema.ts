/**
 * The JSON Schema of mapping files, for editors, and for naming the keys that a place allows.
 *
 * @module
 */

import * as z from "zod";
import type { MappingSchema } from "./language.ts";

/** The parts of JSON Schema that `mappingJsonSchema` uses. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
}

/** The JSON Schema (draft 2020-12) of mapping files as they are written, defaults left out. */
export function mappingJsonSchema(schema: MappingSchema): JsonSchema {
  return {
    ...z.toJSONSchema(schema, { io: "input" }),
    title: "rowferry mapping file",
    description: "Which column of a CSV becomes which field, and how it is cleaned and checked",
  } as JsonSchema;
}

/**
 * The keys that may stand at a place of a mapping file.
 *
 * @param data The file as it was read, which decides between alternatives.
 */
export function keysAt(
  schema: MappingSchema,
  path: readonly PropertyKey[],
  data: unknown,
): string[] {
  const root = mappingJsonSchema(schema);
  let schemas = alternatives(root, root, data);
  let value = data;
  for (const step of path) {
    value = (value as Record<PropertyKey, unknown> | undefined)?.[step];
    schemas = schemas.flatMap((schema) => {
      const next = typeof step === "number" ? schema.items : schema.properties?.[String(step)];
      return next ? alternatives(root, next, value) : [];
    });
  }
  return [...new Set(schemas.flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

/** The schemas that `schema` offers for a value; by their members of few words, where those decide. */
function alternatives(root: JsonSchema, schema: JsonSchema, value: unknown): JsonSchema[] {
  if (schema.$ref !== undefined) {
    const target = root.$defs?.[schema.$ref.slice("#/$defs/".length)];
    return target ? alternatives(root, target, value) : [];
  }
  const offered = schema.oneOf ?? schema.anyOf;
  if (!offered) return [schema];
  const all = offered.flatMap((each) => alternatives(root, each, value));
  const fitting = all.filter((each) => fits(root, each, value));
  return fitting.length > 0 ? fitting : all;
}

function fits(root: JsonSchema, schema: JsonSchema, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(schema.properties ?? {}).every(([key, property]) => {
    const [only] = alternatives(root, property, undefined);
    const words = only?.const === undefined ? only?.enum : [only.const];
    if (words === undefined) return true;
    const given = (value as Record<string, unknown>)[key];
    return given === undefined ? !schema.required?.includes(key) : words.includes(given);
  });
}

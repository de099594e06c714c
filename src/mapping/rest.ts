/**
 * The columns of a CSV that a mapping does not name, where it sends them all the same.
 *
 * @module
 */

import { UsageError } from "../model/errors.ts";
import { FORBIDDEN_KEYS } from "./forbidden_keys.ts";
import { allHeadersOf, targetsOf } from "./header.ts";
import type { NamedDialect } from "./language.ts";
import type { MappingFile } from "./schema.ts";
import { type Column, columnSchema } from "./schema_columns.ts";
import { snakeCase } from "./header_words.ts";

/**
 * The columns of this header that `rest` sends, each with its place.
 *
 * @throws {UsageError} naming a column that can have no place there, or that of another.
 */
export function restColumns(
  file: MappingFile,
  header: readonly string[],
  { name, mapping }: NamedDialect,
): Column[] {
  const { rest, columns, constants } = file;
  if (rest === undefined) return [];
  const known = new Set([...columns.flatMap(allHeadersOf), ...rest.except ?? []]);
  const owners = new Map<string, string>();
  for (const { from, to } of columns) for (const each of targetsOf(to)) owners.set(each, from);
  for (const { to } of constants) owners.set(to, "a constant");
  const others = new Set(header.filter((each) => each !== "" && !known.has(each)));
  return [...others].map((from) => {
    const member = rest.names === "snake" ? snakeCase(from) : from;
    const to = FORBIDDEN_KEYS.has(member) ? null : mapping.memberTarget(rest.to, member);
    if (to === null) {
      throw new UsageError(
        `The column "${from}" can't be sent to ${name} under that name: ${ADVICE}`,
      );
    }
    const plain = rest.to === undefined ? member : `${rest.to}.${member}`;
    const owner = owners.get(to) ?? owners.get(plain);
    if (owner !== undefined) {
      throw new UsageError(
        `The columns "${from}" and "${owner}" would go to the same place ("${plain}"): ${ADVICE}`,
      );
    }
    owners.set(to, from);
    return columnSchema.parse({ from, to, whenEmpty: rest.whenEmpty, maxBytes: rest.maxBytes });
  });
}

const ADVICE = "name it among the columns of the mapping, or in rest.except";

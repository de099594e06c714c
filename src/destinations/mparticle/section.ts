/**
 * The objects of a batch whose members come from a row and from the mapping's constants: identities,
 * attributes, what is known of the device.
 *
 * @module
 */

import type { CompiledMapping } from "../../mapping/mod.ts";
import { UsageError } from "../../model/errors.ts";
import { Fragment, type PayloadWriter } from "../../model/payload_writer.ts";
import type { PayloadStep } from "../../model/plan.ts";
import type { Problem } from "../../model/problem.ts";
import type { JsonValue, Value } from "../../model/value.ts";
import { CHANGED, jsonText, longerThan, quote, writeText, writeValue } from "../quote.ts";
import {
  attributeProblem,
  LONGEST_ATTRIBUTE,
  LONGEST_IDENTITY,
  LONGEST_NAME,
  MOST_ATTRIBUTES,
  TOO_MANY_ATTRIBUTES,
  tooLong,
} from "./limits.ts";

/** One member of a JSON object whose value comes from a row. */
interface Member {
  /** Position among the mapping's outputs. */
  readonly index: number;
  readonly field: number;
  readonly column: string;
  /** The quoted name with its colon, as the first member and as a later one. */
  readonly first: Fragment;
  readonly next: Fragment;
}

/** An object of the batch: members from the row, constants, and what its values may be. */
export interface Section {
  readonly members: readonly Member[];
  readonly constants: Fragment;
  readonly constantCount: number;
  readonly noun: "identity" | "attribute";
  /** Most characters in a value. */
  readonly longest: number;
  /** Whether lists are allowed as values. */
  readonly lists: boolean;
}

const END_OF_SECTION = new Fragment("}");

/**
 * Compiles the object of the targets that begin with `group.`.
 *
 * @param lists Whether lists are allowed as values.
 * @throws {UsageError} when a name or a constant is nothing that mParticle takes.
 */
export function compileSection(
  mapping: CompiledMapping,
  group: string,
  noun: Section["noun"],
  lists: boolean,
): Section {
  const members: Member[] = [];
  mapping.outputs.forEach(({ column, field, to }, index) => {
    for (const target of to) {
      const name = nameIn(group, target);
      if (name === null) continue;
      const key = `${quote(name)}:`;
      members.push({
        index,
        field: field ?? CHANGED,
        column,
        first: new Fragment(key),
        next: new Fragment(`,${key}`),
      });
    }
  });
  const constants = mapping.constants.flatMap(({ to, value }) => {
    const name = nameIn(group, to);
    if (name === null) return [];
    const problem = constantProblem(value, noun, lists, to);
    if (problem !== null) {
      throw new UsageError(`The mapping's constant will not do: ${problem.message}`);
    }
    return [`${quote(name)}:${jsonText(value)}`];
  });
  return {
    members,
    constants: new Fragment(constants.join(",")),
    constantCount: constants.length,
    noun,
    longest: noun === "identity" ? LONGEST_IDENTITY : LONGEST_ATTRIBUTE,
    lists,
  };
}

/** What `writeSection` writes of most rows; null where a row may have too many members. */
export function planSection(name: Fragment, section: Section): PayloadStep[] | null {
  const { members, constants, constantCount, noun, longest } = section;
  if (members.length === 0 && constantCount === 0) return [];
  if (noun === "attribute" && members.length + constantCount > MOST_ATTRIBUTES) return null;
  return [
    { write: "open", text: name.text },
    ...(constantCount > 0 ? [{ write: "constant", text: constants.text } as const] : []),
    ...members.map(({ index, first }): PayloadStep => ({
      write: "member",
      text: first.text,
      column: index,
      quotes: noun === "identity",
      longest,
    })),
    { write: "close", text: END_OF_SECTION.text },
  ];
}

function constantProblem(
  value: JsonValue,
  noun: Section["noun"],
  lists: boolean,
  to: string,
): Problem | null {
  if (noun === "identity" && typeof value !== "string") {
    return { code: "invalid-identity", column: to, message: `"${to}" takes a text.` };
  }
  const longest = noun === "identity" ? LONGEST_IDENTITY : LONGEST_ATTRIBUTE;
  if (typeof value === "string") return longerThan(value, longest) ? tooLong(noun, to) : null;
  return attributeProblem(value, lists, to);
}

/** `zip` for the target `user_attributes.zip` in the group `user_attributes`, else null. */
function nameIn(group: string, target: string): string | null {
  if (!target.startsWith(`${group}.`)) return null;
  const name = target.slice(group.length + 1);
  if (longerThan(name, LONGEST_NAME)) {
    throw new UsageError(
      `The mapping's target "${target.slice(0, 60)}…" has a name of more than ${LONGEST_NAME} ` +
        "characters, which mParticle does not take",
    );
  }
  return name;
}

/** Writes a section behind its name; nothing when it has no value. */
export function writeSection(
  name: Fragment,
  section: Section,
  values: readonly Value[],
  problems: Problem[],
  writer: PayloadWriter,
): void {
  const { members, constants, constantCount, noun, longest, lists } = section;
  if (members.length === 0 && constantCount === 0) return;
  const before = writer.length;
  writer.fragment(name);
  writer.fragment(constants);
  let count = constantCount;
  for (let i = 0; i < members.length; i++) {
    const { index, field, column, first, next } = members[i] as Member;
    const value = values[index];
    if (value === undefined) continue;
    writer.fragment(count++ === 0 ? first : next);
    if (typeof value === "string") {
      if (value.length > longest && longerThan(value, longest)) {
        problems.push(tooLong(noun, column));
      }
      writeText(writer, value, field);
    } else if (noun === "identity") {
      writer.quoted(String(value));
    } else {
      const problem = attributeProblem(value, lists, column);
      if (problem !== null) problems.push(problem);
      writeValue(writer, value, field);
    }
  }
  if (count === 0) writer.length = before;
  else writer.fragment(END_OF_SECTION);
  if (noun === "attribute" && count > MOST_ATTRIBUTES) problems.push(TOO_MANY_ATTRIBUTES);
}

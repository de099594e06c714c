/**
 * Words a row as an mParticle event batch. Everything that is the same in every row is JSON text
 * before the first row comes; a row only adds its quoted values.
 *
 * @see https://docs.mparticle.com/developers/apis/http/ and the JSON schema linked there.
 * @module
 */

import { UsageError } from "../../model/errors.ts";
import type { CompiledMapping } from "../../mapping/mod.ts";
import { Fragment, type PayloadWriter } from "../../model/payload_writer.ts";
import type { Sink } from "../../model/destination.ts";
import type { Problem } from "../../model/problem.ts";
import type { JsonValue, Value } from "../../model/value.ts";
import {
  attributeProblem,
  LONGEST_ATTRIBUTE,
  LONGEST_IDENTITY,
  LONGEST_NAME,
  MOST_ATTRIBUTES,
  TOO_MANY_ATTRIBUTES,
  tooLong,
} from "./limits.ts";
import { CHANGED, jsonText, longerThan, quote, writeText, writeValue } from "../quote.ts";

/** Events older than this belong to `bulkevents/historical`. */
const HISTORICAL_AFTER_MS = 30 * 24 * 60 * 60 * 1000;

/** Routes of a row. */
const CURRENT = 0;
export const HISTORICAL = 1;

/** What a batch holds beside the row's own values. */
export interface BatchSettings {
  readonly environment: "development" | "production";
  readonly dataPlan: { readonly id: string; readonly version: number } | null;
  /** A row's `source_request_id` is `<idPrefix>-<row number>`. */
  readonly idPrefix: string;
  readonly event: { readonly name: string; readonly type: string } | null;
  /** Send old rows to `bulkevents/historical`. */
  readonly historical: boolean;
  /** Epoch milliseconds that rows are old or not as of. */
  readonly now: number;
}

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
interface Section {
  readonly members: readonly Member[];
  readonly constants: Fragment;
  readonly constantCount: number;
  readonly noun: "identity" | "attribute";
  /** Most characters in a value. */
  readonly longest: number;
  /** Whether lists are allowed as values. */
  readonly lists: boolean;
}

/**
 * Compiles the encoder of one run.
 *
 * @throws {UsageError} when a name is longer than mParticle takes.
 */
export function compileBatch(
  mapping: CompiledMapping,
  settings: BatchSettings,
): Sink["encode"] {
  const identities = compileSection(mapping, "user_identities", "identity", false);
  const userAttributes = compileSection(mapping, "user_attributes", "attribute", true);
  const eventAttributes = compileSection(mapping, "event_attributes", "attribute", false);
  const { event, historical, now } = settings;
  const timestamp = mapping.outputs.findIndex(({ to }) => to.includes("timestamp"));

  const head = new Fragment(`{"environment":${quote(settings.environment)}`);
  const eventHead = event && new Fragment(
    `,"events":[{"event_type":"custom_event","data":{"event_name":${quote(event.name)},` +
      `"custom_event_type":${quote(event.type)}`,
  );
  const tail = new Fragment(
    contextText(settings.dataPlan) +
      `,"source_request_id":${quote(`${settings.idPrefix}-`).slice(0, -1)}`,
  );

  return (values, rowNumber, writer) => {
    const problems: Problem[] = [];
    const moment = timestamp < 0 ? null : momentOf(values[timestamp]);
    writer.fragment(head);
    writeSection(USER_IDENTITIES, identities, values, problems, writer);
    writeSection(USER_ATTRIBUTES, userAttributes, values, problems, writer);
    if (eventHead !== null) writer.fragment(eventHead);
    if (moment !== null) {
      writer.fragment(TIMESTAMP);
      writer.number(moment);
    }
    if (eventHead !== null) {
      writeSection(CUSTOM_ATTRIBUTES, eventAttributes, values, problems, writer);
      writer.fragment(END_OF_EVENTS);
    }
    writer.fragment(tail);
    writer.number(rowNumber);
    writer.fragment(END);

    if (problems.length > 0) return problems;
    const isOld = moment !== null && now - moment > HISTORICAL_AFTER_MS;
    return historical && isOld ? HISTORICAL : CURRENT;
  };
}

const USER_IDENTITIES = new Fragment(',"user_identities":{');
const USER_ATTRIBUTES = new Fragment(',"user_attributes":{');
const CUSTOM_ATTRIBUTES = new Fragment(',"custom_attributes":{');
const END_OF_SECTION = new Fragment("}");
const END_OF_EVENTS = new Fragment("}}]");
const TIMESTAMP = new Fragment(',"timestamp_unixtime_ms":');
const END = new Fragment('"}');

/** Epoch milliseconds of a date: ISO 8601 text, or milliseconds already. Null when it is empty. */
function momentOf(value: Value): number | null {
  if (value === undefined) return null;
  return typeof value === "number" ? value : Date.parse(String(value));
}

function compileSection(
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
function writeSection(
  name: Fragment,
  section: Section,
  values: readonly Value[],
  problems: Problem[],
  writer: PayloadWriter,
): void {
  const { members, constants, constantCount, noun, longest, lists } = section;
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

function contextText(plan: BatchSettings["dataPlan"]): string {
  if (plan === null) return "";
  return `,"context":{"data_plan":{"plan_id":${quote(plan.id)},"plan_version":${plan.version}}}`;
}

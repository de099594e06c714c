/**
 * Words a row as an mParticle event batch. Everything that is the same in every row is JSON text
 * before the first row comes; a row only adds its quoted values.
 *
 * @see https://docs.mparticle.com/developers/apis/http/ and the JSON schema linked there.
 * @module
 */

import { Buffer } from "node:buffer";

import { UsageError } from "../errors.ts";
import type { CompiledMapping } from "../mapping/mod.ts";
import type { Connection, Problem, Value } from "../types.ts";
import {
  attributeProblem,
  LONGEST_ATTRIBUTE,
  LONGEST_IDENTITY,
  LONGEST_NAME,
  MOST_ATTRIBUTES,
  TOO_MANY_ATTRIBUTES,
  tooLong,
} from "./mparticle_limits.ts";
import { jsonText, longerThan, quote, RowWriter } from "./quote.ts";

/** Events older than this belong to `bulkevents/historical`. */
const HISTORICAL_AFTER_MS = 30 * 24 * 60 * 60 * 1000;

/** Routes of an item. */
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
  readonly column: string;
  /** The quoted name with its colon, as the first member and as a later one. */
  readonly first: string;
  readonly next: string;
}

/** An object of the batch: members from the row, constants, and what its values may be. */
interface Section {
  readonly members: readonly Member[];
  readonly constants: string;
  /** Everything that the section may write beside values. */
  readonly names: string;
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
): Connection["encode"] {
  const identities = compileSection(mapping, "user_identities", "identity", false);
  const userAttributes = compileSection(mapping, "user_attributes", "attribute", true);
  const eventAttributes = compileSection(mapping, "event_attributes", "attribute", false);
  const { event, historical, now } = settings;
  const timestamp = mapping.outputs.findIndex(({ to }) => to.includes("timestamp"));

  const head = `{"environment":${quote(settings.environment)}`;
  const eventHead = event === null
    ? null
    : `,"events":[{"event_type":"custom_event","data":{"event_name":${quote(event.name)},` +
      `"custom_event_type":${quote(event.type)}`;
  const tail = contextText(settings.dataPlan) +
    `,"source_request_id":${quote(`${settings.idPrefix}-`).slice(0, -1)}`;

  const sections = [identities, userAttributes, eventAttributes];
  const frame = head + (eventHead ?? "") + tail + sections.map(({ names }) => names).join("");
  const isFrameAscii = Buffer.byteLength(frame) === frame.length;
  const writer = new RowWriter();

  return (values, rowNumber) => {
    writer.ascii = isFrameAscii;
    const problems: Problem[] = [];
    const identityText = writeSection(identities, values, problems, writer);
    const userText = writeSection(userAttributes, values, problems, writer);
    const eventText = writeSection(eventAttributes, values, problems, writer);

    if (problems.length > 0) return { problems };

    let time = "";
    let route = CURRENT;
    const moment = values[timestamp];
    if (moment !== undefined) {
      // The column is a date: ISO 8601 text, or milliseconds already.
      const ms = typeof moment === "number" ? moment : Date.parse(String(moment));
      time = `,"timestamp_unixtime_ms":${ms}`;
      if (historical && now - ms > HISTORICAL_AFTER_MS) route = HISTORICAL;
    }
    let payload = head;
    if (identityText !== "") payload += `,"user_identities":{${identityText}}`;
    if (userText !== "") payload += `,"user_attributes":{${userText}}`;
    if (eventHead === null) payload += time;
    else {
      payload += eventHead + time;
      payload += eventText === "" ? "}}]" : `,"custom_attributes":{${eventText}}}}]`;
    }
    payload += `${tail}${rowNumber}"}`;
    return { payload, route, bytes: writer.ascii ? payload.length : undefined };
  };
}

function compileSection(
  mapping: CompiledMapping,
  group: string,
  noun: Section["noun"],
  lists: boolean,
): Section {
  const members: Member[] = [];
  mapping.outputs.forEach(({ column, to }, index) => {
    for (const target of to) {
      const name = nameIn(group, target);
      if (name === null) continue;
      const key = `${quote(name)}:`;
      members.push({ index, column, first: key, next: `,${key}` });
    }
  });
  const constants = mapping.constants.flatMap(({ to, value }) => {
    const name = nameIn(group, to);
    return name === null ? [] : [`${quote(name)}:${jsonText(value)}`];
  });
  return {
    members,
    constants: constants.join(","),
    names: [...members.map(({ next }) => next), ...constants].join(""),
    constantCount: constants.length,
    noun,
    longest: noun === "identity" ? LONGEST_IDENTITY : LONGEST_ATTRIBUTE,
    lists,
  };
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

/** The members of a section as JSON text without braces; empty when every value is. */
function writeSection(
  section: Section,
  values: readonly Value[],
  problems: Problem[],
  writer: RowWriter,
): string {
  let text = section.constants;
  let count = section.constantCount;
  for (const member of section.members) {
    const value = values[member.index];
    if (value === undefined) continue;
    count++;
    const key = text === "" ? member.first : member.next;
    if (typeof value === "string") {
      if (value.length > section.longest && longerThan(value, section.longest)) {
        problems.push(tooLong(section.noun, member.column));
      }
      text += key + writer.quote(value);
    } else if (section.noun === "identity") {
      text += key + writer.quote(String(value));
    } else {
      const problem = attributeProblem(value, section.lists, member.column);
      if (problem !== null) problems.push(problem);
      text += key + writer.jsonText(value);
    }
  }
  if (section.noun === "attribute" && count > MOST_ATTRIBUTES) problems.push(TOO_MANY_ATTRIBUTES);
  return text;
}

function contextText(plan: BatchSettings["dataPlan"]): string {
  if (plan === null) return "";
  return `,"context":{"data_plan":{"plan_id":${quote(plan.id)},"plan_version":${plan.version}}}`;
}

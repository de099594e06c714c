/**
 * Words a row as an mParticle event batch. Everything that is the same in every row is JSON text
 * before the first row comes; a row only adds its quoted values.
 *
 * @see https://docs.mparticle.com/developers/apis/http/ and the JSON schema linked there.
 * @module
 */

import type { CompiledMapping } from "../../mapping/mod.ts";
import { Fragment, type PayloadWriter } from "../../model/payload_writer.ts";
import type { Sink } from "../../model/destination.ts";
import type { PayloadStep } from "../../model/plan.ts";
import type { Problem } from "../../model/problem.ts";
import type { Value } from "../../model/value.ts";
import { quote } from "../quote.ts";
import { compileConsent } from "./consent.ts";
import { momentOf } from "./moment.ts";
import { compileSection, planSection, type Section, writeSection } from "./section.ts";

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

/**
 * Compiles the encoder of one run.
 *
 * @throws {UsageError} when a name is longer than mParticle takes.
 */
export function compileBatch(
  mapping: CompiledMapping,
  settings: BatchSettings,
): Pick<Sink, "encode" | "steps"> {
  const parts = compileParts(mapping, settings);
  const { head, identities, userAttributes, device, eventHead, eventAttributes, tail } = parts;
  const writeConsent = compileConsent(mapping);
  const { event, historical, now } = settings;
  const indexOf = (target: string) => mapping.outputs.findIndex(({ to }) => to.includes(target));
  const timestamp = indexOf("timestamp");
  const mpid = indexOf("mpid");
  const mpidColumn = mapping.outputs[mpid]?.column ?? "";
  const messageId = indexOf("source_message_id");

  const encode: Sink["encode"] = (values, rowNumber, writer) => {
    const problems: Problem[] = [];
    const moment = timestamp < 0 ? null : momentOf(values[timestamp]);
    writer.fragment(head);
    writeSection(USER_IDENTITIES, identities, values, problems, writer);
    if (values[mpid] !== undefined) writeMpid(writer, values[mpid], mpidColumn, problems);
    writeSection(USER_ATTRIBUTES, userAttributes, values, problems, writer);
    writeSection(DEVICE_INFO, device, values, problems, writer);
    writeConsent(values, problems, writer);
    if (eventHead !== null) writer.fragment(eventHead);
    if (moment !== null) {
      writer.fragment(TIMESTAMP);
      writer.number(moment);
    }
    if (eventHead !== null) {
      const id = values[messageId];
      if (id !== undefined) {
        writer.fragment(SOURCE_MESSAGE_ID);
        writer.quoted(String(id));
      }
      writeSection(CUSTOM_ATTRIBUTES, eventAttributes, values, problems, writer);
      writer.fragment(END_OF_EVENTS);
    }
    writer.fragment(tail);
    writer.number(rowNumber);
    writer.fragment(END);

    if (problems.length > 0) return problems;
    // What has no event is never processed there.
    const isOld = event !== null && moment !== null && now - moment > HISTORICAL_AFTER_MS;
    return historical && isOld ? HISTORICAL : CURRENT;
  };
  return { encode, steps: needsThought(mapping) ? undefined : planBatch(parts) };
}

/** What most batches consist of. */
interface BatchParts {
  readonly head: Fragment;
  readonly identities: Section;
  readonly userAttributes: Section;
  readonly device: Section;
  /** Null where rows have no event. */
  readonly eventHead: Fragment | null;
  readonly eventAttributes: Section;
  readonly tail: Fragment;
}

function compileParts(
  mapping: CompiledMapping,
  { environment, event, dataPlan, idPrefix }: BatchSettings,
): BatchParts {
  return {
    head: new Fragment(`{"environment":${quote(environment)}`),
    identities: compileSection(mapping, "user_identities", "identity", false),
    userAttributes: compileSection(mapping, "user_attributes", "attribute", true),
    device: compileSection(mapping, "device_info", "attribute", false),
    eventHead: event && new Fragment(
      `,"events":[{"event_type":"custom_event","data":{"event_name":${quote(event.name)},` +
        `"custom_event_type":${quote(event.type)}`,
    ),
    eventAttributes: compileSection(mapping, "event_attributes", "attribute", false),
    tail: new Fragment(
      `${contextText(dataPlan)},"source_request_id":${quote(`${idPrefix}-`).slice(0, -1)}`,
    ),
  };
}

/** What is written of most rows; undefined where it can't be told. */
function planBatch(
  { head, identities, userAttributes, device, eventHead, eventAttributes, tail }: BatchParts,
): PayloadStep[] | undefined {
  const text = (fragment: Fragment): PayloadStep[] => [{ write: "text", text: fragment.text }];
  const parts = [
    text(head),
    planSection(USER_IDENTITIES, identities),
    planSection(USER_ATTRIBUTES, userAttributes),
    planSection(DEVICE_INFO, device),
    ...(eventHead === null ? [] : [
      text(eventHead),
      planSection(CUSTOM_ATTRIBUTES, eventAttributes),
      text(END_OF_EVENTS),
    ]),
    [...text(tail), { write: "row-number" } as const, ...text(END)],
  ];
  const told = parts.filter((part) => part !== null);
  return told.length < parts.length ? undefined : told.flat();
}

/** Whether more than its value is written for a target. */
function needsThought({ outputs, constants }: CompiledMapping): boolean {
  return [...outputs.flatMap(({ to }) => to), ...constants.map(({ to }) => to)].some((target) =>
    target.startsWith("consent_state.") ||
    ["timestamp", "mpid", "source_message_id"].includes(target)
  );
}

const USER_IDENTITIES = new Fragment(',"user_identities":{');
const USER_ATTRIBUTES = new Fragment(',"user_attributes":{');
const DEVICE_INFO = new Fragment(',"device_info":{');
const MPID = new Fragment(',"mpid":');
const SOURCE_MESSAGE_ID = new Fragment(',"source_message_id":');
const CUSTOM_ATTRIBUTES = new Fragment(',"custom_attributes":{');
const END_OF_EVENTS = new Fragment("}}]");
const TIMESTAMP = new Fragment(',"timestamp_unixtime_ms":');
const END = new Fragment('"}');

/** Writes an mpid as the digits that it is: as a number, JavaScript would round it. */
function writeMpid(
  writer: PayloadWriter,
  value: Value,
  column: string,
  problems: Problem[],
): void {
  const digits = String(value);
  const number = /^-?\d{1,19}$/.test(digits) ? BigInt(digits) : null;
  if (number === null || number !== BigInt.asIntN(64, number)) {
    const message = `"${column}" is no mpid, which is a whole number of at most 64 bits.`;
    problems.push({ code: "invalid-mpid", column, message });
  } else {
    writer.fragment(MPID);
    writer.text(String(number));
  }
}

function contextText(plan: BatchSettings["dataPlan"]): string {
  if (plan === null) return "";
  return `,"context":{"data_plan":{"plan_id":${quote(plan.id)},"plan_version":${plan.version}}}`;
}

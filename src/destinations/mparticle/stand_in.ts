/**
 * A stand-in for mParticle's Events API. It is stricter than the real one, which answers 202 to a
 * batch with overlong attributes and then drops it: here that is a 400, so that it is seen.
 *
 * @see https://docs.mparticle.com/developers/apis/http/
 * @see https://docs.mparticle.com/guides/default-service-limits/
 * @module
 */

import {
  basicCredentials,
  isObject,
  parseBody,
  type SandboxAnswer,
  type SandboxRequest,
  SeenIds,
  type StandIn,
} from "../stand_in.ts";

const MOST_BATCHES = 100;
const MOST_EVENTS = 100;
const MOST_REQUEST_BYTES = 256 * 1024;
const MOST_BATCH_BYTES = 128 * 1024;
const MOST_ATTRIBUTES = 100;
const LONGEST_NAME = 256;
const LONGEST_VALUE = 4096;
const LONGEST_IDENTITY = 256;
const MOST_ENTRIES = 1000;
const LONGEST_ENTRY = 512;
const HISTORICAL_AFTER_MS = 72 * 60 * 60 * 1000;
/** The real API remembers ids for 30 to 60 days; a million of them are 100 MB. */
const MOST_IDS = 1_000_000;

const IDENTITIES = new Set([
  ...["customer_id", "email", "other", "other_id_2", "other_id_3", "other_id_4", "other_id_5"],
  ...["other_id_6", "other_id_7", "other_id_8", "other_id_9", "other_id_10", "mobile_number"],
  ...["phone_number_2", "phone_number_3", "facebook", "facebook_custom_audience_id", "google"],
  ...["microsoft", "twitter", "yahoo", "alias"],
]);

const PATHS = new Map([
  ["/v2/events", { bulk: false, historical: false }],
  ["/v2/bulkevents", { bulk: true, historical: false }],
  ["/v2/bulkevents/historical", { bulk: true, historical: true }],
]);

/** Plays mParticle; `now` is the clock, epoch milliseconds. */
export function standIn(now: () => number): StandIn {
  const seen = new SeenIds(MOST_IDS);
  return {
    answer(request) {
      const route = PATHS.get(request.path);
      if (!route) return failure(404, "not_found", "There is no such endpoint");
      if (request.method !== "POST") return failure(405, "method_not_allowed", "Only POST will do");
      const denied = deny(request);
      if (denied) return denied;
      if (request.bytes > MOST_REQUEST_BYTES) {
        return failure(413, "too_large", `The request is larger than ${MOST_REQUEST_BYTES} bytes`);
      }
      const parsed = parseBody(request.body);
      const batches = route.bulk ? parsed : [parsed];
      if (!Array.isArray(batches) || batches.length === 0) {
        return failure(400, "bad_request", "The body is not a JSON array of batches");
      }
      const fault = findFault(batches, route.historical ? now() : null);
      if (fault) return failure(400, "bad_request", fault);
      let repeated = 0;
      for (const { source_request_id: id } of batches) {
        if (typeof id === "string" && !seen.add(id)) repeated++;
      }
      return {
        status: 202,
        headers: { "X-mp-rate-limit-percentage-used": "10" },
        taken: batches.length - repeated,
        repeated,
      };
    },
  };
}

function failure(status: number, code: string, message: string): SandboxAnswer {
  return { status, json: { errors: [{ code, message }] } };
}

function deny({ headers }: SandboxRequest): SandboxAnswer | null {
  if (!headers.has("authorization")) {
    return failure(401, "unauthorized", "The authorization header is missing");
  }
  if (basicCredentials(headers) === null) {
    return failure(403, "forbidden", "The credentials are not a key and a secret");
  }
  if (!/^application\/json\b/i.test(headers.get("content-type") ?? "")) {
    return failure(400, "bad_request", "The content type is not application/json");
  }
  return null;
}

/** The first thing wrong with the batches. `now` is set when they must be historical. */
function findFault(batches: readonly unknown[], now: number | null): string | null {
  if (batches.length > MOST_BATCHES) return `There are more than ${MOST_BATCHES} batches`;
  let events = 0;
  for (const [index, batch] of batches.entries()) {
    if (!isObject(batch)) return `Batch ${index} is not an object`;
    const fault = batchFault(batch, now);
    if (fault) return `Batch ${index}: ${fault}`;
    events += Array.isArray(batch["events"]) ? batch["events"].length : 0;
  }
  return events > MOST_EVENTS ? `There are more than ${MOST_EVENTS} events` : null;
}

function batchFault(batch: Record<string, unknown>, now: number | null): string | null {
  const { environment, user_identities, user_attributes = {}, events = [], context } = batch;
  // Characters are never more than bytes: only long texts are worth encoding.
  const text = JSON.stringify(batch);
  if (text.length * 3 > MOST_BATCH_BYTES && new Blob([text]).size > MOST_BATCH_BYTES) {
    return `it is larger than ${MOST_BATCH_BYTES} bytes`;
  }
  if (environment !== "development" && environment !== "production") {
    return "environment must be development or production";
  }
  const identities = Object.entries(isObject(user_identities) ? user_identities : {});
  if (identities.length === 0 && typeof batch["mpid"] !== "number") {
    return "user_identities must hold an identity";
  }
  for (const [name, value] of identities) {
    if (!IDENTITIES.has(name)) return `there is no identity ${name}`;
    if (typeof value !== "string" || [...value].length > LONGEST_IDENTITY) {
      return `the identity ${name} is not a text of at most ${LONGEST_IDENTITY} characters`;
    }
  }
  const plan = isObject(context) ? context["data_plan"] : undefined;
  if (plan !== undefined && !(isObject(plan) && typeof plan["plan_id"] === "string")) {
    return "data_plan must have a plan_id";
  }
  if (!Array.isArray(events)) return "events must be an array";
  if (now !== null && events.length === 0) return "a historical batch needs an event";
  for (const event of events) {
    const fault = eventFault(event, now);
    if (fault) return fault;
  }
  return consentFault(batch["consent_state"] ?? {}) ?? attributesFault(user_attributes);
}

function consentFault(state: unknown): string | null {
  if (!isObject(state)) return "consent_state must be an object";
  for (const purpose of Object.values(state).flatMap((purposes) => Object.values(purposes ?? {}))) {
    if (!isObject(purpose) || typeof purpose["consented"] !== "boolean") {
      return "a purpose must say whether it was consented to";
    }
    if (!Number.isInteger(purpose["timestamp_unixtime_ms"])) return "consent needs a timestamp";
  }
  return null;
}

function eventFault(event: unknown, now: number | null): string | null {
  const data = isObject(event) ? event["data"] : undefined;
  if (!isObject(event) || event["event_type"] !== "custom_event" || !isObject(data)) {
    return "an event must have an event_type and data";
  }
  const { event_name: name, custom_event_type: type, timestamp_unixtime_ms: time } = data;
  if (typeof name !== "string" || name === "" || [...name].length > LONGEST_NAME) {
    return `event_name must be a text of at most ${LONGEST_NAME} characters`;
  }
  if (typeof type !== "string") return "custom_event_type is missing";
  if (time !== undefined && !Number.isInteger(time)) return "timestamp_unixtime_ms is no integer";
  if (now !== null && !(typeof time === "number" && now - time >= HISTORICAL_AFTER_MS)) {
    return "historical events need a timestamp_unixtime_ms at least 72 hours old";
  }
  return attributesFault(data["custom_attributes"] ?? {});
}

function attributesFault(attributes: unknown): string | null {
  if (!isObject(attributes)) return "attributes must be an object";
  const entries = Object.entries(attributes);
  if (entries.length > MOST_ATTRIBUTES) return `there are more than ${MOST_ATTRIBUTES} attributes`;
  for (const [name, value] of entries) {
    if ([...name].length > LONGEST_NAME) return "the name of an attribute is too long";
    const text = typeof value === "string" ? value : "";
    if (text.length > LONGEST_VALUE && [...text].length > LONGEST_VALUE) {
      return `the value of the attribute ${name} is too long`;
    }
    if (isObject(value)) return `the attribute ${name} is an object`;
    if (Array.isArray(value) && !isList(value)) return `the list ${name} is too long`;
  }
  return null;
}

function isList(entries: readonly unknown[]): boolean {
  return entries.length <= MOST_ENTRIES &&
    entries.every((entry) => [...String(entry)].length <= LONGEST_ENTRY);
}

/**
 * Stand-ins for three bulk APIs, made from their documented requests and answers. Each takes a
 * request as a destination words it and gives the API's answer; rows that hold the word `poison`
 * are refused in the API's own way.
 *
 * @module
 */

import { assertEquals } from "@std/assert";

import type { HttpAnswer } from "../../src/model/answer.ts";
import { answerOf, type WholeRequest } from "./sinks.ts";

/** An API that answers a request. */
export type BulkApi = (request: WholeRequest) => HttpAnswer;

const POISON = "poison";

/** HubSpot's contacts batch upsert: 200, or 207 with the errors by trace id. */
export function hubspot({ url, headers, body }: WholeRequest): HttpAnswer {
  assertEquals(new URL(url).pathname, "/crm/objects/2026-03/contacts/batch/upsert");
  if (!/^Bearer \S+$/.test(headers["Authorization"] ?? "")) return answerOf(401);
  const { inputs } = JSON.parse(body);
  if (inputs.length > 100) return answerOf(400, { category: "VALIDATION_ERROR", message: "Max" });
  const traceIds = new Set<string>();
  for (const input of inputs) {
    assertEquals(input.idProperty, "email");
    assertEquals(input.id, input.properties.email);
    traceIds.add(input.objectWriteTraceId);
  }
  assertEquals(traceIds.size, inputs.length);
  const bad = inputs.filter((input: { properties: Record<string, string> }) =>
    input.properties["lastname"] === POISON
  );
  const results = inputs.length - bad.length;
  if (bad.length === 0) {
    return answerOf(200, { status: "COMPLETE", results: Array(results).fill({ new: true }) });
  }
  return answerOf(207, {
    status: "COMPLETE",
    results: Array(results).fill({ new: true }),
    numErrors: 1,
    errors: [{
      status: "error",
      category: "VALIDATION_ERROR",
      message: "Property values were not valid",
      context: {
        objectWriteTraceId: bad.map((input: { objectWriteTraceId: string }) =>
          input.objectWriteTraceId
        ),
      },
    }],
  });
}

/** Customer.io's Track API v2 batch: 200 `{}`, or 207 with the errors by position. */
export function customerio({ url, headers, body }: WholeRequest): HttpAnswer {
  assertEquals(new URL(url).pathname, "/api/v2/batch");
  if (!/^Basic \S+$/.test(headers["Authorization"] ?? "")) {
    return answerOf(401, { meta: { error: "unauthorized" } });
  }
  const { batch } = JSON.parse(body);
  const errors = [];
  for (const [index, entry] of batch.entries()) {
    assertEquals([entry.type, entry.action], ["person", "identify"]);
    if (entry.attributes?.first_name !== POISON) continue;
    const error = { reason: "invalid", field: "attributes", message: "attribute is invalid" };
    errors.push({ batch_index: index, ...error });
  }
  return errors.length === 0 ? answerOf(200, {}) : answerOf(207, { errors });
}

/** Elasticsearch's `_bulk`: 200 with a result for each action, in order. */
export function elasticsearch({ url, headers, body }: WholeRequest): HttpAnswer {
  assertEquals(new URL(url).pathname, "/_bulk");
  assertEquals(headers["Content-Type"], "application/x-ndjson");
  if (!/^ApiKey \S+$/.test(headers["Authorization"] ?? "")) return answerOf(401);
  if (!body.endsWith("\n")) {
    const error = { type: "illegal_argument_exception", reason: "must be terminated by a newline" };
    return answerOf(400, { error, status: 400 });
  }
  const lines = body.trimEnd().split("\n").map((line) => JSON.parse(line));
  const items = [];
  for (let n = 0; n < lines.length; n += 2) {
    const [{ index: { _index, _id } }, document] = lines.slice(n, n + 2);
    assertEquals(_index, "customers");
    const item = { _index, _id };
    if (document.name === POISON) {
      const error = { type: "document_parsing_exception", reason: "failed to parse field [name]" };
      items.push({ index: { ...item, status: 400, error } });
    } else if (document.name === "busy") {
      items.push({ index: { ...item, status: 429, error: { type: "es_rejected_execution" } } });
    } else items.push({ index: { ...item, status: 201, result: "created" } });
  }
  return answerOf(200, { took: 3, errors: items.some(({ index }) => index.status > 299), items });
}

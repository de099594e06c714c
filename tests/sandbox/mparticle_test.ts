import { assertEquals } from "@std/assert";

import { batchOf, NOW, payloadOf, requestOf, type WholeRequest } from "../support/sinks.ts";
import { send, withSandbox } from "./support.ts";

const FILE = {
  destination: "mparticle",
  columns: [
    { from: "id", to: "user_identities.customer_id" },
    { from: "t", to: "timestamp", type: "datetime" },
  ],
  mparticle: { event: { name: "Seen" } },
};

for (const single of [false, true]) {
  Deno.test(`what the destination sends is accepted, single: ${single}`, () =>
    withSandbox(FILE, async (sandbox, sink) => {
      const { destination } = sink;
      const batch = batchOf(sink, (single ? [1] : [1, 2]).map((n) => [`C${n}`]));
      const answer = await send(requestOf(destination, batch, null));
      assertEquals(destination.classify(answer, batch), { kind: "accepted", quotaUsed: 0.1 });
      assertEquals(sandbox.received.rows, batch.length);
      assertEquals(sandbox.received.statuses, { 202: 1 });
    }, { single }));
}

Deno.test("a row that comes again under its source_request_id is dropped, and accepted", () =>
  withSandbox(FILE, async (sandbox, sink) => {
    const both = batchOf(sink, [["C1"], ["C2"]]);
    await send(requestOf(sink.destination, both.pick([0]), null));
    assertEquals((await send(requestOf(sink.destination, both, null))).status, 202);
    assertEquals([sandbox.received.rows, sandbox.received.repeats], [2, 1]);
  }));

Deno.test("rows older than 30 days are taken by bulkevents/historical, and by it alone", () =>
  withSandbox(FILE, async (sandbox, sink) => {
    const old = batchOf(sink, [["C1", 0]]);
    const request = requestOf(sink.destination, old, null);
    assertEquals((await send(request)).status, 202);
    const recent = payloadOf(sink, 2, ["C2", NOW]);
    assertEquals((await send({ ...request, body: `[${recent}]` })).status, 400);
    assertEquals(sandbox.received.rows, 1);
  }));

const HOUR_MS = 60 * 60 * 1000;

const HISTORICAL: [what: string, data: unknown[] | undefined, status: number][] = [
  ["an event 72 hours old", [NOW - 72 * HOUR_MS], 202],
  ["an event younger than 72 hours", [NOW - 72 * HOUR_MS + 1], 400],
  ["an event without a timestamp", [undefined], 400],
  ["no events", [], 400],
  ["nothing of events", undefined, 400],
];

for (const [what, times, status] of HISTORICAL) {
  Deno.test(`a historical batch with ${what} is answered ${status}`, () =>
    withSandbox(FILE, async (sandbox, sink) => {
      const request = requestOf(sink.destination, batchOf(sink, [["C1", 0]]), null);
      const events = times?.map((timestamp_unixtime_ms) => ({
        event_type: "custom_event",
        data: { event_name: "Seen", custom_event_type: "other", timestamp_unixtime_ms },
      }));
      assertEquals((await send({ ...request, body: batch({ events }) })).status, status);
      assertEquals(sandbox.received.rows, status === 202 ? 1 : 0);
    }));
}

const WRONG: [what: string, change: (request: WholeRequest) => WholeRequest, status: number][] = [
  ["no credentials", (r) => ({ ...r, headers: { "Content-Type": "application/json" } }), 401],
  ["a bearer token", (r) => withHeader(r, "Authorization", "Bearer x"), 403],
  ["an empty secret", (r) => withHeader(r, "Authorization", `Basic ${btoa("key:")}`), 403],
  ["another content type", (r) => withHeader(r, "Content-Type", "text/plain"), 400],
  ["another path", (r) => ({ ...r, url: r.url.replace("bulk", "") + "s" }), 404],
  ["another method", (r) => ({ ...r, method: "PUT" }), 405],
  ["no JSON", (r) => ({ ...r, body: "[{" }), 400],
  ["an object", (r) => ({ ...r, body: "{}" }), 400],
  ["no batches", (r) => ({ ...r, body: "[]" }), 400],
  [
    "a batch without an environment",
    (r) => ({ ...r, body: batch({ environment: undefined }) }),
    400,
  ],
  ["an unknown identity", (r) => ({ ...r, body: batch({ user_identities: { mail: "a" } }) }), 400],
  [
    "an overlong identity",
    (r) => ({ ...r, body: batch({ user_identities: { email: "x".repeat(257) } }) }),
    400,
  ],
  ["no identity", (r) => ({ ...r, body: batch({ user_identities: {} }) }), 400],
  [
    "an overlong attribute",
    (r) => ({ ...r, body: batch({ user_attributes: { a: "x".repeat(4097) } }) }),
    400,
  ],
  [
    "101 user attributes",
    (r) => ({
      ...r,
      body: batch({ user_attributes: Object.fromEntries(Array(101).fill("x").entries()) }),
    }),
    400,
  ],
  ["101 batches", (r) => ({ ...r, body: `[${Array(101).fill("{}").join()}]` }), 400],
  ["more than 256 KB", (r) => ({ ...r, body: JSON.stringify(["x".repeat(262_145)]) }), 413],
];

function withHeader(request: WholeRequest, name: string, value: string): WholeRequest {
  return { ...request, headers: { ...request.headers, [name]: value } };
}

function batch(members: Record<string, unknown>): string {
  const good = { environment: "development", user_identities: { email: "a@b.cz" } };
  return JSON.stringify([{ ...good, ...members }]);
}

for (const [what, change, status] of WRONG) {
  Deno.test(`a request with ${what} is answered ${status}, and nothing is taken`, () =>
    withSandbox(FILE, async (sandbox, sink) => {
      const request = requestOf(sink.destination, batchOf(sink, []), null);
      const answer = await send(change({ ...request, body: batch({}) }));
      assertEquals(answer.status, status);
      assertEquals(JSON.parse(answer.body).errors.length, 1);
      assertEquals(sandbox.received.rows, 0);
    }));
}

Deno.test("a hook sees every request, and can answer in the API's place", () => {
  const paths: string[] = [];
  const onRequest = ({ path }: { path: string }) => {
    paths.push(path);
    return paths.length === 1 ? { status: 503 } : undefined;
  };
  return withSandbox(FILE, async (sandbox, sink) => {
    const request = requestOf(sink.destination, batchOf(sink, [["C1"]]), null);
    assertEquals([(await send(request)).status, (await send(request)).status], [503, 202]);
    assertEquals(paths, ["/v2/bulkevents", "/v2/bulkevents"]);
    assertEquals(sandbox.received.statuses, { 503: 1, 202: 1 });
  }, { hooks: { onRequest } });
});

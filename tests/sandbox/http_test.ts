import { assertEquals } from "@std/assert";

import { batchOf, requestOf } from "../support/sinks.ts";
import { logIn, send, withSandbox } from "./support.ts";

const COLUMNS = [
  { from: "id", to: "record.id" },
  { from: "name", to: "document.name" },
];

function mappingOf(http: Record<string, unknown>) {
  return {
    destination: "http",
    columns: COLUMNS,
    http: { url: "https://api.example.com/v1/items?x=1", ...http },
    // The schema fills in the rest.
  } as unknown as Parameters<typeof withSandbox>[0];
}

const SECTIONS: [what: string, http: Record<string, unknown>][] = [
  ["a plain array", {}],
  ["an array in an object", { envelope: { format: "array", at: "a.items", with: { b: 1 } } }],
  ["NDJSON", { envelope: { format: "ndjson" } }],
  ["NDJSON of two lines a row", { envelope: { format: "ndjson", lines: ["record", "document"] } }],
  ["a bearer token", { auth: { type: "bearer", token: "${TOKEN}" } }],
  ["basic credentials", { auth: { type: "basic", username: "${U}", password: "${P}" } }],
  ["an API key", { auth: { type: "apiKey", header: "X-Key", value: "${KEY}" } }],
  [
    "client credentials in the header",
    {
      auth: {
        type: "oauth2",
        tokenUrl: "https://login.example.com/oauth/token",
        clientId: "${ID}",
        clientSecret: "${SECRET}",
      },
    },
  ],
  [
    "client credentials in the body",
    {
      auth: {
        type: "oauth2",
        tokenUrl: "${LOGIN}/token",
        clientId: "me",
        clientSecret: "${SECRET}",
        scope: "write",
        credentialsIn: "body",
      },
    },
  ],
  ["a host from the environment", { url: "${HOST}/v1/${WORKSPACE}/items" }],
  ["an idempotency header", { idempotencyHeader: "Idempotency-Key" }],
  ["PUT", { method: "PUT" }],
  ["201 for success", { statuses: { accepted: [201] } }],
  [
    "results by position",
    { results: { at: "data.items", match: { by: "position" }, status: "index.status" } },
  ],
  ["results by index", { results: { at: "errors", match: { by: "index", path: "i" } } }],
];

for (const [what, http] of SECTIONS) {
  Deno.test(`the stand-in of an API with ${what} takes what the destination sends`, () =>
    withSandbox(mappingOf(http), async (sandbox, sink) => {
      const { destination } = sink;
      const batch = batchOf(sink, [["1", "č"], ["2", "č"]]);
      const answer = await send(requestOf(destination, batch, await logIn(sink)));
      assertEquals(destination.classify(answer, batch), { kind: "accepted" });
      assertEquals(sandbox.received.rows, 2);
    }));
}

Deno.test("a single record is the whole body", () =>
  withSandbox(mappingOf({ envelope: { format: "single" } }), async (sandbox, sink) => {
    await send(requestOf(sink.destination, batchOf(sink, [["1"]]), null));
    assertEquals(sandbox.received.rows, 1);
  }));

Deno.test("credentials that are missing or unknown are answered 401", () =>
  withSandbox(mappingOf({ auth: { type: "bearer", token: "${T}" } }), async (_, sink) => {
    const request = requestOf(sink.destination, batchOf(sink, [["1"]]), null);
    assertEquals((await send({ ...request, headers: {} })).status, 401);
  }));

Deno.test("a body in another form or too large is answered as the mapping's limits say", () =>
  withSandbox(mappingOf({ limits: { rows: 1, bytes: 100 } }), async (_, sink) => {
    const request = requestOf(sink.destination, batchOf(sink, []), null);
    const status = async (body: string) => (await send({ ...request, body })).status;
    assertEquals(await status('{"a":1}'), 400);
    assertEquals(await status("[]"), 400);
    assertEquals(await status("[{},{}]"), 413);
    assertEquals(await status(`[{"a":"${"x".repeat(100)}"}]`), 413);
    assertEquals(await status("[{}]"), 200);
  }));

Deno.test("a request that comes again under its id is not counted twice", () =>
  withSandbox(mappingOf({ idempotencyHeader: "Idempotency-Key" }), async (sandbox, sink) => {
    const request = requestOf(sink.destination, batchOf(sink, [["1"]]), null);
    await send(request);
    await send(request);
    assertEquals([sandbox.received.rows, sandbox.received.repeats], [1, 1]);
  }));

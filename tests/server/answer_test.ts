import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Hono } from "hono";
import { createLog, type Log, silentLog } from "../../src/log.ts";
import { type Answered, createAnswerer } from "../../src/server/answer.ts";
import type { Passage } from "../../src/server/gate.ts";
import { createGuard } from "../../src/server/guard.ts";
import { answerError } from "../../src/server/problem_details.ts";
import { routeNames } from "../../src/server/route_names.ts";
import { systemIo } from "../../src/system_io.ts";

/** A passage that notes what it is told. */
function passage(): Passage & { readonly told: string[] } {
  const told: string[] = [];
  return {
    told,
    address: "192.0.2.7",
    within: (ms) => told.push(`within ${ms}`),
    uploading: () => told.push("uploading"),
    uploaded: () => told.push("uploaded"),
    streaming: () => told.push("streaming"),
    end: () => told.push("end"),
  };
}

interface Options {
  readonly origins?: string[];
  readonly tokens?: string[];
  readonly maxUpload?: number;
  readonly log?: Log;
}

function server(
  { origins = [], tokens = [], maxUpload = 2_000_000, log = silentLog }: Options = {},
) {
  const app = new Hono();
  app.onError((error) => answerError(error, () => {}));
  app.post("/echo/:name", async (c) => c.text(`got ${(await c.req.text()).length}`));
  app.get("/page", (c) => c.text("page", 200, { "Content-Security-Policy": "script-src 'self'" }));
  let open = 0;
  app.get("/stream", () => {
    open++;
    return new Response(new ReadableStream({ cancel: () => void open-- }));
  });
  const answered: Answered[] = [];
  const through = passage();
  const answer = createAnswerer({
    app,
    io: systemIo(),
    log,
    guard: createGuard({ tokens, isLocal: false, origins }),
    routes: routeNames(app.routes.map(({ path }) => path)),
    origins,
    maxUpload,
    onAnswered: (one) => answered.push({ ...one, ms: 0 }),
  });
  return {
    answered,
    openStreams: () => open,
    told: through.told,
    ask: (path: string, init: RequestInit = {}) =>
      answer(new Request(`http://localhost:5000${path}`, init), through),
  };
}

const json = { "content-type": "application/json" };

Deno.test("every answer has an id and tells browsers to make nothing of it", async () => {
  const { ask } = server();
  const first = await ask("/echo/a", { method: "POST", body: "{}", headers: json });
  const second = await ask("/nowhere");
  for (const { headers } of [first, second]) {
    assertEquals(headers.get("x-content-type-options"), "nosniff");
    assertEquals(headers.get("cache-control"), "no-store");
    assertStringIncludes(headers.get("content-security-policy") ?? "", "default-src 'none'");
    assert(headers.get("x-request-id"));
    assertEquals(headers.get("access-control-allow-origin"), null);
  }
  assert(first.headers.get("x-request-id") !== second.headers.get("x-request-id"));
  const page = await ask("/page");
  assertEquals(page.headers.get("content-security-policy"), "script-src 'self'");
});

Deno.test("the id that a proxy gave is kept, unless it is none", async () => {
  const { ask } = server();
  const withId = async (id: string) =>
    (await ask("/page", { headers: { "x-request-id": id } })).headers.get("x-request-id");
  assertEquals(await withId("abc-1.2_3"), "abc-1.2_3");
  assert(await withId('x" y') !== 'x" y');
  assert(await withId("a".repeat(65)) !== "a".repeat(65));
});

Deno.test("a body may be so long, stated or not, and a file longer than a record", async () => {
  const { ask, told } = server();
  const long = "x".repeat(1_500_000);
  const stated = { "content-length": String(long.length) };
  const post = async (headers: Record<string, string>, body: string) => {
    const { status } = await ask("/echo/a", { method: "POST", body, headers });
    return [status, ...told.splice(0)];
  };
  assertEquals(await post(json, "{}"), [200, "within 30000", "uploaded"]);
  assertEquals(await post({ ...json, "content-length": "2" }, "{}"), [200, "within 30000"]);
  assertEquals(await post({ ...json, ...stated }, long), [413]);
  assertEquals(await post(json, long), [413, "within 30000"]);
  const csv = { "content-type": "text/csv" };
  assertEquals(await post({ ...csv, ...stated }, long), [200, "uploading", "uploaded"]);
  assertEquals(await post({ ...csv, "content-length": "2000001" }, long), [413]);
  assertEquals(await post(csv, long + long), [413, "uploading"]);
});

Deno.test("strangers are told nothing, not even what there is", async () => {
  const { ask, answered } = server({ tokens: ["token"] });
  const known = await ask("/echo/a", { method: "POST", body: "{}", headers: json });
  const unknown = await ask("/nowhere", { method: "POST", body: "{}", headers: json });
  assertEquals(known.status, 401);
  assertEquals(await known.text(), await unknown.text());
  const bearer = { ...json, authorization: "Bearer token" };
  assertEquals((await ask("/echo/a", { method: "POST", body: "{}", headers: bearer })).status, 200);
  assertEquals(answered.map(({ route, status }) => `${status} ${route}`), [
    "401 /echo/:name",
    "401 other",
    "200 /echo/:name",
  ]);
});

Deno.test("pages of a named origin may use the server, after asking, and no others", async () => {
  const { ask } = server({ tokens: ["token"], origins: ["https://crm.example.com"] });
  const asking = (origin: string) =>
    ask("/echo/a", {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST" },
    });
  const named = await asking("https://crm.example.com");
  assertEquals(named.status, 204);
  assertEquals(named.headers.get("access-control-allow-origin"), "https://crm.example.com");
  assertStringIncludes(named.headers.get("access-control-allow-headers") ?? "", "Authorization");
  const other = await asking("https://evil.example");
  assertEquals([other.status, other.headers.get("access-control-allow-origin")], [401, null]);
});

Deno.test("the access log has a line for each request, and nothing that a client wrote", async () => {
  let lines = "";
  const log = await createLog(
    {
      stderr: { isTerminal: false, columns: 80, write: (text) => void (lines += text) },
      now: () => 0,
    },
    { level: "INFO", format: "json" },
  );
  const { ask } = server({ log });
  const secret = { ...json, "x-request-id": "id-1", authorization: "Bearer hush" };
  await ask("/echo/anna@example.com?token=hush", {
    method: "POST",
    body: '{"name":"Anna"}',
    headers: secret,
  });
  await ask("/anna@example.com");
  const [first, second] = lines.trim().split("\n").map((line) => JSON.parse(line));
  const { ms, ...rest } = first.properties;
  assertEquals(typeof ms, "number");
  assertEquals(rest, {
    requestId: "id-1",
    method: "POST",
    route: "/echo/:name",
    status: 200,
    address: "192.0.2.7",
  });
  assertEquals(second.properties.route, "other");
  for (const word of ["anna", "Anna", "hush"]) assert(!lines.includes(word), lines);
});

Deno.test("a method that a client makes up has no name of its own in the log and the numbers", async () => {
  const { ask, answered } = server();
  for (const method of ["GET", "ANNA"]) await ask("/page", { method });
  assertEquals(answered.map(({ method }) => method), ["GET", "other"]);
});

Deno.test("who asks for the head of an answer alone leaves nothing open", async () => {
  const { ask, openStreams } = server();
  const { status, body } = await ask("/stream", { method: "HEAD" });
  assertEquals([status, body, openStreams()], [200, null, 0]);
});

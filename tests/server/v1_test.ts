import { assert, assertEquals, assertMatch } from "@std/assert";
import { gzipSync } from "node:zlib";
import { standIn } from "../support/stand_in.ts";
import { startServer, type TestServer, type TestServerOptions, until } from "./support.ts";

const HEADER = "Name,Age,Cookie,Banner_id\n";
const GOOD = "Ann,34,c1,7\n";
const FILE = `${HEADER}${GOOD}Bea,17,c2,8\nCara,old,c3,9\n`;

/** A server with the stand-in of an API behind it that takes everything. */
function sandboxed(options: TestServerOptions = {}): Promise<TestServer> {
  return startServer({ ...options, flags: ["--sandbox", ...options.flags ?? []] });
}

// deno-lint-ignore no-explicit-any -- answers, of which tests pick what they look at
type Answer = { status: number; headers: Headers; body: any };

async function ask(
  { url }: TestServer,
  method: string,
  path: string,
  { body, headers = {} }: { body?: BodyInit; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const answer = await fetch(new URL(path, url), { method, body, headers });
  const text = await answer.text();
  const isJson = /[/+]json$/.test(answer.headers.get("content-type") ?? "");
  return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
}

function importCsv(
  server: TestServer,
  body: BodyInit,
  query = "destination=showads",
  headers: Record<string, string> = {},
): Promise<Answer> {
  return ask(server, "POST", `/v1/imports?${query}`, {
    body,
    headers: { "Content-Type": "text/csv", ...headers },
  });
}

async function ended(server: TestServer, { body: { links } }: Answer): Promise<Answer> {
  let last: Answer | null = null;
  await until(async () => {
    last = await ask(server, "GET", links.self);
    return !["queued", "running"].includes(last.body.state);
  });
  if (!last) throw new Error("no answer");
  return last;
}

Deno.test("a file is imported: 202 with its place, then its numbers, its rows and its report", async () => {
  await using server = await sandboxed();
  const taken = await importCsv(server, FILE, "destination=showads&name=crm.csv");
  assertEquals(taken.status, 202);
  assertEquals(taken.headers.get("location"), taken.body.links.self);
  assertEquals([taken.body.name, taken.body.bytes], ["crm.csv", FILE.length]);
  const { body } = await ended(server, taken);
  assertEquals(body.state, "completed");
  const rows = { read: 3, accepted: 1, filtered: 1, rejected: 1, unknown: 0, pending: 0 };
  assertEquals([body.rows, body.result.rows, body.result.status], [rows, rows, "completed"]);
  assertEquals(body.result.requests.sent, 1);
  assertEquals(JSON.stringify(body).includes(server.dir.path), false);

  const rejected = await ask(server, "GET", body.links.rejected);
  assertEquals(rejected.headers.get("content-type"), "text/csv");
  assert(
    rejected.body.startsWith(`_problem,${HEADER}`) && rejected.body.endsWith("Cara,old,c3,9\n"),
  );
  const errors = await ask(server, "GET", body.links.errors);
  assertEquals(JSON.parse(errors.body).column, "Age");
  assertEquals((await ask(server, "GET", body.links.unknown)).status, 204);
  const report = await ask(server, "GET", body.links.report);
  assertMatch(report.headers.get("content-type") ?? "", /^text\/html/);
  assert(report.body.includes("crm.csv") && !report.body.includes(server.dir.path));
  // The upload is gone, and what is left is nobody else's to read.
  const left = await server.dir.tree("log/serve/imports");
  assertEquals(left.map((path) => path.replace(/^.*\//, "")), ["import.jsonl"]);
});

Deno.test("a form brings the file with what is said of it, and gzip is read", async () => {
  await using server = await sandboxed();
  const form = new FormData();
  form.append("minAge", "10");
  form.append("destination", "showads");
  form.append("file", new File([new Uint8Array(gzipSync(FILE))], "../../etc/crm.csv.gz"));
  const taken = await ask(server, "POST", "/v1/imports", { body: form });
  assertEquals([taken.status, taken.body.name], [202, "crm.csv.gz"]);
  assertEquals((await ended(server, taken)).body.rows.accepted, 2);
});

Deno.test("mapping files that the server was given are named without a path", async () => {
  await using server = await sandboxed({ flags: ["--mappings", "maps"], setUp: writeMapping });
  const taken = await importCsv(server, "who,years,c,b\nAnn,34,c1,7\n", "mapping=crm");
  assertEquals((await ended(server, taken)).body.rows.accepted, 1);
  for (const name of ["../maps/crm", "crm.json", "/etc/passwd", "..%2fmaps%2fcrm"]) {
    assertEquals((await importCsv(server, FILE, `mapping=${name}`)).status, 400);
  }
  const { body } = await ask(server, "GET", "/v1/destinations");
  assertEquals(body.mappings.map(({ name }: { name: string }) => name), ["crm"]);
  assertEquals(body.mappings[0].fields[0], {
    column: "who",
    aliases: [],
    to: [],
    type: "string",
    required: false,
  });
});

async function writeMapping(dir: TestServer["dir"]): Promise<void> {
  await Deno.mkdir(dir.file("maps"));
  const columns = [
    { from: "who" },
    { from: "years", type: "integer", role: "age" },
    { from: "c", to: "VisitorCookie" },
    { from: "b", to: "BannerId", type: "integer" },
  ];
  await dir.write("maps/crm.json", JSON.stringify({ destination: "showads", columns }));
}

Deno.test("destinations are listed with their fields", async () => {
  await using server = await startServer();
  const { status, body } = await ask(server, "GET", "/v1/destinations");
  assertEquals(status, 200);
  // deno-lint-ignore no-explicit-any -- as above
  const find = (name: string) => body.destinations.find((one: any) => one.name === name);
  assertEquals(find("showads").fields[2].column, "Cookie");
  assertEquals(find("showads").isSetUp, false);
  assertEquals(find("http").fields, null);
});

Deno.test("what can't be is refused at once, with problem details", async () => {
  await using server = await sandboxed();
  const cases: [number, string, Record<string, string>?][] = [
    [400, ""],
    [400, "destination=nowhere"],
    [400, "destination=showads&delimter=%3B"],
    [400, "destination=showads&minAge=ten"],
    [400, "destination=showads&minAge=9&maxAge=8"],
    [400, "destination=showads&path=/etc/passwd"],
    [400, "destination=showads", { "Idempotency-Key": "k".repeat(256) }],
    [415, "destination=showads", { "Content-Type": "image/png" }],
  ];
  for (const [status, query, headers] of cases) {
    const answer = await importCsv(server, FILE, query, headers);
    assertEquals(answer.status, status, query);
    assertEquals(answer.headers.get("content-type"), "application/problem+json");
    assertEquals(answer.body.status, status);
  }
  const form = new FormData();
  form.append("destination", "showads");
  assertEquals((await ask(server, "POST", "/v1/imports", { body: form })).status, 400);
  assertEquals(await server.dir.tree("log/serve/imports"), []);
});

Deno.test("a file larger than the server takes is refused with 413", async () => {
  await using server = await sandboxed({ flags: ["--max-upload", "50"] });
  assertEquals((await importCsv(server, FILE)).status, 413);
  const body = new Blob([FILE]).stream();
  assertEquals((await importCsv(server, body)).status, 413);
  assertEquals(await server.dir.tree("log/serve/imports"), []);
});

Deno.test("a file that lacks columns is refused once it is looked at, and says why", async () => {
  await using server = await sandboxed();
  const { body } = await ended(server, await importCsv(server, "a,b\n1,2\n"));
  assertEquals([body.state, body.result], ["refused", null]);
  assertMatch(body.reason, /^upload\.csv lacks 4 columns/);
  assertEquals((await ask(server, "POST", `${body.links.self}/resume`)).status, 409);
  assertEquals((await ask(server, "GET", body.links.rejected)).status, 404);
});

Deno.test("what there isn't is 404", async () => {
  await using server = await sandboxed();
  for (const path of ["20261121T181500123Z-3f9c0b71d2a4", "..", "%2e%2e%2f%2e%2e"]) {
    for (const rest of ["", "/rejected", "/report", "/events"]) {
      assertEquals((await ask(server, "GET", `/v1/imports/${path}${rest}`)).status, 404, path);
    }
  }
  assertEquals((await ask(server, "DELETE", "/v1/imports/nothing")).status, 404);
  assertEquals((await ask(server, "POST", "/v1/imports/nothing/resume")).status, 404);
});

Deno.test("the same key has a file imported once, and another file with it is refused", async () => {
  await using server = await sandboxed();
  const key = { "Idempotency-Key": "night 1" };
  const first = await importCsv(server, FILE, "destination=showads", key);
  const again = await importCsv(server, FILE, "destination=showads", key);
  assertEquals([again.status, again.body.id], [202, first.body.id]);
  assertEquals(again.headers.get("idempotency-replayed"), "true");
  assertEquals((await importCsv(server, HEADER + GOOD, "destination=showads", key)).status, 422);
  assertEquals((await importCsv(server, FILE, "destination=showads&minAge=3", key)).status, 422);
  await ended(server, first);
  assertEquals((await ask(server, "GET", "/v1/imports")).body.imports.length, 1);
});

Deno.test("a request whose first one with the key is under way is told so, and to wait", async () => {
  await using server = await sandboxed();
  const key = { "Idempotency-Key": "night 2" };
  const arrived = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const bytes = new TextEncoder().encode(FILE);
  const body = new ReadableStream({
    async pull(controller) {
      controller.enqueue(bytes.subarray(0, 10));
      arrived.resolve();
      await go.promise;
      controller.enqueue(bytes.subarray(10));
      controller.close();
    },
  });
  const first = importCsv(server, body, "destination=showads", key);
  await arrived.promise;
  const hasFile = async () => (await server.dir.tree("log/serve/imports")).length === 1;
  await until(hasFile);
  const second = await importCsv(server, FILE, "destination=showads", key);
  assertEquals([second.status, second.headers.get("retry-after")], [409, "1"]);
  go.resolve();
  const { status, body: { id } } = await first;
  assertEquals(status, 202);
  assertEquals((await importCsv(server, FILE, "destination=showads", key)).body.id, id);
});

Deno.test("imports are listed by pages, the newest first", async () => {
  await using server = await sandboxed();
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) {
    const taken = await importCsv(server, `${HEADER}Ann,34,c${i},7\n`);
    ids.unshift(taken.body.id);
    await ended(server, taken);
  }
  const found: string[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const rest: string = cursor === "" ? "" : `&cursor=${cursor}`;
    const { body } = await ask(server, "GET", `/v1/imports?limit=2&state=completed${rest}`);
    found.push(...body.imports.map(({ id }: { id: string }) => id));
    cursor = body.next;
  }
  assertEquals(found, ids);
  assertEquals((await ask(server, "GET", "/v1/imports?state=stopped")).body.imports, []);
  assertEquals((await ask(server, "GET", "/v1/imports?limit=0")).status, 400);
});

Deno.test("mended rows go out as an import of their own, read as the first was", async () => {
  await using server = await sandboxed();
  const semicolons = FILE.replaceAll(",", ";");
  const first = await ended(server, await importCsv(server, semicolons));
  const rejected = (await ask(server, "GET", first.body.links.rejected)).body;
  const taken = await ask(server, "POST", `${first.body.links.self}/mended`, {
    body: rejected.replace("old", "44"),
    headers: { "Content-Type": "text/csv" },
  });
  assertEquals([taken.status, taken.body.parent], [202, first.body.id]);
  const { body } = await ended(server, taken);
  assertEquals([body.state, body.rows.accepted, body.rows.read], ["completed", 1, 1]);
  assertEquals((await server.dir.tree("log")).filter((path) => /\/mended-.*\.csv$/.test(path)), []);
  // Whoever looks at the first import is told.
  const folder = (await server.dir.tree("log")).find((path) => path.endsWith("/rejected.csv")) ??
    "";
  const run = `log/${folder.replace("/rejected.csv", "")}`;
  const { mended } = JSON.parse((await server.dir.run(["report", run, "--json"])).stdout);
  assertEquals([mended.accepted, mended.left], [1, 0]);
});

Deno.test("mended rows that are refused are not kept", async () => {
  await using server = await sandboxed();
  const first = await ended(server, await importCsv(server, FILE));
  const form = new FormData();
  form.append("file", new File([FILE], "mended.csv"));
  form.append("minAge", "3");
  const { status } = await ask(server, "POST", `${first.body.links.self}/mended`, { body: form });
  assertEquals(status, 400);
  assertEquals((await server.dir.tree("log")).filter((path) => path.includes("mended")), []);
});

Deno.test("an import is stopped, goes on, and its events tell it all, from where a client was", async () => {
  const go = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  let taken = 0;
  await using api = await standIn("showads", {
    onRequest: async ({ path, body }) => {
      if (path === "/auth") return;
      arrived.resolve();
      await go.promise;
      taken += JSON.parse(body).Data.length;
    },
  });
  await using server = await startServer({ env: api.env });
  const rows = Array.from({ length: 50 }, (_, row) => `Ann,34,c${row},7\n`).join("");
  const query = "destination=showads&batchSize=5&concurrency=2";
  const first = await importCsv(server, HEADER + rows, query);
  const { self } = first.body.links;
  await arrived.promise;
  const stream = await fetch(new URL(first.body.links.events, server.url));
  const stopped = await ask(server, "DELETE", self);
  assertEquals(stopped.status, 202);
  go.resolve();
  const { body } = await ended(server, first);
  assertEquals([body.state, body.reason], ["stopped", "A client stopped it"]);
  assert(body.rows.accepted > 0 && taken === body.rows.accepted);
  assertEquals((await ask(server, "DELETE", self)).status, 200);
  const seen = await stream.text();
  assertMatch(seen, /^id: \d+\nevent: start\ndata: \{"type":"start"/);
  assertMatch(seen, /event: stop\n[^]*event: state\ndata: \{"state":"stopped"/);
  const lastId = [...seen.matchAll(/^id: (\d+)$/gm)].at(-1)?.[1] ?? "";
  const over = await ask(server, "GET", body.links.events, {
    headers: { "Last-Event-ID": lastId },
  });
  assertEquals(over.status, 204);

  const resumed = await ask(server, "POST", `${self}/resume`);
  assertEquals(resumed.status, 202);
  const end = await ended(server, first);
  assertEquals([end.body.state, end.body.rows.accepted, taken], ["completed", 50, 50]);
  const rest = await ask(server, "GET", body.links.events, {
    headers: { "Last-Event-ID": lastId },
  });
  assertMatch(rest.body, /^id: \d+\nevent: resume\n/);
  assertMatch(rest.body, /event: end\n[^]*"state":"completed"/);
  assertEquals(
    (await ask(server, "GET", body.links.events, { headers: { "Last-Event-ID": "x" } })).status,
    400,
  );
});

Deno.test("beyond the queue imports are refused with 429, and those that wait get their turn", async () => {
  const go = Promise.withResolvers<void>();
  await using api = await standIn("showads", {
    onRequest: ({ path }) => path === "/auth" ? undefined : go.promise,
  });
  await using server = await startServer({ env: api.env, flags: ["--jobs", "1", "--queue", "2"] });
  const file = (at: number) => `${HEADER}Ann,34,c${at},7\n`;
  const taken = [];
  for (let i = 0; i < 3; i++) taken.push(await importCsv(server, file(i)));
  assertEquals(taken.map(({ status }) => status), [202, 202, 202]);
  const refused = await importCsv(server, file(3));
  assertEquals([refused.status, refused.headers.get("retry-after")], [429, "10"]);
  const validated = await ask(server, "POST", "/v1/validate?destination=showads", {
    body: FILE,
    headers: { "Content-Type": "text/csv" },
  });
  assertEquals(validated.status, 429);
  assertMatch((await ask(server, "GET", "/metrics")).body, /rowferry_jobs\{state="waiting"\} 2/);
  // One that waits is stopped without a request.
  assertEquals((await ask(server, "DELETE", taken[2]?.body.links.self)).status, 202);
  go.resolve();
  const states = [];
  for (const one of taken) states.push((await ended(server, one)).body.state);
  assertEquals(states, ["completed", "completed", "stopped"]);
});

Deno.test("validate answers with the report and sends nothing", async () => {
  await using server = await startServer();
  const post = (body: BodyInit, query: string) =>
    ask(server, "POST", `/v1/validate?${query}`, { body, headers: { "Content-Type": "text/csv" } });
  const { status, body } = await post(FILE, "destination=showads&name=crm.csv");
  assertEquals([status, body.source], [200, "crm.csv"]);
  assertEquals(body.rows, { read: 3, valid: 1, filtered: 1, invalid: 1 });
  assertEquals(body.errors[0].column, "Age");
  const lacking = await post("a,b\n1,2\n", "destination=showads");
  assertEquals(lacking.status, 422);
  assertMatch(lacking.body.detail, /^upload\.csv lacks/);
  assertEquals((await post(FILE, "destination=showads&again=true")).status, 400);
  assertEquals(await server.dir.tree("log/serve/imports"), []);
});

Deno.test("single records are kept, filtered or refused, once for each key", async () => {
  let taken = 0;
  await using api = await standIn("showads", {
    onRequest: ({ path, body }) => {
      if (path !== "/auth") taken += JSON.parse(body).Data.length;
    },
  });
  await using server = await startServer({ env: api.env });
  const record = { Name: "Ann", Age: 34, Cookie: "c1", Banner_id: 7 };
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    ask(server, "POST", "/v1/records", {
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", ...headers },
    });
  const kept = await post({ destination: "showads", record });
  assertEquals([kept.status, kept.body], [202, { outcome: "kept", rule: null }]);
  const young = await post({ destination: "showads", record: { ...record, Age: 3 } });
  assertEquals([young.status, young.body], [202, { outcome: "filtered", rule: "min-age" }]);
  const wrong = await post({ destination: "showads", record: { ...record, Age: "x" } });
  assertEquals([wrong.status, wrong.body.errors[0].at], [422, "record.Age"]);
  const key = { "Idempotency-Key": "record 1" };
  for (const replayed of [null, "true"]) {
    const answer = await post({ destination: "showads", record }, key);
    assertEquals([answer.status, answer.headers.get("idempotency-replayed")], [202, replayed]);
  }
  assertEquals(
    (await post({ destination: "showads", record: { ...record, Age: 35 } }, key)).status,
    422,
  );
  assertEquals((await post({ destination: "showads", record: { Colour: "red" } })).status, 400);
  assertEquals((await post({ destination: "nowhere", record })).status, 400);
  assertEquals((await post({ destination: "showads", record, more: 1 })).status, 400);
  await until(() => taken === 2);
});

Deno.test("a destination that is not set up takes no records, and says so to the log alone", async () => {
  await using server = await startServer();
  const body = JSON.stringify({
    destination: "showads",
    record: { Name: "Ann", Age: 34, Cookie: "c1", Banner_id: 7 },
  });
  const headers = { "Content-Type": "application/json" };
  const answer = await ask(server, "POST", "/v1/records", { body, headers });
  assertEquals(answer.status, 503);
  assertEquals(JSON.stringify(answer.body).includes("PROJECT_KEY"), false);
  assert(server.stderr().includes("API_URL"));
});

Deno.test("a file for a destination that is not set up is not taken", async () => {
  await using server = await startServer();
  assertEquals((await importCsv(server, FILE)).status, 503);
  const form = new FormData();
  form.append("file", new File([FILE], "rows.csv"));
  const older = await ask(server, "POST", "/send_record/bulk", { body: form });
  assertEquals([older.status, older.body], [503, { message: "The server can't take data now." }]);
  assertEquals(await server.dir.tree("log/serve/imports"), []);
  const rehearsed = await importCsv(server, FILE, "destination=showads&sandbox=true");
  assertEquals((await ended(server, rehearsed)).body.rows.accepted, 1);
});

Deno.test("an import that the server's settings no longer fit stops, and keeps its rows", async () => {
  await using down = await standIn("showads", {
    onRequest: ({ path }) => path === "/auth" ? undefined : { status: 503 },
  });
  await using other = await standIn("showads");
  const flags = ["--retry-for", "50ms"];
  const first = await startServer({ env: down.env, flags });
  const taken = await importCsv(first, FILE);
  assertEquals((await ended(first, taken)).body.state, "stopped");
  await first.stop();
  const { dir } = first;
  const second = await startServer({ env: other.env, dir, flags: [...flags, "--resume"] });
  const { body } = await ended(second, taken);
  assertEquals([body.state, other.received.rows], ["stopped", 0]);
  assertMatch(body.reason, /the settings now name/);
  await second.stop();
  const third = await startServer({ env: down.env, dir, flags: [...flags, "--resume"] });
  assertEquals((await ended(third, taken)).body.state, "stopped");
  await third.stop();
  assert((await dir.tree("log/serve/imports")).some((path) => path.endsWith(".csv")));
  await dir[Symbol.asyncDispose]();
});

Deno.test("an import that stops to be looked at goes on to its end", async () => {
  await using server = await sandboxed();
  const rows = Array.from({ length: 9 }, (_, row) => `Ann,34,c${row},7\n`).join("");
  const taken = await importCsv(server, HEADER + rows, "destination=showads&stopAfter=4");
  const { body } = await ended(server, taken);
  assertEquals([body.state, body.rows.accepted], ["stopped", 4]);
  await ask(server, "POST", `${body.links.self}/resume`);
  assertEquals((await ended(server, taken)).body.rows.accepted, 9);
});

Deno.test("unfinished imports are listed at the start, and go on with --resume", async () => {
  const arrived = Promise.withResolvers<void>();
  let isDown = true;
  await using api = await standIn("showads", {
    onRequest: ({ path }) => {
      if (path === "/auth") return undefined;
      arrived.resolve();
      return isDown ? { status: 503 } : undefined;
    },
  });
  const first = await startServer({ env: api.env });
  const taken = await importCsv(first, FILE, "destination=showads", { "Idempotency-Key": "k" });
  await arrived.promise;
  assertEquals(await first.stop(), 143);
  isDown = false;
  const { dir } = first;
  const second = await startServer({ env: api.env, dir });
  assert(second.stderr().includes(`${taken.body.id} of upload.csv is unfinished`));
  assertEquals((await ask(second, "GET", taken.body.links.self)).body.state, "stopped");
  const again = await importCsv(second, FILE, "destination=showads", { "Idempotency-Key": "k" });
  assertEquals(again.body.id, taken.body.id);
  await second.stop();
  const third = await startServer({ env: api.env, dir, flags: ["--resume"] });
  const { body } = await ended(third, taken);
  assertEquals([body.state, body.rows.accepted], ["completed", 1]);
  await third.stop();
  await dir[Symbol.asyncDispose]();
});

Deno.test("a file that was imported there before is left as it is, unless again is asked for", async () => {
  await using api = await standIn("showads");
  await using server = await startServer({ env: api.env });
  await ended(server, await importCsv(server, FILE));
  const same = await ended(server, await importCsv(server, FILE));
  assertEquals(same.body.state, "unchanged");
  assertMatch(same.body.reason, /^upload\.csv was imported to/);
  const again = await ended(
    server,
    await importCsv(server, FILE, "destination=showads&again=true"),
  );
  assertEquals(again.body.rows.accepted, 1);
  assertEquals(api.received.rows, 2);
});

Deno.test("a file that is posted twice at once goes out once", async () => {
  await using api = await standIn("showads");
  await using server = await startServer({ env: api.env });
  const taken = await Promise.all([importCsv(server, FILE), importCsv(server, FILE)]);
  const answers = await Promise.all(taken.map((answer) => ended(server, answer)));
  assertEquals(answers.map(({ body }) => body.state).sort(), ["completed", "unchanged"]);
  assertEquals(api.received.rows, 1);
});

Deno.test("a file whose import can go on is not begun anew, unless again is asked for", async () => {
  await using api = await standIn("showads");
  await using server = await startServer({ env: api.env });
  const rows = HEADER + GOOD + GOOD.replace("c1", "c2");
  const first = await importCsv(server, rows, "destination=showads&stopAfter=1");
  assertEquals((await ended(server, first)).body.state, "stopped");
  const second = await ended(server, await importCsv(server, rows));
  assertEquals(second.body.state, "refused");
  assert(second.body.reason.includes(first.body.id), second.body.reason);
  const again = await importCsv(server, rows, "destination=showads&again=true");
  assertEquals((await ended(server, again)).body.rows.accepted, 2);
  await ask(server, "POST", `${first.body.links.self}/resume`);
  assertEquals((await ended(server, first)).body.rows.accepted, 2);
  assertEquals(api.received.rows, 4);
});

Deno.test("what a run is about stands in its own lines of the log, and in no others", async () => {
  await using server = await sandboxed({ flags: ["--log-format", "json", "--verbose"] });
  await ended(server, await importCsv(server, FILE));
  await ask(server, "GET", "/v1/imports");
  const lines = server.stderr().split("\n").filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
  const about = lines.filter(({ properties }) => properties.run !== undefined);
  assert(about.length > 0);
  assertEquals([...new Set(about.map(({ logger }) => /\.(run|delivery)$/.test(logger)))], [true]);
});

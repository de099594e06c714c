import { assert, assertEquals, assertMatch } from "@std/assert";
import { Accounts } from "../../src/jobs/setup.ts";
import { settings as table } from "../../src/config/settings.ts";
import { resolveSettings } from "../../src/config/resolve.ts";
import { silentLog } from "../../src/log.ts";
import { createApp } from "../../src/server/app.ts";
import { appendImportLine } from "../../src/server/import_file.ts";
import { createMetrics } from "../../src/server/metrics.ts";
import { openState } from "../../src/server/state.ts";
import { standIn, waitingApi } from "../support/stand_in.ts";
import { Workdir } from "../support/workdir.ts";
import { startServer, until } from "./support.ts";

const FILE = "Name,Age,Cookie,Banner_id\nAnn,34,c1,7\n";

/** The app without a network: what stands around it, front and back, is left out. */
async function appIn(dir: Workdir) {
  const { io } = dir.outside();
  const environment = { get: () => null, names: () => [] };
  const stop = new AbortController();
  const setup = {
    io,
    environment,
    ...resolveSettings("serve", { sandbox: true }, environment),
    signals: { stop: stop.signal, kill: new AbortController().signal, signal: null },
    log: silentLog,
    accounts: new Accounts(),
    newObserver: () => () => {},
  };
  const state = await openState(setup);
  const isReady = () => !stop.signal.aborted;
  const app = createApp({ ...setup, ...state, isReady, metrics: createMetrics() });
  return { app, state, stop };
}

Deno.test("a server that is to stop lives and is not ready", async () => {
  await using dir = await Workdir.make();
  const { app, state, stop } = await appIn(dir);
  assertEquals((await app.request("/readyz")).status, 200);
  stop.abort();
  const answer = await app.request("/readyz");
  assertEquals([answer.status, answer.headers.get("retry-after")], [503, "10"]);
  assertEquals(answer.headers.get("content-type"), "application/problem+json");
  assertEquals((await app.request("/healthz")).status, 200);
  await state[Symbol.asyncDispose]();
});

Deno.test("the app takes records and files without a network", async () => {
  await using dir = await Workdir.make();
  const { app, state, stop } = await appIn(dir);
  const record = await app.request("/send_record", {
    method: "POST",
    body: JSON.stringify({ name: "Ann", age: 34, cookie: "c1", banner_id: 7 }),
  });
  assertEquals(record.status, 202);
  const form = new FormData();
  form.append("file", new File([FILE], "rows.csv"));
  const bulk = await app.request("/send_record/bulk", { method: "POST", body: form });
  assertEquals([bulk.status, await bulk.json()], [202, { sent: 1 }]);
  await until(() => state.intake.waiting === 0);
  stop.abort();
  await state[Symbol.asyncDispose]();
});

Deno.test("imports that never had a run are forgotten at a start once they are old", async () => {
  await using dir = await Workdir.make();
  const remembered = async (state: "refused" | "unchanged" | "stopped", ageDays: number) => {
    const createdAt = new Date(Date.now() - ageDays * 86_400_000).toISOString();
    const id = `${createdAt.replaceAll(/[-:.]/g, "")}-0123456789ab`;
    const folder = dir.file("log/serve/imports", id);
    await Deno.mkdir(folder, { recursive: true });
    const request = {
      ...{ id, createdAt, name: "a.csv", path: `${folder}/${id}.csv`, bytes: 1, parent: null },
      ...{ target: {}, settings: {}, flags: [], failedColumns: null, key: null },
    };
    const { files } = dir.outside().io;
    await appendImportLine(files, folder, { type: "import", version: 1, request });
    const end = { state, byClient: true, reason: null, result: null, folder: null };
    await appendImportLine(files, folder, { type: "end", time: createdAt, end });
    const server = await appIn(dir);
    server.stop.abort();
    await server.state[Symbol.asyncDispose]();
    return server.state.imports.get(id) !== null;
  };
  assertEquals(await remembered("refused", 6), true);
  assertEquals(await remembered("refused", 8), false);
  assertEquals(await remembered("unchanged", 8), false);
  assertEquals(await remembered("stopped", 8), true);
});

Deno.test("SIGTERM: who waits gets an answer, what runs stops in good order, events end", async () => {
  const { api, arrived, go } = await waitingApi();
  await using _api = api;
  const server = await startServer({ env: { ...api.env, ROWFERRY_LOG_FORMAT: "json" } });
  const form = new FormData();
  form.append("file", new File([FILE], "rows.csv"));
  const bulk = fetch(`${server.url}/send_record/bulk`, { method: "POST", body: form });
  await arrived.promise;
  const { imports } = await (await fetch(`${server.url}/v1/imports`)).json();
  const events = await fetch(`${server.url}${imports[0].links.events}`);
  const stopped = server.stop();
  go.resolve();
  const answer = await bulk;
  const body = await answer.json();
  // The only request was answered: there was nothing left to be stopped, or the stop came first.
  assert(answer.status === 202 || answer.status === 503, JSON.stringify(body));
  assertMatch(await events.text(), /event: start/);
  assertEquals(await stopped, 143);
  assertEquals(api.received.rows, 1);
  await server.dir[Symbol.asyncDispose]();
});

Deno.test("no value of a row and no secret gets into the log or the server's own files", async () => {
  const secret = "hush-hush-key";
  await using api = await standIn("showads", {
    onRequest: ({ path, body }) =>
      path !== "/auth" && body.includes("Refused")
        ? { status: 400, json: { message: "no" } }
        : undefined,
  });
  const env = {
    ...api.env,
    PROJECT_KEY: secret,
    LOGLEVEL: "DEBUG",
    ROWFERRY_SERVE_TOKEN: "sesame",
  };
  const server = await startServer({ env });
  const headers = { "Authorization": "Bearer sesame", "Content-Type": "application/json" };
  const values = ["Zaphod", "CookieOfZaphod", "CookieRefused"];
  for (const [name, cookie] of [["Zaphod", values[1]], ["Zaphod", values[2]], ["Zaph0d", "x"]]) {
    const body = JSON.stringify({ name, age: 34, cookie, banner_id: 7 });
    await (await fetch(`${server.url}/send_record`, { method: "POST", headers, body })).text();
  }
  const form = new FormData();
  form.append("file", new File([`${FILE}Zaphod,x,${values[1]},7\n`], "rows.csv"));
  const { Authorization } = headers;
  const bulk = { method: "POST", headers: { Authorization }, body: form };
  await (await fetch(`${server.url}/send_record/bulk`, bulk)).text();
  await until(async () => (await server.dir.tree("log/serve/records")).length === 1);
  await server.stop();
  const log = server.stderr();
  assert(log.includes("/send_record"), log);
  for (const text of [...values, "Zaph0d", secret, "sesame"]) {
    assertEquals(log.includes(text), false, text);
  }
  for (const path of await server.dir.tree("log/serve")) {
    const text = await server.dir.read("log/serve", path);
    for (const value of [...values, secret, "sesame"]) {
      assertEquals(text.includes(value), false, path);
    }
  }
  await server.dir[Symbol.asyncDispose]();
});

Deno.test("what is kept is nobody else's to read", async () => {
  const { api, arrived, go } = await waitingApi();
  await using _api = api;
  const server = await startServer({ env: api.env });
  const form = new FormData();
  form.append("file", new File([FILE], "rows.csv"));
  const bulk = fetch(`${server.url}/send_record/bulk`, { method: "POST", body: form });
  await arrived.promise;
  const body = JSON.stringify({ name: "Ann", age: 34, cookie: "c1", banner_id: 7 });
  const headers = { "Content-Type": "application/json", "Idempotency-Key": "one" };
  for (let i = 0; i < 2; i++) {
    await (await fetch(`${server.url}/send_record`, { method: "POST", headers, body })).text();
  }
  const paths = await server.dir.tree("log/serve");
  const names = paths.map((path) => path.replaceAll(/\/[\w-]+\.(csv|jsonl|json)$/g, "/*.$1"));
  assert(names.some((name) => /^imports\/.*csv$/.test(name)), names.join());
  for (const path of paths) {
    const { mode } = await Deno.stat(server.dir.file("log/serve", path));
    assertEquals((mode ?? 0) & 0o777, 0o600, path);
  }
  assertEquals(((await Deno.stat(server.dir.file("log/serve/imports"))).mode ?? 0) & 0o777, 0o700);
  go.resolve();
  await (await bulk).text();
  await until(() => api.received.rows === 2); // The record came once: it had a key.
  await server.stop();
  await server.dir[Symbol.asyncDispose]();
});

Deno.test("every setting of a server has its line in the manual", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/server.md", import.meta.url));
  const own = Object.values(table).filter(({ group }) => group === "Server");
  const missing = own.flatMap(({ flag }) => flag && !page.includes(`--${flag}`) ? [flag] : []);
  assertEquals(missing, []);
});

import { assert, assertEquals } from "@std/assert";
import { withFaults } from "../support/faults.ts";
import { standIn, type TestApi } from "../support/stand_in.ts";
import { startServer, type TestServer, until } from "./support.ts";

const RECORD = { name: "Mario", age: 18, cookie: "id", banner_id: 10 };
const FILE = "Mario,10,c1,10\nLuigi,26,c2,11\nPeach,29,c3,12\nToad,45,c4,13\n";

async function setUp(env: Record<string, string> = {}) {
  const rows: { cookie: string; banner: number }[] = [];
  let requests = 0;
  const api = await standIn("showads", {
    onRequest: ({ path, body }) => {
      if (path === "/auth") return;
      requests++;
      for (const { VisitorCookie, BannerId } of JSON.parse(body).Data) {
        rows.push({ cookie: VisitorCookie, banner: BannerId });
      }
    },
  });
  const server = await startServer({ env: { ...api.env, ...env } });
  return {
    api,
    server,
    rows,
    requests: () => requests,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await api[Symbol.asyncDispose]();
    },
  };
}

async function post({ url }: TestServer, record: unknown): Promise<[number, unknown]> {
  const answer = await fetch(`${url}/send_record`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: typeof record === "string" ? record : JSON.stringify(record),
  });
  return [answer.status, await answer.json()];
}

async function bulk(
  { url }: TestServer,
  content: string | null,
  fields: Record<string, string> = {},
  name = "data.csv",
): Promise<[number, unknown]> {
  const body = new FormData();
  if (content !== null) body.set("file", new File([content], name, { type: "text/csv" }));
  for (const [field, value] of Object.entries(fields)) body.append(field, value);
  const answer = await fetch(`${url}/send_record/bulk`, { method: "POST", body });
  return [answer.status, await answer.json()];
}

Deno.test("a record is taken with 202, and sent", async () => {
  await using set = await setUp();
  assertEquals(await post(set.server, RECORD), [202, { message: "Record id sent to ShowAPI." }]);
  await until(() => set.rows.length === 1);
  assertEquals(set.rows, [{ cookie: "id", banner: 10 }]);
});

Deno.test("a record that checks or filters leave out is answered 202, which says so", async () => {
  await using set = await setUp();
  const ignored = "Record id did not pass the validation, ignored.";
  for (
    const change of [
      { age: 10 },
      { age: "ten" },
      { name: "M4rio" },
      { banner_id: 100 },
      { banner_id: null },
      { age: 19, min_age: 20 },
      { age: 40, max_age: 39 },
    ]
  ) {
    assertEquals(await post(set.server, { ...RECORD, ...change }), [202, { message: ignored }]);
  }
  assertEquals(await post(set.server, { ...RECORD, cookie: "" }), [202, {
    message: "Record  did not pass the validation, ignored.",
  }]);
  assertEquals((await post(set.server, { ...RECORD, age: 10, min_age: 8 }))[1], {
    message: "Record id sent to ShowAPI.",
  });
  await until(() => set.rows.length === 1);
});

Deno.test("a record that lacks a field is refused with 400", async () => {
  await using set = await setUp();
  for (const field of Object.keys(RECORD)) {
    const { [field as keyof typeof RECORD]: _left, ...others } = RECORD;
    assertEquals(await post(set.server, others), [400, { message: "Failed to process data." }]);
  }
  for (const body of ["{}", "[]", "", "no JSON"]) {
    assertEquals((await post(set.server, body))[0], 400);
  }
});

Deno.test("records that come together go out together", async () => {
  await using set = await setUp();
  const cookies = Array.from({ length: 1_000 }, (_, index) => `c${index}`);
  const left = [...cookies];
  const client = async () => {
    for (let cookie = left.pop(); cookie; cookie = left.pop()) {
      assertEquals((await post(set.server, { ...RECORD, cookie }))[0], 202);
    }
  };
  await Promise.all(Array.from({ length: 32 }, client));
  await until(() => set.rows.length === cookies.length);
  assertEquals(set.rows.map(({ cookie }) => cookie).sort(), cookies.toSorted());
  assert(set.requests() < 50, `${set.requests()} requests`);
});

Deno.test("a file without a header line is sent, by age", async () => {
  await using set = await setUp();
  assertEquals(await bulk(set.server, FILE), [202, { sent: 3 }]);
  assertEquals(await bulk(set.server, FILE, { max_age: "30" }), [202, { sent: 2 }]);
  assertEquals(await bulk(set.server, FILE, { min_age: "30" }), [202, { sent: 1 }]);
  assertEquals(await bulk(set.server, FILE, { min_age: "27", max_age: "28" }), [202, { sent: 0 }]);
  assertEquals(await bulk(set.server, FILE, { min_age: "8" }), [202, { sent: 4 }]);
  assertEquals(set.rows.length, 10);
});

Deno.test("a file with a header line is sent, and a line that is none of its rows is not", async () => {
  await using set = await setUp();
  const named = `name,age,cookie,banner_id\n${FILE}`;
  assertEquals(await bulk(set.server, named), [202, { sent: 3 }]);
  const capitals = `Name,Age,Cookie,Banner_id\r\n${FILE.replaceAll("\n", "\r\n")}`;
  assertEquals(await bulk(set.server, capitals), [202, { sent: 3 }]);
  assertEquals(await bulk(set.server, `who,years,cookie,banner\n${FILE}`), [202, { sent: 3 }]);
  assertEquals(await bulk(set.server, ""), [202, { sent: 0 }]);
});

Deno.test("a bulk without a file is refused with 400, another type of file with 415", async () => {
  await using set = await setUp();
  assertEquals(await bulk(set.server, null, { max_age: "3" }), [400, {
    message: "CSV file required.",
  }]);
  const none = await fetch(`${set.server.url}/send_record/bulk`, { method: "POST" });
  assertEquals([none.status, await none.json()], [400, { message: "CSV file required." }]);
  for (const name of ["data.txt", "data", "data.csv.exe"]) {
    assertEquals(await bulk(set.server, FILE, {}, name), [415, {
      message: "Unsupported file format. Only CSV files are accepted.",
    }]);
  }
  assertEquals((await bulk(set.server, FILE, { min_age: "ten" }))[0], 400);
  assertEquals(set.rows, []);
  assertEquals(await set.server.dir.tree("log/serve/imports"), []);
});

Deno.test("what could not be sent is appended where FAILED_RECORDS_DIRPATH says", async () => {
  const api = await refusing("bad");
  const server = await startServer({ env: { ...api.env, FAILED_RECORDS_DIRPATH: "failed" } });
  try {
    await post(server, { ...RECORD, cookie: "bad" });
    await post(server, { ...RECORD, cookie: "good" });
    const failed = async () =>
      (await server.dir.tree()).filter((path) => path.startsWith("failed/"));
    await until(async () => (await failed()).length === 1);
    const [path = ""] = await failed();
    assert(/^failed\/unsent_\d{4}-\d\d-\d\d\.csv$/.test(path));
    await until(async () => await server.dir.read(path) === "Mario,18,bad,10\n");
    assertEquals(await bulk(server, `Ann,30,bad,1\n"Bea",31,good,2\n`), [202, { sent: 1 }]);
    assertEquals(await server.dir.read(path), "Mario,18,bad,10\nAnn,30,bad,1\n");
    const { runs } = await server.dir.json(["status"]);
    assertEquals(
      runs.filter((run: { rows: { rejected: number } }) => run.rows.rejected === 1).length,
      2,
    );
  } finally {
    await server[Symbol.asyncDispose]();
    await api[Symbol.asyncDispose]();
  }
});

/** An API that refuses requests with a row of this cookie. */
function refusing(cookie: string): Promise<TestApi> {
  return standIn("showads", {
    onRequest: ({ path, body }) =>
      path !== "/auth" && body.includes(`"${cookie}"`)
        ? { status: 400, json: { message: "It is bad" } }
        : undefined,
  });
}

Deno.test("records that wait for an API go out when it is back, also after a restart", async () => {
  let isDown = true;
  let taken = 0;
  await using api = await standIn("showads", {
    onRequest: ({ path, body }) => {
      if (path === "/auth") return undefined;
      if (!isDown) taken += JSON.parse(body).Data.length;
      return isDown ? { status: 503 } : undefined;
    },
  });
  const first = await startServer({ env: api.env, flags: ["--retry-for", "100ms"] });
  for (let i = 0; i < 20; i++) await post(first, { ...RECORD, cookie: `c${i}` });
  assertEquals(await first.stop(), 143);
  isDown = false;
  const second = await startServer({ env: api.env, dir: first.dir });
  await until(() => taken === 20);
  await second.stop();
  await first.dir[Symbol.asyncDispose]();
});

Deno.test("what is done with is gone: no upload and no clean run of single records stays", async () => {
  await using set = await setUp();
  await post(set.server, RECORD);
  assertEquals(await bulk(set.server, FILE), [202, { sent: 3 }]);
  // A folder may be gone while it is looked at.
  const left = async () => await set.server.dir.tree("log").catch(() => ["something"]);
  await until(async () => {
    const folders = (await left()).filter((path) => /^\w+-\w+\.csv\./.test(path));
    const kept = (await left()).filter((path) => /^serve\/.*\.csv$/.test(path));
    return set.rows.length === 4 && kept.length === 0 &&
      new Set(folders.map((path) => path.split("/")[0])).size === 1;
  });
});

Deno.test("records that the settings no longer let go on don't hold up those that come after", async () => {
  await using down = await standIn("showads", {
    onRequest: ({ path }) => path === "/auth" ? undefined : { status: 503 },
  });
  await using other = await standIn("showads");
  const first = await startServer({ env: down.env, flags: ["--retry-for", "50ms"] });
  await post(first, RECORD);
  await until(() => (down.received.statuses[503] ?? 0) > 0);
  await first.stop();
  const second = await startServer({ env: other.env, dir: first.dir });
  await until(() => second.stderr().includes("the settings now name"));
  await post(second, { ...RECORD, cookie: "later" });
  await until(() => other.received.rows === 1);
  await second.stop();
  await first.dir[Symbol.asyncDispose]();
});

Deno.test("records that got no answer are not sent twice: they are kept as unknown, and appended", async () => {
  await withFaults({
    reply: ({ path }) => path === "/auth" ? { status: 200, body: '{"AccessToken":"t"}' } : "close",
  }, async (api) => {
    const env = { API_URL: api.url, PROJECT_KEY: "k", FAILED_RECORDS_DIRPATH: "failed" };
    const server = await startServer({ env });
    await post(server, RECORD);
    const failed = async () => {
      const [path] = (await server.dir.tree()).filter((path) => path.startsWith("failed/"));
      return path === undefined ? "" : await server.dir.read(path);
    };
    await until(async () => await failed() === "Mario,18,id,10\n");
    assertEquals(await bulk(server, "Ann,30,c1,1\n"), [202, { sent: 0 }]);
    assertEquals(await failed(), "Mario,18,id,10\nAnn,30,c1,1\n");
    await server.stop();
    const { runs } = await server.dir.json(["status"]);
    assertEquals(runs.map(({ rows }: { rows: { unknown: number } }) => rows.unknown), [1, 1]);
    assertEquals(api.received.filter(({ path }) => path !== "/auth").length, 2);
    await server.dir[Symbol.asyncDispose]();
  });
});

Deno.test("what a client has wrong is its own: 400, and nothing in the server's log", async () => {
  await using set = await setUp();
  assertEquals(await post(set.server, { ...RECORD, min_age: 50, max_age: 20 }), [400, {
    message: "The smallest age 50 is above the largest age 20",
  }]);
  const [status, answer] = await bulk(set.server, "Mario\rLuigi,10,c1,10\nPeach,29,c3,12\n");
  assertEquals(status, 400);
  assert(JSON.stringify(answer).includes("lone CR"), JSON.stringify(answer));
  assert(!set.server.stderr().includes("ERROR"), set.server.stderr());
});

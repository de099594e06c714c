/**
 * APIs that make jobs of requests: no row is accepted before its job has ended, no job is sent twice, and
 * of a job whose end can't be known nobody claims anything.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type FaultServer, type Received, type Reply, withFaults } from "../support/faults.ts";
import { startProgram } from "../support/process.ts";
import { signals, Workdir } from "../support/workdir.ts";

const JSON_HEADERS = { "content-type": "application/json" };
const json = (body: unknown, status = 200): Reply => ({
  status,
  headers: JSON_HEADERS,
  body: JSON.stringify(body),
});

const JOB = { id: "job", state: "state", states: { accepted: ["done"], refused: ["failed"] } };
const ids = (count: number) => Array.from({ length: count }, (_, index) => `r${index + 1}`);

/** An API that makes jobs `j1`, `j2`, … of requests, and tells of them by `state`. */
class JobApi {
  readonly posted: string[][] = [];
  readonly asked: string[] = [];

  constructor(private readonly state: (job: number, asked: number, api: JobApi) => Reply) {}

  readonly reply = ({ method, path, body }: Received): Reply => {
    if (method === "POST") {
      this.posted.push((JSON.parse(body) as { id: string }[]).map(({ id }) => id));
      return json({ job: `j${this.posted.length}` }, 202);
    }
    this.asked.push(path);
    const job = Number(/j(\d+)/.exec(path)?.[1]);
    const times = this.asked.filter((asked) => asked === path).length;
    return this.state(job, times, this);
  };
}

interface Trial {
  readonly api: JobApi;
  readonly rows?: number;
  readonly http?: Record<string, unknown>;
  readonly job?: Record<string, unknown>;
}

async function write(dir: Workdir, url: string, { rows = 4, http, job }: Trial): Promise<void> {
  await dir.write("rows.csv", `id\n${ids(rows).join("\n")}\n`);
  const mapping = {
    destination: "http",
    columns: [{ from: "id", to: "id" }],
    http: {
      url: `${url}/import`,
      limits: { rows: 2, concurrency: 1 },
      job: { url: `${url}/jobs/{job}`, ...JOB, ...job },
      ...http,
    },
  };
  await dir.write("map.json", JSON.stringify(mapping));
}

const IMPORT = ["import", "rows.csv", "--mapping", "map.json"];
const HASTE = { io: { sleep: () => Promise.resolve() } };

async function run(trial: Trial, ...flags: string[]) {
  return await withFaults(trial.api.reply, async ({ url }) => {
    await using dir = await Workdir.make();
    await write(dir, url, trial);
    const result = await dir.json([...IMPORT, ...flags], HASTE);
    const errors = result.files.errors === null ? "" : await dir.read(result.files.errors);
    return { ...result, errors };
  });
}

Deno.test("rows are accepted once their job has ended, and those that its errors name are rejected", async () => {
  const api = new JobApi((job, times) => {
    if (times < 3) return json({ state: "running" });
    return json({ state: "Done", failed: job === 2 ? [{ id: "R4", why: "no mail" }] : [] });
  });
  const results = { at: "failed", match: { by: "key", path: "id", record: "id" }, message: "why" };
  const { exitCode, rows, requests, errors } = await run({ api, http: { results } });
  assertEquals([exitCode, rows.accepted, rows.rejected], [1, 3, 1]);
  assertEquals([api.posted, requests.sent], [[["r1", "r2"], ["r3", "r4"]], 2]);
  assertEquals(api.asked.length, 6);
  assertStringIncludes(errors, "no mail");
});

Deno.test("errors come from pages of their own, as lines too, and counts from the job", async () => {
  let page = 0;
  const errors = [
    json({ list: [{ index: 0 }], next: "/jobs/j1/errors?page=2" }),
    { status: 200, body: '{"list":[{"index":1}]}\n' },
  ];
  const api = new JobApi(() =>
    page > 0 ? errors[page++ - 1] as Reply : (page = 1, json({ state: "done", bad: 2 }))
  );
  const { rows } = await withFaults(api.reply, async ({ url }) => {
    await using dir = await Workdir.make();
    const results = { at: "list", match: { by: "index", path: "index" }, failedCount: "bad" };
    const job = { errors: `${url}/jobs/{job}/errors`, next: "next" };
    await write(dir, url, { api, rows: 2, http: { results }, job });
    return await dir.json(IMPORT, HASTE);
  });
  assertEquals([rows.rejected, rows.accepted], [2, 0]);
  assertEquals(api.asked, ["/jobs/j1", "/jobs/j1/errors", "/jobs/j1/errors?page=2"]);
});

Deno.test("questions that fail are asked again, and rows are not sent again for that", async () => {
  const faults: Reply[] = [{ status: 503 }, "close", { status: 429 }, "garbage"];
  const api = new JobApi((_job, times) => faults[times - 1] ?? json({ state: "done" }));
  const { exitCode, rows } = await run({ api, rows: 2 });
  assertEquals([exitCode, rows.accepted, api.posted.length, api.asked.length], [0, 2, 1, 5]);
});

Deno.test("a job that failed rejects its rows with its reason, or is halved", async () => {
  const failed = () => json({ state: "failed", message: "the list is full" });
  const whole = await run({ api: new JobApi(failed), rows: 2 });
  assertEquals([whole.exitCode, whole.rows.rejected], [1, 2]);
  assertStringIncludes(whole.errors, "the list is full");

  const api = new JobApi((job, _times, { posted }) =>
    posted[job - 1]?.includes("r1") ? json({ state: "invalid" }) : json({ state: "done" })
  );
  const states = { accepted: ["done"], split: ["invalid"] };
  const halved = await run({ api, rows: 4, job: { states } });
  assertEquals([halved.rows.accepted, halved.rows.rejected], [3, 1]);
  assertEquals(api.posted, [["r1", "r2"], ["r1"], ["r2"], ["r3", "r4"]]);
});

Deno.test("rows of a job that does not end in time are unknown, and the run goes on", async () => {
  const api = new JobApi((job) => json({ state: job === 1 ? "queued" : "done" }));
  await withFaults(api.reply, async ({ url }) => {
    await using dir = await Workdir.make();
    await write(dir, url, { api, job: { everySeconds: 10, forSeconds: 60 } });
    let now = 0;
    const io = {
      monotonic: () => now,
      sleep: (ms: number) => {
        now += ms;
        return Promise.resolve();
      },
    };
    const { exitCode, rows, files } = await dir.json(IMPORT, { io });
    assertEquals([exitCode, rows.unknown, rows.accepted], [1, 2, 2]);
    assertStringIncludes(await dir.read(files.errors), "did not end within");
    assert(api.asked.length < 15, String(api.asked.length));
  });
});

Deno.test("a job that the API does not know leaves its rows unknown and stops the run", async () => {
  const { exitCode, rows, reason } = await run({ api: new JobApi(() => ({ status: 404 })) });
  assertEquals([exitCode, rows.unknown, rows.pending], [3, 2, 0]);
  assertStringIncludes(reason, "http.job");
});

Deno.test("an answer without a job's id leaves its rows unknown and stops the run", async () => {
  const { exitCode, rows, reason } = await run({
    api: new JobApi(() => json({})),
    job: { id: "data.id" },
  });
  assertEquals([exitCode, rows.unknown], [3, 2]);
  assertStringIncludes(reason, "without a job's id");
});

Deno.test("credentials go to no other host, whatever an API says where a job is", async () => {
  const location = (server: () => FaultServer, port: string) => (request: Received): Reply => {
    if (request.method === "GET") return json({ state: "done" });
    const base = port === "" ? "" : `http://127.0.0.1:${port}`;
    return { status: 202, headers: { location: `${base}/jobs/7?x=${server().received.length}` } };
  };
  for (const [port, code] of [["", 0], ["1", 3]] as const) {
    let server: FaultServer | undefined;
    const reply = location(() => server as FaultServer, port);
    await withFaults(reply, async (started) => {
      server = started;
      await using dir = await Workdir.make();
      const job = { ...JOB, id: undefined, idHeader: "Location", url: "{job}" };
      await write(dir, started.url, { api: new JobApi(() => json({})), rows: 2, job });
      const { exitCode, rows } = await dir.json(IMPORT, HASTE);
      assertEquals([exitCode, rows.accepted, rows.unknown], code === 0 ? [0, 2, 0] : [3, 0, 2]);
      assertEquals(started.received.at(-1)?.path, code === 0 ? "/jobs/7?x=1" : "/import");
    });
  }
});

Deno.test("--sandbox plays an API that makes jobs", async () => {
  await using dir = await Workdir.make();
  await write(dir, "https://api.example.com", { api: new JobApi(() => json({})), rows: 5 });
  const { exitCode, rows } = await dir.json([...IMPORT, "--sandbox"], HASTE);
  assertEquals([exitCode, rows.accepted], [0, 5]);
});

for (const repeatsAreSafe of [true, false]) {
  const how = repeatsAreSafe ? "would replace" : "would double";
  Deno.test(`a run that was killed goes on asking for its job, at an API that ${how} rows`, async () => {
    const asked = Promise.withResolvers<void>();
    let isDone = false;
    const api = new JobApi(() => {
      asked.resolve();
      return json({ state: isDone ? "done" : "running" });
    });
    await withFaults(api.reply, async ({ url }) => {
      await using dir = await Workdir.make();
      await write(dir, url, { api, rows: 3, http: { repeatsAreSafe } });
      await using program = startProgram(dir.path, IMPORT);
      await asked.promise;
      program.kill("SIGKILL");
      await program.ended;
      isDone = true;
      const ended = await dir.run(["resume", "--json"], HASTE);
      const { exitCode, rows } = JSON.parse(ended.stdout);
      assertEquals([exitCode, rows.accepted, rows.unknown], [0, 3, 0]);
      assertEquals(api.posted, [["r1", "r2"], ["r3"]]);
      assertStringIncludes(ended.stderr, "2 rows are in jobs of the API");
    });
  });
}

Deno.test("a run that is stopped does not wait for the end of jobs, and goes on asking when resumed", async () => {
  const stop = signals();
  let isDone = false;
  const api = new JobApi(() => {
    if (!isDone) stop.send("SIGINT");
    return json({ state: isDone ? "done" : "running" });
  });
  await withFaults(api.reply, async ({ url }) => {
    await using dir = await Workdir.make();
    await write(dir, url, { api });
    const io = { ...HASTE.io, onStopSignal: stop.onStopSignal };
    const stopped = await dir.json(IMPORT, { io });
    assertEquals([stopped.exitCode, stopped.rows.accepted, stopped.rows.pending], [130, 0, 2]);
    isDone = true;
    const { exitCode, rows } = await dir.json(["resume"], HASTE);
    assertEquals([exitCode, rows.accepted, api.posted.length], [0, 4, 2]);
  });
});

Deno.test("an API that can't be asked for a while stops the run, which goes on asking when resumed", async () => {
  let isDown = true;
  const api = new JobApi(() => isDown ? { status: 503 } : json({ state: "done" }));
  await withFaults(api.reply, async ({ url }) => {
    await using dir = await Workdir.make();
    await write(dir, url, { api, rows: 2 });
    const stopped = await dir.json([...IMPORT, "--retry-for", "1ms"], HASTE);
    assertEquals([stopped.exitCode, stopped.rows.pending, stopped.rows.unknown], [3, 2, 0]);
    const given = await dir.json(["resume", "--retry-for", "1ms", "--keep-going"], HASTE);
    assertEquals([given.exitCode, given.rows.unknown, given.rows.rejected], [1, 2, 0]);
    assertEquals(api.posted.length, 1);
  });
  isDown = false;
});

Deno.test("a token that is no longer good is renewed between two questions", async () => {
  let logins = 0;
  const api = new JobApi(() => json({ state: "done" }));
  const reply = (request: Received): Reply => {
    if (request.path === "/token") return json({ access_token: `t${++logins}`, expires_in: 3600 });
    const isOld = request.method === "GET" && request.headers.get("authorization") === "Bearer t1";
    return isOld ? { status: 401 } : api.reply(request);
  };
  await withFaults(reply, async ({ url }) => {
    await using dir = await Workdir.make();
    const auth = {
      type: "oauth2",
      tokenUrl: `${url}/token`,
      clientId: "me",
      clientSecret: "${SECRET}",
    };
    await write(dir, url, { api, rows: 2, http: { auth } });
    const { exitCode, rows } = await dir.json(IMPORT, { ...HASTE, env: { SECRET: "s" } });
    assertEquals([exitCode, rows.accepted, logins, api.posted.length], [0, 2, 2, 1]);
  });
});

Deno.test("send waits for the end of its job", async () => {
  const api = new JobApi((_job, times) =>
    json({ state: times < 2 ? "queued" : "failed", message: "no" })
  );
  await withFaults(api.reply, async ({ url }) => {
    await using dir = await Workdir.make();
    await write(dir, url, { api });
    const args = ["send", "--mapping", "map.json", "--set", "id=r1"];
    const { exitCode, rows } = await dir.json(args, HASTE);
    assertEquals([exitCode, rows.rejected, api.asked.length], [1, 1, 2]);
  });
});

Deno.test("pages that lead to each other end somewhere, with the rows unknown", async () => {
  const api = new JobApi((_job, _times, { asked }) =>
    json({ state: "done", next: `/jobs/j1/errors?page=${asked.length % 2}` })
  );
  const { exitCode, rows, reason } = await run({ api, rows: 2, job: { next: "next" } });
  assertEquals([exitCode, rows.unknown], [3, 2]);
  assertStringIncludes(reason, "ever more pages");
});

for (const [where, what] of [["http", "asked for without credentials"], ["ftp", "not asked for"]]) {
  Deno.test(`a file with results on another host (${where}) is ${what}`, async () => {
    const files: Received[] = [];
    const file = (request: Received): Reply => {
      files.push(request);
      return { status: 200, body: '{"index":1,"why":"no"}\n' };
    };
    await withFaults(file, async (other) => {
      const named = `${where}${other.url.slice(4)}/r.jsonl?signature=x`;
      const api = new JobApi(() => json({ state: "done", results: named }));
      const { exitCode, rows } = await withFaults(api.reply, async ({ url }) => {
        await using dir = await Workdir.make();
        const results = { match: { by: "index", path: "index" }, message: "why" };
        const http = { results, auth: { type: "bearer", token: "${TOKEN}" } };
        await write(dir, url, { api, rows: 2, http, job: { file: "results" } });
        return await dir.json(IMPORT, { ...HASTE, env: { TOKEN: "secret-token" } });
      });
      const isAsked = where === "http";
      assertEquals([exitCode, rows.rejected, rows.unknown], isAsked ? [1, 1, 0] : [3, 0, 2]);
      assertEquals(
        files.map(({ path, headers }) => [path, headers.get("authorization")]),
        isAsked ? [["/r.jsonl?signature=x", null]] : [],
      );
    });
  });
}

Deno.test("where no file is named, no row of a job failed", async () => {
  const api = new JobApi(() => json({ state: "done", results: null }));
  const results = { match: { by: "index", path: "index" } };
  const { exitCode, rows } = await run({ api, http: { results }, job: { file: "results" } });
  assertEquals([exitCode, rows.accepted], [0, 4]);
});

/**
 * Runs of one file that don't stand in each other's way: of the sandbox and of the real API.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { runsFolder } from "../../src/checkpoint/folders.ts";
import { acquireLock } from "../../src/checkpoint/lock.ts";
import type { Files } from "../../src/io.ts";
import { SANDBOX as REHEARSAL, targetKey } from "../../src/model/target.ts";
import { systemIo } from "../../src/system_io.ts";
import { standIn, waitingApi } from "../support/stand_in.ts";
import { assertCode, type Ended, filesIn, Workdir } from "../support/workdir.ts";

const CUSTOMERS = "Name,Age,Cookie,Banner_id\nAnn Lee,30,c1,1\nBob Ray,40,c2,2\n";
const IMPORT = ["import", "customers.csv", "--to", "showads"];
const SANDBOX = [...IMPORT, "--sandbox"];
/** With `STRICT`, the run stops before anything is sent. */
const BROKEN = CUSTOMERS.replace(",1\n", ",x\n").replace(",2\n", ",y\n");
const STRICT = ["--max-errors", "1"];

function down() {
  return standIn("showads", {
    onRequest: ({ path }) => path === "/auth" ? undefined : new Response(null, { status: 503 }),
  });
}

Deno.test("a sandbox run neither replaces an unfinished real run nor resumes it", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", CUSTOMERS);
  await using api = await down();
  const real = await dir.json([...IMPORT, "--retry-for", "1ms"], { env: api.env });
  assertEquals(real.exitCode, 3);
  const none = await dir.run([...SANDBOX, "--resume"]);
  assertCode(none, 2);
  assertStringIncludes(none.stderr, "No unfinished run of customers.csv (sandbox)");
  const rehearsal = await dir.json(SANDBOX);
  assertEquals([rehearsal.exitCode, rehearsal.rows.accepted], [0, 2]);

  const { runs } = await dir.json(["status"]);
  assertEquals(
    // deno-lint-ignore no-explicit-any -- what is looked at is named
    runs.map(({ lane, state }: any) => [lane, state]),
    [["", "stopped"], ["sandbox", "completed"]],
  );
  const resumed = await dir.json(["resume", "customers.csv", "--retry-for", "1ms"], {
    env: api.env,
  });
  assertEquals(resumed.runId, real.runId);
});

Deno.test("a sandbox run that is left over does not keep a real import from starting", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", BROKEN);
  const left = await dir.json([...SANDBOX, ...STRICT]);
  assertEquals(left.exitCode, 3);
  await dir.write("customers.csv", CUSTOMERS);
  await using api = await standIn("showads");
  const real = await dir.json(IMPORT, { env: api.env });
  assertEquals([real.exitCode, api.received.rows], [0, 2]);
});

Deno.test("where a file's unfinished run is in several lanes, resume has it named", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", BROKEN);
  await using api = await standIn("showads");
  const real = await dir.json([...IMPORT, ...STRICT], { env: api.env });
  const rehearsal = await dir.json([...SANDBOX, ...STRICT]);
  const { code, stderr } = await dir.run(["resume", "customers.csv"], { env: api.env });
  assertEquals(code, 2);
  for (const { files } of [real, rehearsal]) {
    assertStringIncludes(stderr, `rowferry resume ${files.checkpoint.replace(/\/[^/]*$/, "")}`);
  }
  assertStringIncludes(stderr, "# sandbox");

  const labels: string[] = [];
  const asked = await dir.json(["resume", "customers.csv", "--max-errors", "2"], {
    terminal: true,
    io: {
      prompts: {
        select: (_message, options) => {
          labels.push(...options.map(({ label }) => label));
          return Promise.resolve(options.at(-1)?.value ?? null);
        },
        confirm: () => Promise.resolve(null),
      },
    },
  });
  assertEquals(labels.map((label) => label.includes("sandbox")), [false, true]);
  assertEquals([asked.runId, asked.exitCode], [rehearsal.runId, 1]);
});

Deno.test("exit 5 says of a rehearsal that it was one", async () => {
  await using dir = await Workdir.make();
  const path = await dir.write("customers.csv", CUSTOMERS);
  const target = targetKey("showads", REHEARSAL);
  const source = { path, sandbox: true, shard: null, target };
  const folder = runsFolder(dir.file("log"), path, "showads");
  const lock = await acquireLock(systemIo(), { folder, source, destination: "showads" });
  const result = await dir.json(SANDBOX);
  lock.release();
  assertEquals([result.exitCode, result.sandbox, result.source], [5, true, "customers.csv"]);
});

Deno.test("a run of the whole file that starts while a shard is cut off keeps the shard out", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", CUSTOMERS);
  const { api, arrived, go } = await waitingApi();
  await using _api = api;
  const files = filesIn(dir.path, systemIo().files);
  let whole: Promise<Ended> | null = null;
  const open: Files["open"] = async (path, options) => {
    if (path.endsWith("customers.csv")) {
      whole ??= dir.run(IMPORT, { env: api.env });
      await arrived.promise;
    }
    return await files.open(path, options);
  };
  const shard = await dir.json([...IMPORT, "--shard", "1/2"], {
    env: api.env,
    io: { files: { ...files, open } },
  });
  go.resolve();
  assertEquals(shard.exitCode, 5);
  assertEquals((await whole as Ended | null)?.code, 0);
  assertEquals(api.received.rows, 2);
});

Deno.test("runs of a file in two log folders keep each other out, unless they go elsewhere", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", CUSTOMERS);
  const { api, arrived, go } = await waitingApi();
  await using _api = api;
  await using other = await standIn("showads");
  const HOME = dir.file();
  const first = dir.json(IMPORT, { env: { ...api.env, HOME } });
  await arrived.promise;
  const elsewhere = [...IMPORT, "--log-dir", "other"];
  const second = await dir.json(elsewhere, { env: { ...api.env, HOME } });
  assertEquals([second.exitCode, second.rows.read], [5, 0]);
  assertStringIncludes(second.reason, `in process ${Deno.pid}, started `);
  const staging = await dir.json(elsewhere, { env: { ...other.env, HOME } });
  assertEquals([staging.exitCode, other.received.rows], [0, 2]);
  go.resolve();
  assertEquals([(await first).exitCode, api.received.rows], [0, 2]);
  assertEquals((await dir.json(elsewhere, { env: { ...api.env, HOME } })).exitCode, 0);
});

Deno.test("a run in another log folder keeps a resume out, which can go on later", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", CUSTOMERS);
  let isDown = true;
  const arrived = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  await using api = await standIn("showads", {
    onRequest: ({ path }) => {
      if (path === "/auth") return;
      if (isDown) return new Response(null, { status: 503 });
      arrived.resolve();
      return go.promise;
    },
  });
  const env = { ...api.env, HOME: dir.file() };
  const stopped = await dir.json([...IMPORT, "--retry-for", "1ms"], { env });
  assertEquals(stopped.exitCode, 3);
  isDown = false;
  const other = dir.json([...IMPORT, "--log-dir", "other"], { env });
  await arrived.promise;
  assertEquals((await dir.json(["resume"], { env })).exitCode, 5);
  const { runs: [run] } = await dir.json(["status"]);
  assertEquals(run.state, "stopped"); // It was left as it was.
  go.resolve();
  assertEquals((await other).exitCode, 0);
  assertEquals((await dir.json(["resume"], { env })).runId, stopped.runId);
});

/**
 * Disks that fill up, fail or go away, and things planted where the run's files are to be made.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { systemIo } from "../../src/system_io.ts";
import { seeded } from "../support/seeds.ts";
import type { Fault } from "../support/faulty_files.ts";
import { standIn } from "../support/stand_in.ts";
import { assertCode, filesIn, Workdir } from "../support/workdir.ts";
import { csvOf, kinds } from "./fated_rows.ts";
import { type Plan, World } from "./world.ts";
import { withoutProblems } from "../support/rejected_rows.ts";

const PLACES = 2;
/** Requests that a batch of three can take when the API refuses one of its rows. */
const REQUESTS_A_SPAN = 5;
const PLAN: Plan = {
  destination: "mparticle",
  rows: 22,
  flags: ["--batch-size", "3", "--concurrency", `${PLACES}`],
  syncs: "many",
};

/** Operations that a fault makes fail. */
const HITS: Record<string, readonly string[]> = {
  "no-space": ["write", "open", "makeFolder"],
  "failed-sync": ["sync"],
};

const disks: readonly [what: string, fault: Fault, syncs: Plan["syncs"]][] = [
  ["is full", "no-space", "many"],
  ["is full, and rarely synced", "no-space", "few"],
  ["no longer syncs", "failed-sync", "many"],
  ["no longer syncs, and is rarely asked to", "failed-sync", "few"],
];

for (const [what, fault, syncs] of disks) {
  Deno.test(`a disk that ${what} from any step on stops the sending, and the resume completes the run`, async () => {
    const plan = { ...PLAN, syncs };
    const undisturbed = new World(plan);
    await undisturbed.import();
    const { steps } = undisturbed;
    let stops = 0;
    for (let from = 1; from <= steps; from++) {
      const world = new World(plan);
      let requestsAtHit: number | null = null;
      const ended = await world.import((step, name) => {
        if (step < from) return null;
        if (HITS[fault]?.includes(name)) requestsAtHit ??= world.requests;
        return fault;
      });
      assert([1, 2, 3].includes(ended.code), JSON.stringify(ended));
      if (requestsAtHit !== null) {
        assert(
          world.requests <= requestsAtHit + PLACES * REQUESTS_A_SPAN,
          `${world.requests} requests were made`,
        );
      }
      if (ended.code === 2) assertEquals(world.requests, 0);
      if (ended.code === 3) {
        stops++;
        const { reason, rows } = JSON.parse(ended.stdout);
        assertMatch(reason, /Cannot (write|sync|make) .*\.(jsonl|csv)/);
        if (fault === "no-space") {
          const { stdout } = await world.process(["status", "--json"]);
          const [run] = JSON.parse(stdout).runs;
          assertEquals(run.rows.accepted, rows.accepted);
          assertEquals(run.rows.rejected, rows.rejected);
        } else {
          world.files.powerCut(seeded(from));
        }
      }
      await world.finish();
      await world.assertOutcome();
    }
    assert(stops > 3, `only ${stops} runs were stopped`);
  });
}

Deno.test("a disk that takes only a part of each write is written to again until it took all", async () => {
  const world = new World(PLAN);
  let writes = 0;
  const ended = await world.import((_, name) =>
    name === "write" && ++writes % 2 === 1 ? "short-write" : null
  );
  assertEquals(ended.code, 1);
  await world.assertOutcome();
});

Deno.test("a log folder that vanishes stops the sending", async () => {
  const world = new World({ ...PLAN, rows: 120, flags: ["--batch-size", "1"] });
  world.onRequest = (request) => {
    if (request === 20) {
      for (const path of [...world.files.nodes.keys()]) {
        if (path.startsWith("/job/log/")) world.files.nodes.delete(path);
      }
    }
    return null;
  };
  const ended = await world.import();
  assertEquals(ended.code, 3);
  const { reason, files } = JSON.parse(ended.stdout);
  assertMatch(reason, /Cannot find .*(errors|checkpoint|rejected)\.\w+/);
  assertEquals(files, { checkpoint: null, rejected: null, errors: null });
  assert(world.requests < 60, `${world.requests} requests were made`);
});

Deno.test("a log folder that can't be written is told before anything is sent", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", csvOf(kinds.showads, 7));
  await dir.write("occupied", "");
  await using api = await standIn("showads");
  const args = ["import", "rows.csv", "--to", "showads"];

  const occupied = await dir.run([...args, "--log-dir", "occupied"], { env: api.env });
  assertCode(occupied, 2);
  assertMatch(occupied.stderr, /Cannot write to occupied\/.* not a folder; choose another folder/);

  const files = filesIn(dir.path, systemIo().files);
  const denied = () => Promise.reject(new Deno.errors.PermissionDenied("read-only"));
  const readOnly = {
    ...files,
    makeFolder: denied,
    open: (path: string, options: { readonly write?: boolean }) =>
      options.write ? denied() : files.open(path, options),
  };
  const ended = await dir.run(args, { env: api.env, io: { files: readOnly } });
  assertCode(ended, 2);
  assertMatch(ended.stderr, /Cannot write to log\/.*permission denied; choose another folder/);
  assertEquals(api.received.requests, 0);
});

Deno.test("a link planted in place of the lock is told before anything is sent, and left alone", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", csvOf(kinds.showads, 7));
  await dir.write("precious", "precious");
  await using api = await standIn("showads");
  const args = ["import", "rows.csv", "--to", "showads"];
  await dir.run(args, { env: api.env });
  const lock = (await dir.tree("log")).find((path) => path.endsWith(".lock")) ?? "";
  await Deno.remove(dir.file("log", lock));
  await Deno.symlink(dir.file("precious"), dir.file("log", lock));
  const { requests } = api.received;
  const ended = await dir.run(args, { env: api.env });
  assertCode(ended, 2);
  assertMatch(ended.stderr, /\.lock: it is a link or no file at all; take it away first/);
  assertEquals(api.received.requests, requests);
  assertEquals(await dir.read("precious"), "precious");
});

Deno.test("a link planted where errors.jsonl is to be made stops the run, and is left alone", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", csvOf(kinds.showads, 14));
  await dir.write("precious", "precious");
  let planted = "";
  await using api = await standIn("showads", {
    onRequest: async ({ path }) => {
      if (path !== "/auth") return;
      const checkpoint = (await dir.tree("log")).find((path) => path.endsWith("checkpoint.jsonl"));
      planted = dir.file("log", (checkpoint ?? "").replace("checkpoint", "errors"));
      await Deno.symlink(dir.file("precious"), planted);
    },
  });
  const args = ["import", "rows.csv", "--to", "showads", "--batch-size", "2"];
  const stopped = await dir.json([...args, "--concurrency", "1"], { env: api.env });
  assertEquals([stopped.exitCode, stopped.rows.accepted], [3, 0]);
  assertStringIncludes(stopped.reason, "errors.jsonl: it is already there");
  assertEquals(await dir.read("precious"), "precious");
  assertEquals(api.received.requests, 2); // The login and the request in flight.
});

for (const name of ["checkpoint.jsonl", "rejected.csv", "errors.jsonl"]) {
  Deno.test(`a link in place of a stopped run's ${name} is told before anything is sent`, async () => {
    await using dir = await Workdir.make();
    await dir.write("rows.csv", csvOf(kinds.showads, 14));
    await using api = await standIn("showads", {
      onRequest: ({ path, body }) =>
        path !== "/auth" && body.includes("id-5") ? new Response(null, { status: 503 }) : undefined,
    });
    const flags = ["--batch-size", "2", "--concurrency", "1", "--retry-for", "1ms"];
    const args = ["import", "rows.csv", "--to", "showads", ...flags];
    const stopped = await dir.json(args, { env: api.env });
    assertEquals(stopped.exitCode, 3);
    const { requests } = api.received;
    const folder = dir.file(stopped.files.checkpoint.replace("/checkpoint.jsonl", ""));
    await Deno.rename(`${folder}/${name}`, dir.file("moved"));
    await Deno.symlink(dir.file("moved"), `${folder}/${name}`);
    const before = await dir.read("moved");
    const ended = await dir.run(["resume", folder], { env: api.env });
    assertCode(ended, 2);
    assertEquals(api.received.requests, requests);
    assertEquals(await dir.read("moved"), before);
  });
}

Deno.test("FAILED_RECORDS_DIRPATH takes the rejected rows of run after run, each under a name of its own", async () => {
  await using dir = await Workdir.make();
  const csv = csvOf(kinds.showads, 14);
  await dir.write("rows.csv", csv);
  await dir.write("good.csv", "Name,Age,Cookie,Banner_id\nAnn,30,c1,7\n");
  await using api = await standIn("showads");
  const env = { ...api.env, FAILED_RECORDS_DIRPATH: "failed/records" };
  const args = ["import", "rows.csv", "--to", "showads"];
  const first = await dir.json(args, { env });
  assertEquals(first.files.rejected, dir.file("failed/records/rejected.csv"));
  const second = await dir.json([...args, "--again"], { env });
  assertEquals(second.files.rejected, dir.file(`failed/records/rejected-${second.runId}.csv`));
  const expected = `Name,Age,Cookie,Banner_id\n4nn,30,id-2,7\n4nn,30,id-9,7\n`;
  assertEquals(withoutProblems(await Deno.readTextFile(first.files.rejected)), expected);
  assertEquals(withoutProblems(await Deno.readTextFile(second.files.rejected)), expected);
  // A run without rejected rows leaves nothing there.
  const good = await dir.json(["import", "good.csv", "--to", "showads"], { env });
  assertEquals([good.exitCode, good.files.rejected], [0, null]);
  assertEquals((await dir.tree("failed")).length, 2);
});

Deno.test("a run without rejected rows lists no other run's file in FAILED_RECORDS_DIRPATH as its own", async () => {
  await using dir = await Workdir.make();
  await dir.write("good.csv", "Name,Age,Cookie,Banner_id\nAnn,30,c1,7\n");
  await dir.write("bad.csv", "Name,Age,Cookie,Banner_id\nAnn,30,c1,700\n");
  await using api = await standIn("showads");
  const env = { ...api.env, FAILED_RECORDS_DIRPATH: "failed" };
  for (const name of ["good.csv", "bad.csv"]) {
    await dir.json(["import", name, "--to", "showads"], { env });
  }
  const { runs } = JSON.parse((await dir.run(["status", "--json"], { env })).stdout);
  const files = runs.map(({ files }: { files: { rejected: string | null } }) => files.rejected);
  assertEquals(files, [dir.file("failed/rejected.csv"), null]);
});

Deno.test("a link planted as rejected.csv in FAILED_RECORDS_DIRPATH is not written through", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", csvOf(kinds.showads, 7));
  await dir.write("precious", "precious");
  await Deno.mkdir(dir.file("failed"));
  await Deno.symlink(dir.file("precious"), dir.file("failed/rejected.csv"));
  await using api = await standIn("showads");
  const env = { ...api.env, FAILED_RECORDS_DIRPATH: "failed" };
  const result = await dir.json(["import", "rows.csv", "--to", "showads"], { env });
  assertEquals(result.files.rejected, dir.file(`failed/rejected-${result.runId}.csv`));
  assertEquals(await dir.read("precious"), "precious");
});

Deno.test("a FAILED_RECORDS_DIRPATH that can't be a folder is told before anything is sent", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", csvOf(kinds.showads, 7));
  await dir.write("failed", "");
  await using api = await standIn("showads");
  const env = { ...api.env, FAILED_RECORDS_DIRPATH: "failed" };
  const ended = await dir.run(["import", "rows.csv", "--to", "showads"], { env });
  assertCode(ended, 2);
  assertMatch(ended.stderr, /rejected\.csv in failed \(FAILED_RECORDS_DIRPATH\): .* not a folder/);
  assertEquals(api.received.requests, 0);
});

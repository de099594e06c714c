/**
 * What `status` shows of rows that did not make it, and what `--prune` leaves alone.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { systemIo } from "../../src/system_io.ts";
import { spendNight } from "../support/night.ts";
import { standIn } from "../support/stand_in.ts";
import { assertCode, filesIn, Workdir } from "../support/workdir.ts";

const ROWS = "Name,Age,Cookie,Banner_id\nAnn,30,c1,1\nBo,31,c2,999\nCy,32,c3,3\n";

/** A run of three rows of which one is rejected. */
async function withRejected(dir: Workdir, env: Record<string, string>) {
  await dir.write("rows.csv", ROWS);
  const run = await dir.json(["import", "rows.csv", "--to", "showads"], { env });
  assertEquals([run.exitCode, run.rows.rejected], [1, 1]);
  return run;
}

const PRUNE = ["status", "--prune", "0s", "--yes"];

Deno.test("rejected rows that nobody mended are kept when runs are pruned, unless asked for", async () => {
  await using dir = await Workdir.make();
  await using api = await standIn("showads");
  const run = await withRejected(dir, api.env);
  const pruned = await dir.json(PRUNE);
  assertEquals([pruned.removed, pruned.kept.length], [[], 1]);
  await dir.read(run.files.rejected);
  assertStringIncludes(
    (await dir.run(PRUNE)).stdout,
    "Removed 0 runs. 1 run with 1 row that nobody mended is kept (--unmended removes them too).",
  );
  const asked = await dir.json([...PRUNE, "--unmended"]);
  assertEquals([asked.removed.length, asked.kept], [1, []]);
});

Deno.test("the question counts what nobody mended", async () => {
  await using dir = await Workdir.make();
  await using api = await standIn("showads");
  await withRejected(dir, api.env);
  const questions: string[] = [];
  const prompts = {
    select: () => Promise.resolve(null),
    confirm: (question: string) => {
      questions.push(question);
      return Promise.resolve(false);
    },
  };
  const args = ["status", "--prune", "0s", "--unmended"];
  assertCode(await dir.run(args, { terminal: true, io: { prompts } }), 130);
  assertEquals(questions, ["Remove 1 run, with 1 row that nobody mended?"]);
});

Deno.test("once the rejected rows were imported, status says so and the run can be pruned", async () => {
  await using dir = await Workdir.make();
  await using api = await standIn("showads");
  const run = await withRejected(dir, api.env);
  const left = { rejected: 1, unknown: 0 };
  const [before] = (await dir.json(["status"])).runs;
  assertEquals(before.mended, { runs: [], accepted: 0, left });

  await dir.write(run.files.rejected, (await dir.read(run.files.rejected)).replace("999", "9"));
  // A rehearsal mends nothing.
  const rehearse = ["import", run.files.rejected, "--to", "showads", "--sandbox"];
  assertCode(await dir.run(rehearse), 0);
  const rehearsed = (await dir.json(["status"])).runs
    .find(({ runId }: { runId: string }) => runId === run.runId);
  assertEquals(rehearsed.mended.left, left);

  const args = ["import", run.files.rejected, "--to", "showads"];
  const mended = await dir.json(args, { env: api.env });
  assertEquals(mended.rows.accepted, 1, JSON.stringify(mended));
  const after = (await dir.json(["status"])).runs
    .find(({ runId }: { runId: string }) => runId === run.runId);
  assertEquals(after.mended, {
    runs: [mended.runId],
    accepted: 1,
    left: { rejected: 0, unknown: 0 },
  });
  const shown = (await dir.run(["status"])).stdout;
  assertStringIncludes(shown, `1 of 1 row accepted since, by ${mended.runId}`);
  assertEquals((await dir.json(PRUNE)).kept, []);
});

Deno.test("status fits a page of 80 columns, the newest run first, and says where it looked and what is next", async () => {
  await using dir = await Workdir.make();
  await using api = await standIn("showads");
  const run = await withRejected(dir, api.env);
  await dir.write("more.csv", `${ROWS}Di,33,c4,4\n`);
  const stopped = await dir.json(["import", "more.csv", "--to", "showads", "--stop-after", "1"], {
    env: api.env,
  });
  assertEquals(stopped.exitCode, 3);
  const { stdout } = await dir.run(["status"]);
  assertStringIncludes(stdout, "2 runs in log, the newest first:");
  assert(stdout.indexOf(stopped.runId) < stdout.indexOf(run.runId), stdout);
  const command = `rowferry resume log/more.csv.showads/${stopped.runId}`;
  for (const words of [`to showads at ${api.url}`, "2 rows accepted and 1 rejected\n", command]) {
    assertStringIncludes(stdout, words);
  }
  const tooLong = stdout.split("\n").filter((line) => line.length > 80 && !/^ +\//.test(line));
  assertEquals(tooLong, []);
  // Of JSON, the order is that of the folders.
  const { runs } = await dir.json(["status"]);
  assertEquals(runs.map(({ runId }: { runId: string }) => runId), [stopped.runId, run.runId]);
});

Deno.test("--unmended without --prune is an error, for it would do nothing", async () => {
  await using dir = await Workdir.make();
  const ended = await dir.run(["status", "--unmended"]);
  assertCode(ended, 2);
  assert(ended.stderr.includes("--unmended goes with --prune"));
});

/** A run of which the end was never written down, as when its process was killed. */
async function killed(dir: Workdir, env: Record<string, string>) {
  await dir.write("killed.csv", `${ROWS}Di,33,c4,4\n`);
  const args = ["import", "killed.csv", "--to", "showads", "--stop-after", "1"];
  const run = await dir.json(args, { env });
  for (const name of ["checkpoint.jsonl", "events.jsonl"]) {
    const path = run.files.checkpoint.replace("checkpoint.jsonl", name);
    const lines = (await dir.read(path)).trimEnd().split("\n");
    await dir.write(path, `${lines.slice(0, -1).join("\n")}\n`);
  }
  return run;
}

Deno.test("a killed run says when it moved last and why it ended, and how to go on", async () => {
  await using dir = await Workdir.make();
  await using api = await standIn("showads");
  const { runId } = await killed(dir, api.env);
  const { stdout } = await dir.run(["status"], { env: api.env });
  const words = stdout.replace(/\s+/g, " ");
  assertStringIncludes(words, `killed ${runId}`);
  assert(/It moved last at \d{4}-\d\d-\d\d \d\d:\d\d; its process was killed/.test(words), stdout);
  assertStringIncludes(stdout, `rowferry resume log/killed.csv.showads/${runId}`);
  const [run] = (await dir.json(["status"])).runs;
  assertEquals([run.state, run.failed], ["interrupted", true]);
  assertStringIncludes(run.reason, "its process was killed");
  // The machine was started again since: that is what ended it.
  const { io } = dir.outside();
  const files = {
    ...io.files,
    readText: (path: string) =>
      path === "/proc/uptime" ? Promise.resolve("0.01 0.01") : io.files.readText(path),
  };
  const later = () => Date.now() + 3_600_000;
  const rebooted = (await dir.run(["status"], { io: { files, now: later } })).stdout.replace(
    /\s+/g,
    " ",
  );
  assertStringIncludes(rebooted, "this machine was started anew at");
});

Deno.test("--failed lists what needs somebody, and says so by its exit code", async () => {
  await using dir = await Workdir.make();
  await using api = await standIn("showads");
  await dir.write("fine.csv", "Name,Age,Cookie,Banner_id\nAnn,30,c1,1\n");
  await dir.json(["import", "fine.csv", "--to", "showads"], { env: api.env });
  const fine = await dir.run(["status", "--failed"]);
  assertCode(fine, 0);
  assertEquals(fine.stdout, "No run of 1 run in log needs anybody.\n");
  const run = await withRejected(dir, api.env);
  const failed = await dir.run(["status", "--failed"]);
  assertCode(failed, 1);
  assertStringIncludes(failed.stdout, "1 of 2 runs in log needs somebody, the newest first:");
  assertStringIncludes(failed.stdout, run.runId);
  assert(!failed.stdout.includes("fine.csv"));
  assertCode(await dir.run(["status"]), 0);
  // A rehearsal needs nobody, whatever came of it.
  await dir.write("rehearsal.csv", ROWS);
  const rehearsed = await dir.json(["import", "rehearsal.csv", "--to", "showads", "--sandbox"]);
  assertEquals(rehearsed.rows.rejected, 1);
  assertEquals((await dir.json(["status", "--failed"])).runs.length, 1);
  assertCode(await dir.run(["status", "rehearsal.csv", "--failed"]), 0);
  // Once the rows are mended, nobody is needed.
  await dir.write(run.files.rejected, (await dir.read(run.files.rejected)).replace("999", "9"));
  await dir.json(["import", run.files.rejected, "--to", "showads"], { env: api.env });
  assertCode(await dir.run(["status", "--failed"]), 0);
});

Deno.test("--since takes a length of time or a date, and leaves older runs out", async () => {
  await using dir = await Workdir.make();
  await using api = await standIn("showads");
  await withRejected(dir, api.env);
  const later = { io: { now: () => Date.now() + 3 * 24 * 3_600_000 } };
  const listed = async (since: string) =>
    (await dir.json(["status", "--since", since], later)).runs.length;
  assertEquals([await listed("24h"), await listed("7d")], [0, 1]);
  assertEquals([await listed("2020-01-01"), await listed("2120-01-01 03:00")], [1, 0]);
  assertEquals(
    (await dir.run(["status", "--since", "24h"], later)).stdout,
    "No run of 1 run in log moved since then.\n",
  );
  const wrong = await dir.run(["status", "--since", "yesterday"]);
  assertCode(wrong, 2);
  assertStringIncludes(wrong.stderr, "such as 24h, 7d or 2026-11-28");
});

Deno.test("status with a run's name tells it whole: why last night took three hours, too", async () => {
  await using dir = await Workdir.make();
  const { morning } = await spendNight(dir);
  const { stdout, code } = await dir.run(["status", "policies.csv"], morning);
  assertEquals(code, 0);
  const words = stdout.replace(/\s+/g, " ");
  for (
    const fact of [
      ...["in 3 h 1 m: it waited 1 h 31 m for answers", "it stood still for 1 h"],
      ...["it paused for 30 m (mParticle answered 429, 3 times)", "Stopped by SIGTERM"],
      ...["30 × Email Address: invalid-email", "Mend the 30 rejected rows in this file"],
    ]
  ) assertStringIncludes(words, fact);
  const tooLong = stdout.split("\n").filter((line) => line.length > 80 && !line.includes("/"));
  assertEquals(tooLong, []);
  assertCode(await dir.run(["status", "policies.csv", "--failed"], morning), 1);
  const told = await dir.json(["status", "policies.csv"], morning);
  assertEquals([told.command, told.state, told.rows.rejected], ["status", "completed", 30]);
});

Deno.test("of many runs the newest are shown, and whatever is not over", async () => {
  await using dir = await Workdir.make();
  await using api = await standIn("showads");
  await killed(dir, api.env);
  for (let file = 1; file <= 25; file++) {
    await dir.write(`f${file}.csv`, `Name,Age,Cookie,Banner_id\nAnn,30,c${file},1\n`);
    await dir.json(["import", `f${file}.csv`, "--to", "showads"], { env: api.env });
  }
  const { stdout } = await dir.run(["status"]);
  assertStringIncludes(stdout, "26 runs in log, the newest first:");
  assertEquals(stdout.match(/completed/g)?.length, 20);
  assertStringIncludes(stdout, "killed.csv");
  assertStringIncludes(stdout, "And 5 older runs");
});

Deno.test("a reason that begins with a destination's name keeps the name as it is written", async () => {
  await using dir = await Workdir.make();
  const policies = new URL("../../examples/policies.csv", import.meta.url);
  await dir.write("rows.csv", await Deno.readFile(policies));
  const names = ["MPARTICLE_API_KEY", "MPARTICLE_API_SECRET"].map((name) => [name, "x"]);
  const env = {
    ...Object.fromEntries(names),
    MPARTICLE_ENVIRONMENT: "development",
    MPARTICLE_HOST: "http://127.0.0.1:9/v2",
  };
  const args = ["import", "rows.csv", "--to", "mparticle", "--retry-for", "1ms"];
  assertCode(await dir.run(args, { env }), 3);
  assertStringIncludes((await dir.run(["status"])).stdout, "Stopped: mParticle can't be reached");
});

Deno.test("a report that is asked for beside the run's folder knows what was mended since", async () => {
  await using dir = await Workdir.make();
  await using api = await standIn("showads");
  const run = await withRejected(dir, api.env);
  await dir.write(run.files.rejected, ROWS.replace("999", "2"));
  await dir.run(["import", run.files.rejected, "--to", "showads", "--again"], { env: api.env });
  const files = filesIn(dir.file("log", "rows.csv.showads"), systemIo().files);
  const { mended } = await dir.json(["report", run.runId, "--json"], { io: { files } });
  assertEquals(mended.left, 0);
});

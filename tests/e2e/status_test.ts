/**
 * What `status` shows of rows that did not make it, and what `--prune` leaves alone.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { standIn } from "../support/stand_in.ts";
import { assertCode, Workdir } from "../support/workdir.ts";

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

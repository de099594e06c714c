import { assertEquals, assertRejects } from "@std/assert";
import { createRun } from "../../src/checkpoint/create.ts";
import type { RunScope } from "../../src/model/run_scope.ts";
import { acquireLock, describeHolder } from "../../src/checkpoint/lock.ts";
import { findLineage } from "../../src/checkpoint/lineage.ts";
import {
  findRuns,
  listRuns,
  prunable,
  removeRun,
  unfinishedRuns,
} from "../../src/checkpoint/runs.ts";
import { RunInProgressError, UsageError } from "../../src/model/errors.ts";
import type { Io } from "../../src/io.ts";
import { FaultyFiles } from "../support/faulty_files.ts";
import { filesIn } from "../support/workdir.ts";
import { append, runOptions, sourceAt, testIo, totalsOf } from "./support.ts";

type Fate = "stopped" | "interrupted" | "completed";

/** Makes a run of a file that came to this, and returns its folder. */
async function makeRun(
  files: FaultyFiles,
  io: Io,
  path: string,
  fate: Fate,
  lane: Partial<RunScope> = {},
): Promise<string> {
  const source = sourceAt(path, lane);
  const journal = await createRun(io, runOptions(io, { source }));
  await append(journal, [[1, 6]]);
  if (fate === "stopped") await journal.stop("the API is down", totalsOf(journal, 4));
  if (fate === "completed") await journal.end(totalsOf(journal));
  if (fate === "interrupted") {
    files.kill();
    files.restart();
  } else await journal.close();
  return journal.folder;
}

Deno.test("runs are listed with how they stand, their counts and their files", async () => {
  const files = new FaultyFiles();
  const io = testIo(files);
  assertEquals(await listRuns(io, "/log"), []);
  await makeRun(files, io, "/data/killed.csv", "interrupted");
  await makeRun(files, io, "/data/done.csv", "completed");
  await makeRun(files, io, "/data/stopped.csv", "stopped");
  const damaged = await makeRun(files, io, "/data/x-damaged.csv", "interrupted");
  const path = `${damaged}/checkpoint.jsonl`;
  files.plant(path, (files.text(path) ?? "").replace("/data/", "/atad/"));
  files.plant("/log/stray.txt", "no run");
  const source = sourceAt("/data/busy.csv");
  const busy = await createRun(io, runOptions(io, { source }));

  const runs = await listRuns(io, "/log");
  assertEquals(runs.map(({ standing, rows, reason }) => [standing, rows.read, reason !== null]), [
    ["in-progress", 0, false],
    ["completed", 6, false],
    ["interrupted", 6, false],
    ["stopped", 10, true],
    ["damaged", 0, true],
  ]);
  assertEquals(runs[0]?.holder?.pid, 4711);
  assertEquals(runs[0]?.files.rejected, null);
  assertEquals(runs[3]?.files.rejected, `${runs[3]?.folder}/rejected.csv`);
  assertEquals(runs[3]?.rows.pending, 4);
  await busy.close();
});

Deno.test("a run that was killed before its first line was written is no run", async () => {
  const files = new FaultyFiles();
  const io = testIo(files);
  const folder = await makeRun(files, io, "/data/in.csv", "interrupted");
  const path = `${folder}/checkpoint.jsonl`;
  for (const length of [0, 30]) {
    files.plant(path, (files.text(path) ?? "").slice(0, length));
    assertEquals(await unfinishedRuns(io, "/log", sourceAt("/data/in.csv"), "mparticle"), []);
  }
});

Deno.test("a run that a later one of the same file replaced is unfinished no more", async () => {
  const files = new FaultyFiles();
  const io = testIo(files);
  await makeRun(files, io, "/data/in.csv", "stopped");
  await makeRun(files, io, "/other/in.csv", "stopped");
  const second = await makeRun(files, io, "/data/in.csv", "interrupted");
  const unfinished = await unfinishedRuns(io, "/log", sourceAt("/data/in.csv"), "mparticle");
  assertEquals(unfinished.map(({ folder }) => folder), [second]);
  await makeRun(files, io, "/data/in.csv", "completed");
  assertEquals(await unfinishedRuns(io, "/log", sourceAt("/data/in.csv"), "mparticle"), []);
  assertEquals(
    (await unfinishedRuns(io, "/log", sourceAt("/other/in.csv"), "mparticle")).length,
    1,
  );
});

Deno.test("of runs that a later one replaced nothing is read, be they damaged", async () => {
  const files = new FaultyFiles();
  const io = testIo(files);
  const old = await makeRun(files, io, "/data/in.csv", "interrupted");
  const path = `${old}/checkpoint.jsonl`;
  const find = () => unfinishedRuns(io, "/log", sourceAt("/data/in.csv"), "mparticle");
  await makeRun(files, io, "/data/in.csv", "completed");
  files.plant(path, (files.text(path) ?? "").replace("/data/", "/atad/"));
  assertEquals(await find(), []);
  const { length } = files.operations;
  await find();
  const once = files.operations.length - length;
  for (let run = 0; run < 3; run++) await makeRun(files, io, "/data/in.csv", "completed");
  const before = files.operations.length;
  await find();
  assertEquals(files.operations.length - before, once);
});

Deno.test("a damaged run that a later one replaced is a replaced one, and goes before it", async () => {
  const files = new FaultyFiles();
  const io = testIo(files);
  const old = await makeRun(files, io, "/data/in.csv", "interrupted");
  const path = `${old}/checkpoint.jsonl`;
  const [run = "", span = ""] = (files.text(path) ?? "").split("\n");
  files.plant(path, [run, span.replace("}", " }"), span, ""].join("\n"));
  assertEquals((await listRuns(io, "/log")).map(({ standing }) => standing), ["damaged"]);
  const later = await makeRun(files, io, "/data/in.csv", "completed");
  const runs = await listRuns(io, "/log");
  assertEquals(runs.map(({ standing }) => standing), ["replaced", "completed"]);
  const removed = prunable(runs, io.now() + 60_000, 60_000);
  assertEquals(removed.map(({ folder }) => folder), [old, later]);
});

Deno.test("of runs that were started in one second the later one counts", async () => {
  const files = new FaultyFiles();
  let time = Date.UTC(2026, 10, 21, 18, 15);
  let id = 9;
  const io = {
    ...testIo(files),
    now: () => time += 1,
    randomBytes: (length: number) => new Uint8Array(length).fill(--id),
  };
  await makeRun(files, io, "/data/in.csv", "completed");
  const later = await makeRun(files, io, "/data/in.csv", "stopped");
  const unfinished = await unfinishedRuns(io, "/log", sourceAt("/data/in.csv"), "mparticle");
  assertEquals(unfinished.map(({ folder }) => folder), [later]);
});

Deno.test("a run that is in progress passes for killed only to who holds its lock", async () => {
  const files = new FaultyFiles();
  const io = testIo(files);
  const source = sourceAt("/data/in.csv");
  const busy = await createRun(io, runOptions(io, { source }));
  const standing = async (locked: boolean) =>
    (await unfinishedRuns(io, "/log", source, "mparticle", { locked })).map((run) => run.standing);
  assertEquals(await standing(false), ["in-progress"]);
  assertEquals(await standing(true), ["interrupted"]);
  await busy.close();
});

Deno.test("only files that are there are listed as a run's", async () => {
  const files = new FaultyFiles();
  const io = testIo(files);
  const folder = await makeRun(files, io, "/data/in.csv", "completed");
  for (const name of ["rejected", "unknown", "errors"] as const) {
    const path = `${folder}/${name}.${name === "errors" ? "jsonl" : "csv"}`;
    assertEquals((await listRuns(io, "/log"))[0]?.files[name], path);
    await files.remove(path);
    assertEquals((await listRuns(io, "/log"))[0]?.files[name], null);
  }
});

Deno.test("a run whose process has not written its name yet is in another process", () => {
  assertEquals(describeHolder({ pid: 0, startedAt: "", runId: null }), "in another process");
  const holder = { pid: 12, startedAt: "2026-11-21T18:15:00.000Z", runId: null };
  assertEquals(describeHolder(holder), "in process 12, started 2026-11-21T18:15:00.000Z");
});

Deno.test("runs of a pipe replace none of each other", async () => {
  const files = new FaultyFiles();
  const io = testIo(files);
  const first = await makeRun(files, io, "-", "stopped");
  const second = await makeRun(files, io, "-", "stopped");
  const unfinished = await unfinishedRuns(io, "/log", sourceAt("-"), "mparticle");
  assertEquals(unfinished.map(({ folder }) => folder), [first, second]);
});

Deno.test("a run of the sandbox and one of the real API leave each other alone", async () => {
  const files = new FaultyFiles();
  const io = testIo(files);
  const real = await makeRun(files, io, "/data/in.csv", "stopped");
  const rehearsal = await makeRun(files, io, "/data/in.csv", "interrupted", { sandbox: true });
  const unfinished = async (lane: Partial<RunScope>) =>
    (await unfinishedRuns(io, "/log", sourceAt("/data/in.csv", lane), "mparticle"))
      .map(({ folder }) => folder);
  assertEquals(await unfinished({}), [real]);
  assertEquals(await unfinished({ sandbox: true }), [rehearsal]);
  const later = await makeRun(files, io, "/data/in.csv", "stopped", { sandbox: true });
  assertEquals(await unfinished({ sandbox: true }), [later]);
  const old = prunable(await listRuns(io, "/log"), io.now() + 60_000, 60_000);
  assertEquals(old.map(({ folder }) => folder), [rehearsal]);
});

Deno.test("shards of one division leave each other alone, and replace other divisions", async () => {
  const files = new FaultyFiles();
  const io = testIo(files);
  const shard = (index: number, count: number) => ({ shard: { index, count } });
  const unfinished = async (lane: Partial<RunScope>) =>
    (await unfinishedRuns(io, "/log", sourceAt("/data/in.csv", lane), "mparticle"))
      .map(({ folder }) => folder);
  const whole = await makeRun(files, io, "/data/in.csv", "stopped");
  assertEquals(await unfinished(shard(2, 3)), [whole]);
  const second = await makeRun(files, io, "/data/in.csv", "stopped", shard(2, 3));
  const third = await makeRun(files, io, "/data/in.csv", "interrupted", shard(3, 3));
  await makeRun(files, io, "/data/in.csv", "completed", shard(1, 3));
  assertEquals(await unfinished(shard(1, 3)), []);
  assertEquals(await unfinished(shard(2, 3)), [second]);
  assertEquals(await unfinished({}), [second, third]);
  assertEquals(await unfinished(shard(1, 4)), [second, third]);
  assertEquals(await unfinished({ sandbox: true, ...shard(2, 3) }), []);
  await makeRun(files, io, "/data/in.csv", "completed");
  assertEquals(await unfinished(shard(2, 3)), []);
});

Deno.test("resume finds a run by its folder, its checkpoint, or the path of its file", async () => {
  const files = new FaultyFiles();
  const io = testIo(files);
  await files.makeFolder("/data", 0o755);
  files.plant("/data/in.csv", "id\n");
  const folder = await makeRun(files, io, "/data/in.csv", "stopped");
  const found = async (argument: string) =>
    (await findRuns(io, "/log", argument)).map(({ folder }) => folder);
  for (const argument of [folder, `${folder}/`, `${folder}/checkpoint.jsonl`, "/data/in.csv"]) {
    assertEquals(await found(argument), [folder]);
  }
  await assertRejects(() => found("/data/none.csv"), UsageError, "no such file");
  await assertRejects(() => found("/data"), UsageError, "holds no run");
  files.plant("/data/other.csv", "id\n");
  await assertRejects(() => found("/data/other.csv"), UsageError, "no unfinished");
  const source = sourceAt("/data/in.csv");
  const other = await createRun(io, runOptions(io, { source, destination: "showads" }));
  assertEquals(await found("/data/in.csv"), [folder]); // What is in progress can't be resumed.
  await other.close();
  assertEquals(await found("/data/in.csv"), [folder, other.folder]);
});

Deno.test("complete and replaced runs are removed once they are old enough, and others never", async () => {
  const files = new FaultyFiles();
  const io = testIo(files);
  const replaced = await makeRun(files, io, "/data/in.csv", "stopped");
  const completed = await makeRun(files, io, "/data/in.csv", "completed");
  await makeRun(files, io, "/data/other.csv", "stopped");
  const runs = await listRuns(io, "/log");
  assertEquals(prunable(runs, io.now(), 60_000), []);
  const old = prunable(runs, io.now() + 60_000, 60_000);
  assertEquals(old.map(({ folder }) => folder), [replaced, completed]);
  for (const run of old) await removeRun(io, run);
  assertEquals((await listRuns(io, "/log")).map(({ standing }) => standing), ["stopped"]);
});

Deno.test("a second lock of a file and destination is refused, one after a kill is not", async () => {
  const files = new FaultyFiles();
  const io = { ...testIo(files), sleep: () => Promise.resolve() };
  const subject = {
    folder: "/log/in.csv.mparticle",
    source: sourceAt("/a/in.csv"),
    destination: "mparticle",
  };
  const lock = await acquireLock(io, subject);
  const error = await assertRejects(() => acquireLock(io, subject), RunInProgressError) as Error;
  assertEquals(/process 4711, started 2026-11-21T18:15/.test(error.message), true);
  const other = await acquireLock(io, { ...subject, source: sourceAt("/b/in.csv") });
  other.release();
  const otherLane = await acquireLock(io, {
    ...subject,
    source: sourceAt("/a/in.csv", { sandbox: true }),
  });
  await assertRejects(
    () => acquireLock(io, { ...subject, source: sourceAt("/a/in.csv", { sandbox: true }) }),
    RunInProgressError,
    "/a/in.csv (sandbox)",
  );
  otherLane.release();
  lock.release();
  (await acquireLock(io, subject)).release();
  await acquireLock(io, subject);
  files.kill();
  files.restart();
  (await acquireLock(io, subject)).release();
});

Deno.test("a lock file that is a symbolic link is refused", async () => {
  const files = new FaultyFiles();
  const io = testIo(files);
  const subject = {
    folder: "/log/in.csv.mparticle",
    source: sourceAt("/a/in.csv"),
    destination: "mparticle",
  };
  (await acquireLock(io, subject)).release();
  const [name] = await files.list(subject.folder);
  await files.remove(`${subject.folder}/${name}`);
  files.plant("/home/precious", "keep me");
  files.plantLink(`${subject.folder}/${name}`, "/home/precious");
  await assertRejects(() => acquireLock(io, subject), UsageError, "link");
  assertEquals(files.text("/home/precious"), "keep me");
});

Deno.test("rejected.csv and unknown.csv know the run that they come from and their rows' numbers there", async () => {
  const files = new FaultyFiles();
  const io = testIo(files);
  const folder = await makeRun(files, io, "/data/in.csv", "completed");
  const parent = await findLineage(files, `${folder}/rejected.csv`);
  assertEquals(parent?.checkpoint, `${folder}/checkpoint.jsonl`);
  assertEquals(parent?.rows, [1, 3]);
  assertEquals((await findLineage(files, `${folder}/unknown.csv`))?.rows, [5]);
  assertEquals(await findLineage(files, "/data/in.csv"), null);
  assertEquals(await findLineage(files, `${folder}/other.csv`), null);
});

Deno.test("folders that only another user may read hold no runs of ours", async () => {
  const files = new FaultyFiles();
  const io = testIo(files);
  await makeRun(files, io, "/data/ours.csv", "stopped");
  await makeRun(files, io, "/data/theirs.csv", "stopped");
  const refused = Object.assign(new Error("EACCES"), { code: "EACCES" });
  const list: Io["files"]["list"] = (path) =>
    path.includes("theirs") ? Promise.reject(refused) : files.list(path);
  const seen = { ...io, files: { ...filesIn("/", files), list } };
  assertEquals((await listRuns(seen, "/log")).map(({ folder }) => folder.includes("ours")), [true]);
  const closed = { ...seen, files: { ...seen.files, list: () => Promise.reject(refused) } };
  await assertRejects(() => listRuns(closed, "/log"), UsageError, "Cannot read /log: permission");
  const remove = () => Promise.reject(refused);
  const stuck = { ...io, files: { ...filesIn("/", files), remove } };
  for (const run of await listRuns(io, "/log")) {
    await assertRejects(() => removeRun(stuck, run), UsageError, "Cannot remove");
  }
});

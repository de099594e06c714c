import { assertEquals, assertRejects } from "@std/assert";
import { acquireUserLock } from "../../src/checkpoint/user_lock.ts";
import { RunInProgressError } from "../../src/model/errors.ts";
import type { Io } from "../../src/io.ts";
import { FaultyFiles } from "../support/faulty_files.ts";
import { sourceAt, testIo } from "./support.ts";

const LOCKS = "/home/ann/.local/state/rowferry/locks";
const SUBJECT = {
  source: sourceAt("/data/in.csv"),
  destination: "mparticle",
  runId: "20261121T181500Z-0001",
};
const ANOTHER_RUN = { ...SUBJECT, runId: "20261121T181500Z-0002" };

function ioOf(files: FaultyFiles, env: Record<string, string> = { HOME: "/home/ann" }): Io {
  return { ...testIo(files), sleep: () => Promise.resolve(), env: () => env };
}

Deno.test("a user's second run of a file to an API is refused, one to elsewhere is not", async () => {
  const files = new FaultyFiles();
  const io = ioOf(files);
  const lock = await acquireUserLock(io, SUBJECT);
  const error = await assertRejects(() => acquireUserLock(io, ANOTHER_RUN), RunInProgressError);
  assertEquals(error.message.includes("in process 4711, started 2026-11-21T18:15"), true);
  for (
    const elsewhere of [
      { source: sourceAt("/data/other.csv") },
      { source: sourceAt("/data/in.csv", { sandbox: true }) },
      { destination: "showads" },
      { source: { ...sourceAt("/data/in.csv"), target: "staging" } },
    ]
  ) {
    (await acquireUserLock(io, { ...ANOTHER_RUN, ...elsewhere }))?.[Symbol.dispose]();
  }
  lock?.[Symbol.dispose]();
});

Deno.test("shards of one division don't keep each other out, and other parts of the file do", async () => {
  const files = new FaultyFiles();
  const io = ioOf(files);
  const part = (index: number, count: number) => ({
    ...ANOTHER_RUN,
    source: sourceAt("/data/in.csv", { shard: { index, count } }),
  });
  const first = await acquireUserLock(io, part(1, 2));
  const second = await acquireUserLock(io, part(2, 2));
  for (const subject of [SUBJECT, part(1, 3), part(2, 2)]) {
    await assertRejects(() => acquireUserLock(io, subject), RunInProgressError, "process 4711");
  }
  for (const lock of [first, second]) lock?.[Symbol.dispose]();
  const whole = await acquireUserLock(io, SUBJECT);
  await assertRejects(() => acquireUserLock(io, part(1, 2)), RunInProgressError);
  whole?.[Symbol.dispose]();
});

Deno.test("a lock that can't be claimed is let go", async () => {
  const files = new FaultyFiles();
  const io = ioOf(files);
  let writes = 0;
  files.fault = (_, name) => name === "write" && ++writes === 2 ? "no-space" : null;
  assertEquals(await acquireUserLock(io, SUBJECT), null);
  files.fault = () => null;
  assertEquals(await acquireUserLock(io, SUBJECT) !== null, true);
});

Deno.test("a lock is free after its holder is done or killed, and its file stays", async () => {
  const files = new FaultyFiles();
  const io = ioOf(files);
  (await acquireUserLock(io, SUBJECT))?.[Symbol.dispose]();
  await acquireUserLock(io, ANOTHER_RUN);
  files.kill();
  files.restart();
  assertEquals(await acquireUserLock(io, SUBJECT) !== null, true);
  assertEquals((await files.list(LOCKS)).length, 1);
});

Deno.test("where a user has no folder for state, there is no lock but the log folder's", async () => {
  const files = new FaultyFiles();
  assertEquals(await acquireUserLock(ioOf(files, {}), SUBJECT), null);
  for (const HOME of ["", "relative"]) {
    assertEquals(await acquireUserLock(ioOf(files, { HOME }), SUBJECT), null, HOME);
  }
  files.fault = () => "no-space";
  assertEquals(await acquireUserLock(ioOf(files), SUBJECT), null);
});

Deno.test("XDG_STATE_HOME says where the locks are", async () => {
  const files = new FaultyFiles();
  await acquireUserLock(ioOf(files, { XDG_STATE_HOME: "/state", HOME: "/home/ann" }), SUBJECT);
  assertEquals((await files.list("/state/rowferry/locks")).length, 1);
});

Deno.test("pipes don't keep each other out", async () => {
  const files = new FaultyFiles();
  assertEquals(await acquireUserLock(ioOf(files), { ...SUBJECT, source: sourceAt("-") }), null);
});

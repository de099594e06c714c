import { assert, assertEquals, assertRejects } from "@std/assert";
import { Replay } from "../../src/checkpoint/replay.ts";
import { DiskFullError, StorageError } from "../../src/model/errors.ts";
import type { FaultyFiles } from "../support/faulty_files.ts";
import { append, startedRun, totalsOf } from "./support.ts";

/** From here on the disk takes nothing, or half of it, until the reserve is given up. */
function fillDisk(files: FaultyFiles, half = false): void {
  const hasRoom = () =>
    files.operations.some((name) => name.startsWith("truncate") && name.endsWith(".reserve"));
  let writes = 0;
  files.fault = (_, name) => {
    if (name !== "write" || hasRoom()) return null;
    return half && ++writes === 1 ? "short-write" : "no-space";
  };
}

function replayed(text: string | null) {
  const replay = new Replay();
  replay.push(new TextEncoder().encode(text ?? ""));
  return replay.finish();
}

for (const half of [false, true]) {
  Deno.test(`what is in flight when the disk is full is recorded in the room kept for it${half ? ", though half of a line was written" : ""}`, async () => {
    const { files, journal } = await startedRun();
    await append(journal, [[1, 6]]);
    fillDisk(files, half);
    await Promise.all([
      append(journal, [[7, 12]]),
      journal.returned([[19, 20]]),
      append(journal, [[13, 18]]),
    ]);
    assert(journal.full instanceof DiskFullError);
    await assertRejects(
      () => journal.sent({ rows: [[21, 22]], answered: 0, body: null }),
      DiskFullError,
      "no space left",
    );
    await journal.stop(journal.full.message, totalsOf(journal));
    await journal.close();
    const state = replayed(files.text(journal.files.checkpoint));
    assert(state.kind === "state" && state.clean);
    assertEquals(state.state.settled.ranges, [[1, 18]]);
    assertEquals(state.state.status, "stopped");
  });
}

Deno.test("the reserve leaves nothing in the folder, whatever becomes of the process", async () => {
  const { files, journal } = await startedRun();
  assertEquals([...files.nodes.keys()].filter((path) => path.includes("reserve")), []);
  await journal.close();
});

Deno.test("a disk that is full although the reserve was given up stops the recording", async () => {
  const { files, journal } = await startedRun();
  await append(journal, [[1, 6]]);
  const before = files.text(journal.files.checkpoint);
  files.fault = (_, name) => name === "write" ? "no-space" : null;
  await assertRejects(() => append(journal, [[7, 12]]), StorageError, "no space left");
  assertEquals(journal.full, null);
  files.fault = () => null;
  await assertRejects(() => append(journal, [[13, 18]]), StorageError);
  assertEquals(files.text(journal.files.checkpoint), before);
  await journal.close();
});

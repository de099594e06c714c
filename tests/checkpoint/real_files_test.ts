import { assertEquals, assertRejects } from "@std/assert";
import { createRun } from "../../src/checkpoint/create.ts";
import { listRuns } from "../../src/checkpoint/runs.ts";
import { RunInProgressError, UsageError } from "../../src/model/errors.ts";
import type { Io } from "../../src/io.ts";
import { systemIo } from "../../src/system_io.ts";
import { append, HEADER, reopenRun, rowText, runOptions, totalsOf } from "./support.ts";

/** Calls `work` with a folder that is removed afterwards. */
async function inTempFolder(work: (folder: string, io: Io) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(folder, systemIo());
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("on the real disk a run is private, locked, listed, and goes on where it stopped", async () => {
  await inTempFolder(async (temp, io) => {
    const logDir = `${temp}/log`;
    const journal = await createRun(io, runOptions(io, { logDir }));
    await append(journal, [[1, 6]]);
    const mode = async (path: string) => ((await Deno.stat(path)).mode ?? 0) & 0o777;
    if (Deno.build.os !== "windows") {
      assertEquals(await mode(logDir), 0o700);
      assertEquals(await mode(journal.folder), 0o700);
      for (const path of Object.values(journal.files)) assertEquals(await mode(path ?? ""), 0o600);
    }
    assertEquals((await listRuns(io, logDir)).map(({ standing }) => standing), ["in-progress"]);
    const error = await assertRejects(() => reopenRun(io, journal.folder), RunInProgressError);
    assertEquals((error as unknown as Error).message.includes(`process ${Deno.pid}`), true);
    await journal.stop("told to", totalsOf(journal));
    await journal.close();

    const { journal: reopened, state } = await reopenRun(io, journal.folder);
    assertEquals(state.watermark, 6);
    await append(reopened, [[7, 12]]);
    await reopened.end(totalsOf(reopened));
    await reopened.close();
    await reopened.close();
    const rejected = await Deno.readTextFile(`${journal.folder}/rejected.csv`);
    assertEquals(rejected, HEADER + [1, 3, 7, 9].map(rowText).join(""));
    assertEquals((await listRuns(io, logDir)).map(({ standing }) => standing), ["completed"]);
  });
});

Deno.test("a log folder that can't be made is a usage error that names it", async () => {
  await inTempFolder(async (temp, io) => {
    await Deno.writeTextFile(`${temp}/log`, "a file");
    const logDir = `${temp}/log`;
    await assertRejects(() => createRun(io, runOptions(io, { logDir })), UsageError, logDir);
  });
});

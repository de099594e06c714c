import { assertEquals, assertRejects } from "@std/assert";
import { createRun, type RunOptions } from "../../src/checkpoint/create.ts";
import { parentFolder } from "../../src/checkpoint/folders.ts";
import { acquireLock } from "../../src/checkpoint/lock.ts";
import { openRun } from "../../src/checkpoint/reopen.ts";
import { RunInProgressError, StorageError, UsageError } from "../../src/model/errors.ts";
import type { Io } from "../../src/io.ts";
import type { FaultyFiles } from "../support/faulty_files.ts";
import { append, HEADER, reopenRun, rowText, runOptions, startedRun, totalsOf } from "./support.ts";

/** A run that stopped after six rows. */
async function stoppedRun(
  more: Partial<RunOptions> = {},
): Promise<{ files: FaultyFiles; io: Io; folder: string }> {
  const { files, io, journal } = await startedRun(more);
  await append(journal, [[1, 6]]);
  await journal.stop("told to", totalsOf(journal));
  await journal.close();
  return { files, io, folder: journal.folder };
}

Deno.test("a reopened run keeps its ids, header and settings, and goes on in the same files", async () => {
  const { files, io, folder } = await stoppedRun();
  const { journal, state } = await reopenRun(io, folder);
  assertEquals(state.run.idPrefix, journal.run.idPrefix);
  assertEquals(state.run.settings, { single: false });
  assertEquals(state.watermark, 6);
  await append(journal, [[7, 12]]);
  await journal.end(totalsOf(journal));
  await journal.close();
  await journal.close();
  const rejected = [1, 3, 7, 9].map(rowText).join("");
  assertEquals(files.text(`${folder}/rejected.csv`), HEADER + rejected);
});

Deno.test("rows and errors that no line records are cut off", async () => {
  const { files, io, journal } = await startedRun();
  await append(journal, [[1, 6]]);
  const { folder } = journal;
  const before = files.text(`${folder}/rejected.csv`) ?? "";
  files.kill();
  files.restart();
  files.plant(`${folder}/rejected.csv`, `${before}9,half a r`);
  const { journal: reopened } = await reopenRun(io, folder);
  assertEquals(files.text(`${folder}/rejected.csv`), before);
  await reopened.close();
});

const CSV_FILES = [
  { name: "rejected.csv", rows: [1, 3], later: [7, 9] },
  { name: "unknown.csv", rows: [5], later: [11] },
] as const;

for (const { name, rows, later } of CSV_FILES) {
  const text = (numbers: readonly number[]) => HEADER + numbers.map(rowText).join("");

  Deno.test(`${name} goes on where the run stopped`, async () => {
    const { files, io, folder } = await stoppedRun();
    const path = `${folder}/${name}`;
    assertEquals(files.text(path), text(rows));
    const { journal } = await reopenRun(io, folder);
    await append(journal, [[7, 12]]);
    await journal.close();
    assertEquals(files.text(path), text([...rows, ...later]));
  });

  Deno.test(`${name} that a person took away is begun anew, and its rows keep their outcome`, async () => {
    const { files, io, folder } = await stoppedRun();
    await files.remove(`${folder}/${name}`);
    const { journal, state } = await reopenRun(io, folder);
    assertEquals(state.watermark, 6);
    await append(journal, [[7, 12]]);
    await journal.stop("told to", totalsOf(journal));
    await journal.close();
    assertEquals(files.text(`${folder}/${name}`), text(later));
    const again = await reopenRun(io, folder);
    assertEquals(again.state.watermark, 12);
    await again.journal.close();
  });

  Deno.test(`${name} that a person changed is neither cut nor overwritten`, async () => {
    const changes = [
      (content: string) => content.replace("name of", "mended"),
      (content: string) => `${content}more\n`,
      () => `${HEADER}1,mended\n`,
    ];
    for (const change of changes) {
      const { files, io, folder } = await stoppedRun();
      const path = `${folder}/${name}`;
      const changed = change(files.text(path) ?? "");
      files.plant(path, changed);
      await assertRejects(() => reopenRun(io, folder), UsageError, "move it elsewhere");
      assertEquals(files.text(path), changed);
      await files.rename(path, "/home/mended.csv");
      const { journal } = await reopenRun(io, folder);
      await journal.close();
    }
  });
}

Deno.test("a complete run is not reopened", async () => {
  const { io, journal } = await startedRun();
  await append(journal, [[1, 6]]);
  await journal.end(totalsOf(journal));
  await journal.close();
  await assertRejects(() => reopenRun(io, journal.folder), UsageError, "complete");
});

Deno.test("a run in progress is not reopened, and the message names its process", async () => {
  const { io, journal } = await startedRun();
  const waiting = { ...io, sleep: () => Promise.resolve() };
  await assertRejects(() => reopenRun(waiting, journal.folder), RunInProgressError, "4711");
  await journal.close();
  const { journal: reopened } = await reopenRun(waiting, journal.folder);
  await reopened.close();
});

Deno.test("a damaged checkpoint is refused with its line, and nothing is changed or locked", async () => {
  const { files, io, folder } = await stoppedRun();
  const path = `${folder}/checkpoint.jsonl`;
  const good = files.text(path) ?? "";
  files.plant(path, good.replace('"accepted":2', '"accepted":3'));
  for (let attempt = 0; attempt < 2; attempt++) {
    await assertRejects(() => reopenRun(io, folder), UsageError, `${path}, line 2`);
  }
  files.plant(path, good);
  const { journal } = await reopenRun(io, folder);
  await journal.close();
});

Deno.test("a run that finds the disk full can go on later, and is released", async () => {
  const { files, io, folder } = await stoppedRun();
  files.fault = (_step, name) => name === "write" ? "no-space" : null;
  await assertRejects(() => reopenRun(io, folder), StorageError, "no space left on the disk");
  files.fault = () => null;
  const { journal, state } = await reopenRun(io, folder);
  assertEquals(state.watermark, 6);
  await journal.close();
});

Deno.test("symbolic links in place of a run's files are refused on resume", async () => {
  for (const name of ["checkpoint.jsonl", "rejected.csv", "unknown.csv", "errors.jsonl"]) {
    const { files, io, folder } = await stoppedRun();
    const content = files.text(`${folder}/${name}`) ?? "";
    files.plant("/home/planted", content);
    files.plantLink(`${folder}/${name}`, "/home/planted");
    await assertRejects(() => reopenRun(io, folder), UsageError, name);
    assertEquals(files.text("/home/planted"), content);
  }
});

Deno.test("a checkpoint with a torn first line says that nothing was sent", async () => {
  const { files, io, journal } = await startedRun();
  await journal.close();
  const path = `${journal.folder}/checkpoint.jsonl`;
  files.plant(path, (files.text(path) ?? "").slice(0, 50));
  await assertRejects(() => reopenRun(io, journal.folder), UsageError, "sent nothing");
});

Deno.test("a run that was replaced while its lock was waited for is refused", async () => {
  const { io, folder } = await stoppedRun();
  const { state, release } = await openRun(io, folder);
  const { source, destination } = state.run;
  release();
  const lock = await acquireLock(io, { folder: parentFolder(folder), source, destination });
  // The restart ends while the other process waits.
  const sleep = async () => {
    await (await createRun(io, runOptions(io, { source, lock, restart: true }))).close();
  };
  await assertRejects(() => openRun({ ...io, sleep }, folder), UsageError, "was replaced by");
});

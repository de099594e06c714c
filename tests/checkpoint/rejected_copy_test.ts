/**
 * Rejected rows in a folder of somebody's choice: copies of what stands in the run's folder.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import { createRun } from "../../src/checkpoint/create.ts";
import { StorageError, UsageError } from "../../src/model/errors.ts";
import { FaultyFiles } from "../support/faulty_files.ts";
import {
  append,
  HEADER,
  reopenRun,
  rowText,
  runOptions,
  startedRun,
  testIo,
  totalsOf,
} from "./support.ts";

const COPY = "/failed/rejected.csv";
const rejected = (...rows: number[]) => HEADER + rows.map(rowText).join("");

Deno.test("each stop and the end copy the rejected rows over the copy before", async () => {
  const { files, io, journal } = await startedRun({ rejectedFolder: "/failed" });
  await append(journal, [[1, 6]]);
  assertEquals(await files.list("/failed"), []);
  await journal.stop("told to", totalsOf(journal));
  await journal.close();
  assertEquals([journal.files.rejected, files.text(COPY)], [COPY, rejected(1, 3)]);

  const { journal: second } = await reopenRun(io, journal.folder);
  await append(second, [[7, 12]]);
  files.kill(); // It leaves the copy of the last stop.
  files.restart();
  const { journal: third } = await reopenRun(io, journal.folder);
  await append(third, [[13, 18]]);
  await third.end(totalsOf(third));
  await third.close();
  const all = rejected(1, 3, 7, 9, 13, 15);
  assertEquals([third.files.rejected, files.text(COPY)], [COPY, all]);
  assertEquals(files.text(`${journal.folder}/rejected.csv`), all);
  assertEquals(await files.list("/failed"), ["rejected.csv"]);
});

Deno.test("a copy that was mended, and a file of somebody else, are left alone", async () => {
  const { files, io, journal } = await startedRun({ rejectedFolder: "/failed" });
  files.plant(COPY, "somebody else's\n");
  let name = "";
  let latest = journal;
  for (const [from, suffix] of [[1, ""], [7, "-2"], [13, "-3"]] as const) {
    await append(latest, [[from, from + 5]]);
    await latest.stop("told to", totalsOf(latest));
    await latest.close();
    name = `/failed/rejected-${journal.runId}${suffix}.csv`;
    assertEquals(latest.files.rejected, name);
    files.plant(name, `mended after row ${from}\n`);
    ({ journal: latest } = await reopenRun(io, journal.folder));
  }
  await latest.close();
  assertEquals(files.text(COPY), "somebody else's\n");
  assertEquals(files.text(name), "mended after row 13\n");
});

Deno.test("a run without rejected rows copies nothing", async () => {
  const { files, journal } = await startedRun({ rejectedFolder: "/failed" });
  await journal.stop("told to", totalsOf(journal));
  await journal.close();
  assertEquals([journal.files.rejected, await files.list("/failed")], [null, []]);
});

Deno.test("where the copy fails the run is not complete, and a stop is recorded all the same", async () => {
  const { files, io, journal } = await startedRun({ rejectedFolder: "/failed" });
  await append(journal, [[1, 6]]);
  await files.remove("/failed", { recursive: true });
  await assertRejects(() => journal.end(totalsOf(journal)), StorageError, "Cannot copy");
  await journal.close();
  const { journal: second, state } = await reopenRun(io, journal.folder);
  assertEquals([state.status, state.watermark], ["running", 6]);
  await second.stop("told to", totalsOf(second));
  await second.close();
  assertEquals(second.files.rejected, `${journal.folder}/rejected.csv`);
  await files.makeFolder("/failed", 0o700);
  const { journal: third, state: stopped } = await reopenRun(io, journal.folder);
  assertEquals(stopped.status, "stopped");
  await third.end(totalsOf(third));
  await third.close();
  assertEquals(files.text(COPY), rejected(1, 3));
});

Deno.test("a folder in which no copy can be made is told before the run begins", async () => {
  const files = new FaultyFiles();
  const io = testIo(files);
  files.plant("/failed", "a file\n");
  const options = runOptions(io, { rejectedFolder: "/failed" });
  await assertRejects(() => createRun(io, options), UsageError, "FAILED_RECORDS_DIRPATH");
});

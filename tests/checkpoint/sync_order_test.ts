import { assert, assertEquals } from "@std/assert";
import { append, sleepAtOnce, startedRun, totalsOf } from "./support.ts";

/** What was written and synced, by the files' own names. */
function steps(operations: readonly string[]): string[] {
  return operations.filter((operation) => /^(write|sync) /.test(operation))
    .map((operation) => operation.replace(/ .*\//, " "));
}

const ORDER = ["rejected.csv", "unknown.csv", "errors.jsonl", "checkpoint.jsonl"];

Deno.test("rows reach the disk before their errors, and both before the line that says so", async () => {
  const { files, journal } = await startedRun();
  files.operations.length = 0;
  await append(journal, [[1, 6]]);
  assertEquals(steps(files.operations), ORDER.map((name) => `write ${name}`));
  files.operations.length = 0;
  await journal.stop("told to", totalsOf(journal));
  assertEquals(steps(files.operations), [
    ...ORDER.map((name) => `sync ${name}`),
    // Only what is on the disk itself is said to be there.
    "write checkpoint.jsonl",
    "sync checkpoint.jsonl",
  ]);
  await journal.close();
});

Deno.test("syncs in the background go the same way round", async () => {
  const { files, journal } = await startedRun({}, sleepAtOnce);
  files.operations.length = 0;
  for (let row = 1; row <= 60; row += 6) await append(journal, [[row, row + 5]]);
  await journal.end(totalsOf(journal));
  await journal.close();
  const synced = steps(files.operations).filter((step) => step.startsWith("sync "))
    .map((step) => step.slice("sync ".length));
  assert(synced.length > ORDER.length, synced.join());
  for (const [index, name] of synced.entries()) {
    const next = synced[index + 1] ?? "rejected.csv";
    // Within a round only what was written to is synced, and the checkpoint ends each.
    const isLater = ORDER.indexOf(next) > ORDER.indexOf(name);
    assert(isLater || name === "checkpoint.jsonl", `${name} is followed by ${next}`);
  }
});

Deno.test("the folder of a new run is durable before anything is settled in it", async () => {
  const { files, journal } = await startedRun();
  const made = files.operations.filter((operation) => operation.startsWith("sync"))
    .map((operation) => operation.replace(journal.folder, "RUN"));
  assertEquals(made, [
    "sync RUN/checkpoint.jsonl",
    "syncFolder RUN",
    "syncFolder /log/in.csv.mparticle",
    "syncFolder /log",
  ]);
  await journal.close();
});

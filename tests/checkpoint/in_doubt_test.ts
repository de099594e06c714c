import { assertEquals, assertRejects } from "@std/assert";
import type { Journal } from "../../src/checkpoint/journal.ts";
import { Replay } from "../../src/checkpoint/replay.ts";
import { StorageError } from "../../src/model/errors.ts";
import type { RowRanges } from "../../src/model/row.ts";
import { append, startedRun, totalsOf } from "./support.ts";

/** The rows in doubt after what `work` had written down. */
async function inDoubtAfter(work: (journal: Journal) => Promise<void>): Promise<RowRanges[]> {
  const { files, journal } = await startedRun();
  await work(journal);
  const replay = new Replay();
  replay.push(new TextEncoder().encode(files.text(journal.files.checkpoint) ?? ""));
  const replayed = replay.finish();
  await journal.close();
  if (replayed.kind !== "state") throw new Error(replayed.kind);
  return replayed.state.inDoubt.map(({ rows }) => rows);
}

function send(journal: Journal, ...rows: RowRanges): Promise<void> {
  return journal.sent({ rows, answered: 0, body: null });
}

Deno.test("requests are in doubt from when they are sent until their rows are settled", async () => {
  assertEquals(
    await inDoubtAfter(async (journal) => {
      await send(journal, [1, 2], [4, 5]);
      await send(journal, [6, 9]);
      await append(journal, [[1, 5]]);
    }),
    [[[6, 9]]],
  );
});

Deno.test("a request that was not taken, or answered in part, is in doubt no more", async () => {
  assertEquals(
    await inDoubtAfter(async (journal) => {
      await send(journal, [1, 4]);
      await send(journal, [5, 8]);
      await send(journal, [9, 12]);
      await journal.returned([[1, 4]]);
      await append(journal, [[5, 6]]);
    }),
    [[[9, 12]]],
  );
});

Deno.test("one settled row, the first or the last, ends the doubt about its request alone", async () => {
  for (const row of [5, 8]) {
    assertEquals(
      await inDoubtAfter(async (journal) => {
        await send(journal, [1, 4]);
        await send(journal, [5, 8]);
        await send(journal, [9, 12]);
        await append(journal, [[row, row]]);
      }),
      [[[1, 4]], [[9, 12]]],
    );
  }
});

Deno.test("a request that is sent once more is in doubt once, and so are the halves of another", async () => {
  assertEquals(
    await inDoubtAfter(async (journal) => {
      await send(journal, [1, 4]);
      await send(journal, [5, 8]);
      await send(journal, [1, 4]);
      await journal.returned([[5, 8]]);
      await send(journal, [5, 6]);
    }),
    [[[1, 4]], [[5, 6]]],
  );
});

Deno.test("a stop in good order leaves what is in doubt", async () => {
  assertEquals(
    await inDoubtAfter(async (journal) => {
      await send(journal, [1, 4]);
      await journal.stop("stopped by SIGTERM", totalsOf(journal, 4));
    }),
    [[[1, 4]]],
  );
});

Deno.test("a request that can't be written down must not be sent, and nothing else is written", async () => {
  const { files, journal } = await startedRun();
  files.fault = (_, name) => name === "write" ? "no-space" : null;
  await assertRejects(() => send(journal, [1, 4]), StorageError, "no space left");
  files.fault = () => null;
  const before = files.text(journal.files.checkpoint);
  await assertRejects(() => send(journal, [1, 4]), StorageError);
  await assertRejects(() => append(journal, [[1, 4]]), StorageError);
  assertEquals(files.text(journal.files.checkpoint), before);
  await journal.close();
});

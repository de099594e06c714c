import { assertEquals, assertRejects } from "@std/assert";
import { OutputQueue } from "../../src/system_io/output_queue.ts";

/** A stream of which somebody reads when the test says so. */
function rig(most = 100) {
  const decoder = new TextDecoder();
  let text = "";
  let reading = Promise.withResolvers<void>();
  const sleeping: (() => void)[] = [];
  const queue = new OutputQueue({
    write: async (bytes) => {
      await reading.promise;
      text += decoder.decode(bytes.slice(0, 7));
      return Math.min(bytes.length, 7);
    },
    most,
    sleep: (_ms, signal) =>
      new Promise((resolve) => {
        sleeping.push(resolve);
        signal?.addEventListener("abort", () => resolve());
      }),
  });
  return {
    queue,
    text: () => text,
    read: () => reading.resolve(),
    stop: () => reading = Promise.withResolvers(),
    fail: () => reading.reject(new Error("no space")),
    wake: () => sleeping.forEach((resolve) => resolve()),
  };
}

Deno.test("texts come out whole and in their order, however little is taken at a time", async () => {
  const { queue, text, read } = rig();
  for (const line of ["one line\n", "another\n", "Zoë\n"]) queue.write(line);
  assertEquals(text(), "");
  read();
  await queue.flush();
  assertEquals(text(), "one line\nanother\nZoë\n");
});

Deno.test("what is too much while nobody reads is dropped, and how much that was is told", async () => {
  const { queue, text, read } = rig(30);
  for (let i = 0; i < 20; i++) queue.write(`line ${i % 10}\n`);
  read();
  await queue.flush();
  assertEquals(
    text(),
    "line 0\nline 1\nline 2\nline 3\n(16 lines were dropped: nobody read them in time)\n",
  );
});

Deno.test("waiting ends when nobody reads, and goes on while somebody does", async () => {
  const { queue, text, read, wake } = rig();
  queue.write("a line that is never read\n");
  const flushed = queue.flush(1_000);
  wake();
  await flushed;
  assertEquals(text(), "");
  read();
  await queue.flush(1_000);
  assertEquals(text(), "a line that is never read\n");
});

Deno.test("an error ends writing, and is told once", async () => {
  const { queue, text, fail } = rig();
  queue.write("a\n");
  fail();
  await assertRejects(() => queue.flush(), Error, "no space");
  await queue.flush();
  queue.write("b\n");
  await queue.flush();
  assertEquals(text(), "");
});

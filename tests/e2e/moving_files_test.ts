/**
 * Files that somebody writes while they are imported, in one piece or in shards.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { appendFile } from "node:fs/promises";
import { standIn } from "../support/stand_in.ts";
import { assertCode, Workdir } from "../support/workdir.ts";

const HEADER = "Name,Age,Cookie,Banner_id\n";
const row = (n: number) => `Ann,30,c${n},7\n`;
const rows = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => row(from + n)).join("");

/** An API that notes the cookies that it took, and has something done at its first request. */
async function api(onFirst: () => Promise<void>) {
  const taken: string[] = [];
  let isFirst = true;
  const api = await standIn("showads", {
    onRequest: async ({ path, body }) => {
      if (path === "/auth") return undefined;
      if (isFirst) await onFirst();
      isFirst = false;
      taken.push(...[...body.matchAll(/"VisitorCookie":"(\w+)","BannerId":(\d+)/g)]
        .map(([, cookie, banner]) => `${cookie}:${banner}`));
      return undefined;
    },
  });
  return { api, taken };
}

const ARGS = ["import", "rows.csv", "--to", "showads", "--batch-size", "2", "--concurrency", "1"];

Deno.test("a last line without an end that goes on by then is not sent, and what came later is told", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", HEADER + rows(1, 6) + "Ann,30,c7,4");
  const { api: server, taken } = await api(() => appendFile(dir.file("rows.csv"), "5\n" + row(8)));
  await using _server = server;
  const ended = await dir.run([...ARGS, "--json"], server);
  assertCode(ended, 0);
  assertEquals(JSON.parse(ended.stdout).rows.read, 6);
  assertEquals(taken, ["c1:7", "c2:7", "c3:7", "c4:7", "c5:7", "c6:7"]);
  assertMatch(ended.stderr, /grew while it was read: its last 25 bytes.*row 7.*half written/);
});

Deno.test("a last line without an end is sent where the file rests", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", HEADER + rows(1, 6) + row(7).trimEnd());
  const { api: server, taken } = await api(() => Promise.resolve());
  await using _server = server;
  const ended = await dir.run([...ARGS, "--json"], server);
  assertCode(ended, 0);
  assertEquals(taken.length, 7);
  assertEquals(ended.stderr, "");
});

Deno.test("a last line that ends in DOS's end of a text is sent", async () => {
  await using dir = await Workdir.make();
  const { api: server, taken } = await api(() => Promise.resolve());
  await using _server = server;
  for (const [end, count] of [["\x1a", 7], ["\n\x1a", 14]] as const) {
    await dir.write("rows.csv", HEADER + rows(1, 6) + row(7).trimEnd() + end);
    const ended = await dir.run([...ARGS, "--again", "--json"], server);
    assertCode(ended, 0);
    assertEquals([taken.length, ended.stderr], [count, ""]);
  }
});

Deno.test("rows that came while a file was read are told, if they were not sent", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", HEADER + rows(1, 6));
  const { api: server, taken } = await api(() => appendFile(dir.file("rows.csv"), rows(7, 8)));
  await using _server = server;
  const ended = await dir.run([...ARGS, "--json"], server);
  assertCode(ended, 0);
  assertEquals(taken.length, 6);
  assertStringIncludes(ended.stderr, "its last 24 bytes are not part of this run");
});

Deno.test("a shard of a file that has changed since its sister was cut off is refused", async () => {
  await using dir = await Workdir.make();
  const { api: server, taken } = await api(() => Promise.resolve());
  await using _server = server;
  const shard = (part: string, ...flags: string[]) =>
    dir.run([...ARGS, "--shard", part, ...flags], server);
  for (const first of ["1/2", "2/2"]) {
    await dir.write("rows.csv", HEADER + rows(1, 20));
    assertCode(await shard(first, "--restart"), 0);
    await dir.write("rows.csv", HEADER + rows(1, 40));
    const sent = taken.length;
    const other = first === "1/2" ? "2/2" : "1/2";
    const refused = await shard(other);
    assertCode(refused, 2);
    assertStringIncludes(refused.stderr, `is not as it was when shard ${first} was cut off it`);
    assertEquals(taken.length, sent);
    assertCode(await shard(other, "--restart"), 0);
    await Deno.remove(dir.file("log"), { recursive: true });
  }
});

Deno.test("shards of the next day's file by the same name are none of yesterday's", async () => {
  await using dir = await Workdir.make();
  const { api: server, taken } = await api(() => Promise.resolve());
  await using _server = server;
  for (const [day, count] of [[1, 20], [2, 33], [3, 26]] as const) {
    const [from, to] = [100 * day + 1, 100 * day + count];
    await dir.write("rows.csv", HEADER + rows(from, to));
    taken.length = 0;
    for (const part of day === 2 ? ["3/3", "1/3", "2/3"] : ["1/3", "2/3", "3/3"]) {
      assertCode(await dir.run([...ARGS, "--shard", part], server), 0);
    }
    assertEquals(new Set(taken).size, count);
  }
});

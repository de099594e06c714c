import { assertEquals, assertMatch } from "@std/assert";
import { encodeLine, type Line } from "../../src/checkpoint/lines.ts";
import { Replay, type Replayed } from "../../src/checkpoint/replay.ts";
import { append, startedRun, totalsOf } from "./support.ts";

const text = new TextEncoder();

function replay(bytes: Uint8Array, blockBytes = bytes.length): Replayed {
  const replay = new Replay();
  for (let at = 0; at < bytes.length; at += Math.max(blockBytes, 1)) {
    replay.push(bytes.slice(at, at + blockBytes));
  }
  return replay.finish();
}

/** A checkpoint with a run, four spans out of order, and what `finish` adds. */
async function checkpoint(finish: "stop" | "end" | "kill"): Promise<Uint8Array> {
  const { files, journal } = await startedRun();
  for (const rows of [[1, 3], [7, 9], [10, 10], [4, 6]] as const) await append(journal, [rows]);
  if (finish === "stop") await journal.stop("the API is down", totalsOf(journal, 2));
  if (finish === "end") await journal.end(totalsOf(journal));
  await journal.close();
  return text.encode(files.text(journal.files.checkpoint) ?? "");
}

/** A line with its checksum made good again. */
function forged(line: string, change: (line: Record<string, unknown>) => unknown): Uint8Array {
  const { crc: _, ...rest } = JSON.parse(line);
  return encodeLine(change(rest) as Line);
}

Deno.test("a replayed checkpoint tells counts, watermark and where to go on, in blocks of any size", async () => {
  const bytes = await checkpoint("stop");
  for (const blockBytes of [1, 7, 100, bytes.length]) {
    const replayed = replay(bytes, blockBytes);
    if (replayed.kind !== "state") throw new Error(replayed.kind);
    const { state } = replayed;
    assertEquals(state.status, "stopped");
    assertEquals(state.reason, "the API is down");
    assertEquals(state.totals?.rows.pending, 2);
    assertEquals(state.settled.ranges, [[1, 10]]);
    assertEquals(state.watermark, 10);
    assertEquals(state.resumeAt?.row, 10);
    assertEquals(state.validBytes, bytes.length);
    const { accepted, filtered, rejected, unknown } = state.counts;
    assertEquals(accepted + filtered + rejected + unknown, 10);
  }
});

Deno.test("reading goes on at the last mark that has no unsettled row before it", async () => {
  const lines = new TextDecoder().decode(await checkpoint("kill")).split(/(?<=\n)/);
  const states = lines.map((_, index) => replay(text.encode(lines.slice(0, index + 1).join(""))));
  const resumeRows = states.map((replayed) =>
    replayed.kind === "state" ? replayed.state.resumeAt?.row ?? 0 : null
  );
  assertEquals(resumeRows, [0, 3, 3, 3, 10]);
});

Deno.test("a last line torn at any byte is dropped, and everything before it holds", async () => {
  for (const finish of ["kill", "stop", "end"] as const) {
    const bytes = await checkpoint(finish);
    const lastStart = bytes.lastIndexOf(0x0a, -2) + 1;
    for (let length = lastStart; length < bytes.length; length++) {
      const replayed = replay(bytes.subarray(0, length));
      if (replayed.kind !== "state") throw new Error(`${replayed.kind} at ${length}`);
      assertEquals(replayed.state.validBytes, lastStart);
      assertEquals(replayed.state.status, "running");
    }
  }
});

Deno.test("a first line torn at any byte is no run", async () => {
  const bytes = await checkpoint("kill");
  for (let length = 0; length <= bytes.indexOf(0x0a); length++) {
    assertEquals(replay(bytes.subarray(0, length)), { kind: "empty" });
  }
});

Deno.test("a flipped bit in any byte but the last line's is damage that names its line", async () => {
  const bytes = await checkpoint("stop");
  const lastStart = bytes.lastIndexOf(0x0a, -2) + 1;
  let line = 1;
  for (let at = 0; at < lastStart; at++) {
    const flipped = bytes.slice();
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
    const replayed = replay(flipped);
    if (replayed.kind !== "damaged") throw new Error(`${replayed.kind} after a flip at ${at}`);
    // A line feed that is lost joins two lines; one that is made splits a line.
    assertEquals(replayed.line, line);
    if (bytes[at] === 0x0a) line++;
  }
});

Deno.test("a line feed that was lost before a torn last line is damage", async () => {
  const bytes = await checkpoint("kill");
  const lastStart = bytes.lastIndexOf(0x0a, -2) + 1;
  bytes[lastStart - 1] = 0x0b;
  assertEquals(replay(bytes.subarray(0, lastStart + 40)).kind, "damaged");
});

Deno.test("several damaged lines at the end are no torn one", async () => {
  const bytes = await checkpoint("kill");
  const lines = new TextDecoder().decode(bytes).trimEnd().split("\n");
  const last = lines.length;
  const spoil = (line: string) => `${line.slice(0, 20)}X${line.slice(21)}`;
  const ends: readonly (readonly [string, number])[] = [
    [[...lines.slice(0, -2), ...lines.slice(-2).map(spoil), ""].join("\n"), last - 1],
    [[...lines.slice(0, -2), spoil(lines.at(-2) ?? ""), '{"type":'].join("\n"), last - 1],
    [[...lines, "garbage", "more garbage", ""].join("\n"), last + 1],
  ];
  for (const [damaged, line] of ends) {
    assertEquals(replay(text.encode(damaged)), { kind: "damaged", line, what: "it is damaged" });
  }
});

Deno.test("zeros that a power cut left in lines that were not synced end the good part", async () => {
  const bytes = await checkpoint("kill");
  const thirdStart = bytes.indexOf(0x0a, bytes.indexOf(0x0a) + 1) + 1;
  const holed = bytes.slice();
  holed.fill(0, thirdStart + 10, thirdStart + 20);
  const replayed = replay(holed);
  if (replayed.kind !== "state") throw new Error(replayed.kind);
  assertEquals(replayed.state.validBytes, thirdStart);
});

Deno.test("zeros in lines that were synced are damage", async () => {
  const bytes = await checkpoint("stop");
  const holed = bytes.slice();
  holed.fill(0, 400, 410);
  assertEquals(replay(holed).kind, "damaged");
});

Deno.test("lines that contradict each other are refused, though their checksums are right", async () => {
  const lines = new TextDecoder().decode(await checkpoint("kill")).trimEnd().split("\n");
  const [run = "", span = ""] = lines;
  const cases: [Uint8Array, RegExp][] = [
    [forged(span, (line) => line), /settled before/],
    [forged(span, (line) => ({ ...line, rows: [[20, 29]] })), /counts/],
    [forged(span, (line) => ({ ...line, rows: [[9, 1]] })), /ranges/],
    [forged(span, (line) => ({ ...line, type: "surprise" })), /unknown type/],
    [forged(run, (line) => line), /second time/],
  ];
  for (const [line, what] of cases) {
    const replayed = replay(text.encode(`${lines.join("\n")}\n${new TextDecoder().decode(line)}`));
    if (replayed.kind !== "damaged") throw new Error(replayed.kind);
    assertMatch(replayed.what, what);
    assertEquals(replayed.line, lines.length + 1);
  }
});

Deno.test("nothing may follow the end of a run", async () => {
  const bytes = await checkpoint("end");
  const lines = new TextDecoder().decode(bytes).trimEnd().split("\n");
  const replayed = replay(text.encode(`${lines.join("\n")}\n${lines[1]}\n`));
  assertEquals(replayed.kind, "damaged");
});

Deno.test("a checkpoint of another version is told from a damaged one", async () => {
  const [run = ""] = new TextDecoder().decode(await checkpoint("kill")).split("\n");
  const other = forged(run, (line) => ({ ...line, version: 2 }));
  assertEquals(replay(other), { kind: "version", version: 2 });
});

import { assert, assertEquals, assertMatch } from "@std/assert";
import { standIn } from "../support/stand_in.ts";
import { assertCode, signals, Workdir } from "../support/workdir.ts";
import { kinds } from "./fated_rows.ts";

const ROWS = 24;

/** Whether the run's checkpoint tells of rows that are settled behind the second request's. */
async function hasSettled(dir: Workdir): Promise<boolean> {
  const files = await dir.tree("log").catch(() => []);
  const checkpoint = files.find((path) => path.endsWith("checkpoint.jsonl"));
  if (checkpoint === undefined) return false;
  return (await dir.read("log", checkpoint)).split('"type":"span"').length > 2;
}

Deno.test("bytes are known up to the furthest settled row, though rows before it are not settled", async () => {
  await using dir = await Workdir.make();
  const { header, row } = kinds.mparticle;
  const csv = header + Array.from({ length: ROWS }, (_, n) => row(n + 1, "accepted")).join("");
  await dir.write("rows.csv", csv);
  const stop = signals();
  const held = Promise.withResolvers<void>();
  let requests = 0;
  await using api = await standIn("mparticle", {
    onRequest() {
      // The first request goes alone. The second one's rows get no answer, those of others do.
      return ++requests === 2 ? held.promise : undefined;
    },
  });
  const flags = ["--batch-size", "2", "--concurrency", "3", "--rate", "100000"];
  const surroundings = { env: api.env };
  const whenSettled = (async () => {
    while (!await hasSettled(dir)) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.send("SIGINT");
    stop.send("SIGINT"); // Gives up what is in flight.
  })();
  const stopped = await dir.json(["import", "rows.csv", "--to", "mparticle", ...flags], {
    ...surroundings,
    io: { onStopSignal: stop.onStopSignal },
  });
  await whenSettled;
  held.resolve();
  assertEquals(stopped.exitCode, 130);
  const lines = (await dir.read(stopped.files.checkpoint)).trimEnd().split("\n");
  const spans = lines.map((line) => JSON.parse(line)).filter(({ type }) => type === "span");
  const rows = spans.flatMap((span) => span.rows as [number, number][]);
  const settled = rows.flatMap(([first, last]) => [first, last]).sort((a, b) => a - b);
  const last = settled.at(-1) ?? 0;
  assert(rows.reduce((sum, [first, last]) => sum + last - first + 1, 0) < last, "there is no gap");
  const furthest = Math.max(...spans.map(({ at }) => at.offset));

  const bytes = new TextEncoder().encode(csv);
  const before = requests;
  for (const offset of [header.length + 4, furthest - 2]) {
    const changed = bytes.slice();
    changed[offset] = (changed[offset] ?? 0) ^ 1;
    await dir.write("rows.csv", changed);
    const refused = await dir.run(["resume"], surroundings);
    assertCode(refused, 2);
    assertMatch(refused.stderr, /rows\.csv was changed since the run stopped/);
  }
  assertEquals(requests, before);

  await dir.write("rows.csv", csv);
  const { rows: counts } = await dir.json(["resume"], surroundings);
  assertEquals([counts.read, counts.accepted], [ROWS, ROWS]);
  assertEquals(api.received.rows, ROWS);
});

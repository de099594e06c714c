/**
 * Requests in flight when a run dies, at APIs that can't drop their rows: what `resume` makes of them.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { startProgram } from "../support/process.ts";
import { standIn } from "../support/stand_in.ts";
import { Workdir } from "../support/workdir.ts";

const HEADER = "Name,Age,Cookie,Banner_id\n";
const csv = (rows: number) =>
  HEADER + Array.from({ length: rows }, (_, n) => `Ann,30,c${n + 1},7\n`).join("");

/**
 * A killed import of so many rows, three a request, of which the second and third request were in flight,
 * at an API that takes everything and kept those answers to itself until then. `sent` gathers the
 * cookies of each request, also of later runs.
 */
async function killedInFlight(rows: number) {
  const dir = await Workdir.make();
  await dir.write("rows.csv", csv(rows));
  const sent: string[][] = [];
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const api = await standIn("showads", {
    onRequest: async ({ path, body }) => {
      if (path === "/auth") return undefined;
      sent.push([...body.matchAll(/"VisitorCookie":"(\w+)"/g)].map(([, id]) => id ?? ""));
      if (sent.length === 3) reached.resolve();
      if (sent.length === 2 || sent.length === 3) await released.promise;
      return undefined;
    },
  });
  const args = ["import", "rows.csv", "--to", "showads", "--batch-size", "3", "--concurrency", "2"];
  {
    await using program = startProgram(dir.path, args, api.env);
    await reached.promise;
    program.kill("SIGKILL");
    await program.ended;
  }
  released.resolve();
  return {
    dir,
    api,
    sent,
    async [Symbol.asyncDispose]() {
      await api[Symbol.asyncDispose]();
      await dir[Symbol.asyncDispose]();
    },
  };
}

Deno.test("rows in flight when a run was killed are unknown, whatever the file says of them by now", async () => {
  await using killed = await killedInFlight(12);
  const { dir, api, sent } = killed;
  const inFlight = sent.slice(1, 3).flat();
  assertEquals(inFlight.length, 6);
  await dir.write(
    "rows.csv",
    csv(12).replace(`Ann,30,${inFlight[0]},7`, `4nn,30,${inFlight[0]},7`),
  );
  const { exitCode, rows, files } = await dir.json(
    ["import", "rows.csv", "--to", "showads", "--resume", "--batch-size", "100"],
    api,
  );
  assertEquals(exitCode, 1);
  assertEquals([rows.accepted, rows.unknown, rows.rejected], [6, 6, 0]);
  assertEquals(new Set(sent.flat()).size, sent.flat().length);
  const unknown = await dir.read(files.unknown);
  for (const id of inFlight) assertStringIncludes(unknown, `${id},7\n`);
});

Deno.test("rows in flight of which the file holds only some any more are unknown as far as it does", async () => {
  await using killed = await killedInFlight(9);
  const { dir, api, sent } = killed;
  // As long as before, with a row less: its place is taken by a longer one.
  const kept = csv(8).replace("c8,7\n", "c8,7\n".replace("c8", `c8${"x".repeat(12)}`));
  assertEquals(kept.length, csv(9).length);
  await dir.write("rows.csv", kept);
  const { exitCode, rows } = await dir.json(["resume"], api);
  assertEquals(exitCode, 1);
  assertEquals([rows.read, rows.accepted, rows.unknown], [8, 3, 5]);
  assertEquals(sent.length, 3);
});

Deno.test("--resend-unknown sends them again", async () => {
  await using killed = await killedInFlight(12);
  const { dir, api, sent } = killed;
  const ended = await dir.run(["resume", "--resend-unknown", "--json"], api);
  const { exitCode, rows } = JSON.parse(ended.stdout);
  assertEquals([exitCode, rows.accepted, rows.unknown], [0, 12, 0]);
  assertEquals(sent.flat().length, 18);
  assertStringIncludes(ended.stderr, "6 rows are sent again");
});

Deno.test("rows whose request an API turned down are sent again after a stop, not unknown", async () => {
  for (const status of [503, 401, 403]) {
    await using dir = await Workdir.make();
    await dir.write("rows.csv", csv(6));
    let down = true;
    await using api = await standIn("showads", {
      onRequest: ({ path }) =>
        down && path !== "/auth" ? new Response(null, { status }) : undefined,
    });
    const flags = ["--batch-size", "3", "--retry-for", "1ms"];
    const stopped = await dir.json(["import", "rows.csv", "--to", "showads", ...flags], api);
    assert([3, 4].includes(stopped.exitCode));
    down = false;
    const { exitCode, rows } = await dir.json(["resume"], api);
    assertEquals([exitCode, rows.accepted, rows.unknown], [0, 6, 0], `after ${status}`);
  }
});

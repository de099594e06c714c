/**
 * `import --shard i/n`: several processes, one file, each row once.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { startProgram } from "../support/process.ts";
import { standIn } from "../support/stand_in.ts";
import { assertCode, Workdir } from "../support/workdir.ts";
import { withoutProblems } from "../support/rejected_rows.ts";

const HEADER = "Name,Age,Cookie,Banner_id\n";

/** `count` valid ShowAds rows whose cookies tell them apart. */
function customers(count: number): string {
  return HEADER +
    Array.from({ length: count }, (_, i) => `Ann Lee,30,c${i + 1},${i % 100}\n`).join("");
}

const names = (count: number) => Array.from({ length: count }, (_, i) => `c${i + 1}`);

/** A ShowAds stand-in that keeps the cookies it got. */
async function recordingApi(onBulk: (cookies: string[]) => void | Response | undefined = () => {}) {
  const cookies: string[] = [];
  const api = await standIn("showads", {
    onRequest: ({ path, body }) => {
      if (path !== "/banners/show/bulk") return;
      const { Data } = JSON.parse(body) as { Data: { VisitorCookie: string }[] };
      const these = Data.map(({ VisitorCookie }) => VisitorCookie);
      const answer = onBulk(these);
      if (!answer) cookies.push(...these);
      return answer || undefined;
    },
  });
  return { cookies, api };
}

function importArgs(shard?: string): string[] {
  const args = ["import", "customers.csv", "--to", "showads", "--concurrency", "1"];
  return shard === undefined ? args : [...args, "--shard", shard];
}

interface ErrorLine {
  row: number;
  line: number;
  code: string;
}

/** Imports the file whole or in shards, and returns what was sent and what was rejected. */
async function outcome(dir: Workdir, shards: number | null) {
  const { cookies, api } = await recordingApi();
  await using _api = api;
  const rejected: string[] = [];
  const errors: ErrorLine[] = [];
  const rows = { read: 0, accepted: 0, filtered: 0, rejected: 0 };
  for (let index = 1; index <= (shards ?? 1); index++) {
    const shard = shards === null ? undefined : `${index}/${shards}`;
    const result = await dir.json(importArgs(shard), { env: api.env });
    assert(result.exitCode <= 1, JSON.stringify(result));
    if (result.files.rejected) {
      rejected.push(withoutProblems(await dir.read(result.files.rejected)).slice(HEADER.length));
      for (const line of (await dir.read(result.files.errors)).trimEnd().split("\n")) {
        const { row, ...rest } = JSON.parse(line);
        errors.push({ ...rest, row: row + rows.read }); // Counted from the shard's first.
      }
    }
    for (const name of ["read", "accepted", "filtered", "rejected"] as const) {
      rows[name] += result.rows[name];
    }
  }
  return { cookies, rejected: rejected.join(""), errors, rows };
}

const row = fc.tuple(
  fc.constantFrom("Ann Lee", '"Ann\nLee"', '"Lee, Ann"', '"Ann ""A"" Lee"', '"Ann Lee', 'Ann"Lee'),
  fc.constantFrom("30", "17", "x", '"4\r\n0"', ""),
  fc.constantFrom("1", "99", "100", "1,2"),
  fc.constantFrom("\n", "\r\n", "\n\n"),
);

Deno.test("all shards of a file together send and reject what one import of it does", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 25 }),
      fc.integer({ min: 1, max: 6 }),
      async (rows, shards) => {
        await using dir = await Workdir.make();
        const lines = rows.map(([name, age, banner, end], i) =>
          `${name},${age},c${i},${banner}${end}`
        );
        await dir.write("customers.csv", HEADER + lines.join(""));
        assertEquals(await outcome(dir, shards), await outcome(dir, null));
      },
    ),
    { numRuns: 25 },
  );
});

Deno.test("three processes import a shard each; one is killed, and goes on as if nothing were", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", customers(90));
  const arrived = Promise.withResolvers<void>();
  const { cookies, api } = await recordingApi((these) => {
    if (these.includes("c40")) arrived.resolve();
  });
  await using _api = api;
  const start = (index: number, rate: string) =>
    startProgram(
      dir.path,
      [...importArgs(`${index}/3`), "--batch-size", "2", "--rate", rate, "--json"],
      api.env,
    );
  await using first = start(1, "100000");
  await using second = start(2, "40");
  await using third = start(3, "100000");
  await arrived.promise;
  second.kill("SIGKILL");
  await second.ended;
  for (const program of [first, third]) assertCode(await program.ended, 0);

  const resumed = await dir.json(["resume", "customers.csv", "--rate", "100000"], { env: api.env });
  const { exitCode, rows: { accepted, unknown } } = resumed;
  assertEquals([exitCode, accepted + unknown > 25], [1, true]);
  assert(unknown > 0 && unknown <= 4 * 2, `${unknown} rows are unknown`);
  assertEquals(new Set(cookies).size, cookies.length);
  assert(cookies.length >= 90 - unknown, `${cookies.length} rows were sent`);
});

Deno.test("a shard stops and is resumed apart from the others, and says where it is", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", customers(30));
  let down = true;
  const { cookies, api } = await recordingApi((these) =>
    down && these.includes("c15") ? new Response(null, { status: 503 }) : undefined
  );
  await using _api = api;
  const shard = (index: number, ...more: string[]) =>
    dir.json([...importArgs(`${index}/3`), "--batch-size", "1", "--retry-for", "1ms", ...more], {
      env: api.env,
    });
  assertEquals((await shard(3)).exitCode, 0);
  const stopped = await shard(2);
  assertEquals([stopped.exitCode, stopped.status], [3, "stopped"]);
  const again = await dir.run(importArgs("2/3"), { env: api.env });
  assertCode(again, 2);
  assertStringIncludes(again.stderr, "An unfinished run of customers.csv (shard 2/3) exists");
  assertEquals((await shard(1, "--resume-or-start")).exitCode, 0);

  const { runs } = await dir.json(["status"]);
  // deno-lint-ignore no-explicit-any -- what is looked at is named
  const ranges = runs.map(({ lane, state, shard }: any) => [lane, state, shard.startByte]);
  assertEquals(ranges.sort(), [
    ["shard 1/3", "completed", HEADER.length],
    ["shard 2/3", "stopped", stopped.shard.startByte],
    ["shard 3/3", "completed", stopped.shard.endByte],
  ]);
  const text = await dir.run(["status"]);
  assertStringIncludes(text.stdout, "shard 2/3");

  down = false;
  const resumed = await shard(2, "--resume");
  assertEquals([resumed.exitCode, resumed.runId], [0, stopped.runId]);
  assertEquals(resumed.shard, stopped.shard);
  assertEquals(new Set(cookies), new Set(names(30)));
  assertEquals(cookies.length, 30);
});

Deno.test("a stopped shard that was changed is refused; other shards and rows below may change", async () => {
  await using dir = await Workdir.make();
  const text = customers(30);
  await dir.write("customers.csv", text);
  let down = true;
  const { cookies, api } = await recordingApi((these) =>
    down && these.includes("c15") ? new Response(null, { status: 503 }) : undefined
  );
  await using _api = api;
  const args = [...importArgs("2/3"), "--batch-size", "1", "--retry-for", "1ms"];
  assertEquals((await dir.json(args, { env: api.env })).exitCode, 3);
  down = false;
  const refused = async (content: string, says = "was changed since shard 2/3 was cut off") => {
    await dir.write("customers.csv", content);
    const ended = await dir.run(["resume", "customers.csv"], { env: api.env });
    assertCode(ended, 2);
    assertStringIncludes(ended.stderr, says);
  };
  const sent = cookies.length;
  await refused(text.replace("c13,", "x13,")); // Sent already.
  await refused(text.replace("c17,", "x17,")); // Not sent yet, but its length might be another.
  await refused(text.replace("c3,", "c333,")); // Moves the rows of the shard.
  await refused(text.slice(0, text.indexOf("c16")), "is shorter than when the run began");
  assertEquals(cookies.length, sent);
  await dir.write("customers.csv", text.replace("c3,", "x3,") + "Bob Ray,30,c31,1\n");
  assertEquals((await dir.json(["resume", "customers.csv"], { env: api.env })).exitCode, 0);
  assert(!cookies.includes("c31")); // It was not there when the file was cut.
  const anew = await dir.json([...args, "--restart"], { env: api.env });
  assertEquals([anew.exitCode, anew.rows.read], [0, anew.rows.accepted]);
});

Deno.test("a shard that stopped before any row was settled goes on from its own first row", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", customers(9));
  let down = true;
  const { cookies, api } = await recordingApi(() =>
    down ? new Response(null, { status: 503 }) : undefined
  );
  await using _api = api;
  const args = [...importArgs("2/3"), "--retry-for", "1ms"];
  assertEquals((await dir.json(args, { env: api.env })).exitCode, 3);
  down = false;
  assertEquals((await dir.json(["resume"], { env: api.env })).rows.accepted, 3);
  assertEquals(cookies, ["c4", "c5", "c6"]);
});

Deno.test("what a shard has yet to send is not sent by the whole file or another division", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", customers(9));
  const arrived = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  let down = true;
  let requests = 0;
  await using api = await standIn("showads", {
    onRequest: ({ path }) => {
      if (!down || path !== "/banners/show/bulk") return;
      if (++requests > 1) return new Response(null, { status: 503 });
      arrived.resolve();
      return go.promise;
    },
  });
  const shard = startProgram(
    dir.path,
    [...importArgs("2/3"), "--batch-size", "1", "--retry-for", "1ms"],
    api.env,
  );
  await using _shard = shard;
  await arrived.promise;
  for (const other of [importArgs(), importArgs("1/4")]) {
    const busy = await dir.run(other, { env: api.env });
    assertCode(busy, 5);
    assertStringIncludes(busy.stderr, `(shard 2/3), which has rows of this one, is in progress`);
    assertMatch(busy.stderr, new RegExp(`in process ${shard.pid}, started 20\\d\\d-`));
  }
  go.resolve();
  assertCode(await shard.ended, 3);
  for (const other of [importArgs(), importArgs("1/4")]) {
    const left = await dir.run(other, { env: api.env });
    assertCode(left, 2);
    assertStringIncludes(left.stderr, "(shard 2/3) has rows of this one: go on with it by");
  }
  down = false;
  assertEquals((await dir.json(importArgs("1/3"), { env: api.env })).exitCode, 0);
  const anew = await dir.json([...importArgs(), "--restart"], { env: api.env });
  assertEquals([anew.exitCode, anew.rows.accepted], [0, 9]);
  const { runs } = await dir.json(["status"]);
  // deno-lint-ignore no-explicit-any -- what is looked at is named
  assertEquals(runs.map(({ lane, state }: any) => `${state} ${lane}`).sort(), [
    "completed ",
    "completed shard 1/3",
    "replaced shard 2/3",
  ]);
});

Deno.test("more shards than rows: the empty ones have nothing to do", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", customers(2));
  const { cookies, api } = await recordingApi();
  await using _api = api;
  const read: number[] = [];
  for (let index = 1; index <= 5; index++) {
    const { exitCode, rows } = await dir.json(importArgs(`${index}/5`), { env: api.env });
    assertEquals(exitCode, 0);
    read.push(rows.read);
  }
  assertEquals(read.toSorted(), [0, 0, 0, 1, 1]);
  assertEquals(cookies, ["c1", "c2"]);
});

Deno.test("a shard's rejected rows are mended and imported like any others", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", customers(9).replace("c8,7", "c8,x"));
  const { cookies, api } = await recordingApi();
  await using _api = api;
  const shard = await dir.json(importArgs("3/3"), { env: api.env });
  assertEquals(shard.rows.rejected, 1);
  const [error] = (await dir.read(shard.files.errors)).trimEnd().split("\n");
  const { row, line } = JSON.parse(error ?? "");
  assertEquals([row, line], [2, 9]);
  const text = await dir.read(shard.files.rejected);
  await dir.write(shard.files.rejected, text.replace("c8,x", "c8,7"));
  const mended = await dir.json(["import", shard.files.rejected, "--to", "showads"], {
    env: api.env,
  });
  assertEquals([mended.exitCode, mended.rows.accepted], [0, 1]);
  assertEquals(cookies.toSorted(), ["c7", "c8", "c9"]);
});

Deno.test("a dry run and a sandbox take shards too; a pipe has none", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", customers(9));
  assertEquals((await dir.json([...importArgs("2/3"), "--dry-run"])).rows.accepted, 3);
  assertEquals((await dir.json([...importArgs("2/3"), "--sandbox"])).rows.accepted, 3);
  const pipe = await dir.run(["import", "-", "--to", "showads", "--sandbox", "--shard", "1/2"], {
    stdin: customers(9),
  });
  assertCode(pipe, 2);
  assertStringIncludes(pipe.stderr, "--shard: a part of a file needs a plain one");
});

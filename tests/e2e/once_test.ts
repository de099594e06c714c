/** Rows go to a target once, unless somebody asks for more; and a few first, if somebody wants to look. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";

import type { Io } from "../../src/io.ts";
import { policies, policy, startAudiences, upTo } from "../support/audiences.ts";
import { standIn } from "../support/stand_in.ts";
import { assertCode, Workdir } from "../support/workdir.ts";

const IMPORT = ["import", "rows.csv", "--to", "mparticle"];

/** Somebody at a terminal who gives these answers, in order; null is to cancel. */
function person(...answers: (string | boolean | null)[]) {
  const asked: string[] = [];
  const answer = (message: string) => {
    asked.push(message);
    if (answers.length === 0) throw new Error(`Nobody answers: ${message}`);
    return Promise.resolve(answers.shift() ?? null);
  };
  const prompts = {
    select: (message, options) =>
      answer([message, ...options.map(({ label }) => label)].join("\n")) as Promise<string | null>,
    confirm: (message) => answer(message) as Promise<boolean | null>,
  } as Io["prompts"];
  return { asked, surroundings: { terminal: true, io: { prompts } } };
}

Deno.test("a file that was imported is not sent again unasked: by a script, in a copy, or compressed", async () => {
  await using dir = await Workdir.make();
  await using there = await startAudiences();
  const env = there.env("development");
  await dir.write("rows.csv", policies(upTo(5)));
  const first = await dir.json(IMPORT, { env });
  assertEquals(first.exitCode, 0);
  const again = await dir.json(IMPORT, { env });
  assertEquals([again.status, again.exitCode], ["refused", 2]);
  assertStringIncludes(again.reason, "(environment development) completely");
  assertStringIncludes(again.reason, "--again");
  await dir.write("copy.csv", policies(upTo(5)));
  assertCode(await dir.run(["import", "copy.csv", "--to", "mparticle"], { env }), 2);

  for (const flag of ["--skip-if-imported", "--resume-or-start"]) {
    const unchanged = await dir.json([...IMPORT, flag], { env });
    assertEquals([unchanged.status, unchanged.exitCode], ["unchanged", 0]);
    assertEquals([unchanged.rows.read, unchanged.runId], [0, first.runId]);
  }
  const text = await dir.run([...IMPORT, "--resume-or-start"], { env });
  assertStringIncludes(text.stdout, "Nothing was sent.");
  assertEquals(there.taken.length, 5);
  assertEquals((await dir.json([...IMPORT, "--again"], { env })).rows.accepted, 5);
  assertEquals(there.taken.length, 10);
});

Deno.test("another environment, mapping or filter is another import; rehearsals don't count", async () => {
  await using dir = await Workdir.make();
  await using there = await startAudiences();
  const env = there.env("development");
  await dir.write("rows.csv", policies(upTo(5)));
  assertCode(await dir.run([...IMPORT, "--sandbox"]), 0);
  assertCode(await dir.run([...IMPORT, "--sandbox"]), 0);
  assertCode(await dir.run([...IMPORT, "--dry-run"], { env }), 0);
  assertCode(await dir.run(IMPORT, { env }), 0);
  assertCode(await dir.run(IMPORT, { env: there.env("production") }), 0);
  const where = [...IMPORT, "--where", "customer_id = 'c1'"];
  assertCode(await dir.run(where, { env }), 0);
  assertCode(await dir.run(where, { env }), 2);
  assertEquals(there.taken.length, 11);
});

Deno.test("mended rows go once, and rows that nobody took may come again", async () => {
  await using dir = await Workdir.make();
  await using there = await startAudiences();
  const env = there.env("development");
  await dir.write("rows.csv", policies([1]) + policy(2).replace(/^c2,/, "c2,no address"));
  const { files } = await dir.json(IMPORT, { env });
  // As it stands, nothing of it was ever taken.
  for (const _ of [1, 2]) assertCode(await dir.run(["import", files.rejected], { env }), 1);
  await dir.write(files.rejected, (await dir.read(files.rejected)).replace("no address", ""));
  assertCode(await dir.run(["import", files.rejected], { env }), 0);
  assertCode(await dir.run(["import", files.rejected], { env }), 2);
  assertEquals(there.taken, ["development c1", "development c2"]);
});

Deno.test("of a file that grew only the new rows go, if asked, over kills and stops, again and again", async () => {
  await using dir = await Workdir.make();
  await using there = await startAudiences();
  const env = there.env("development");
  const cron = [...IMPORT, "--resume-or-start", "--batch-size", "2", "--concurrency", "1"];
  await dir.write("rows.csv", policies(upTo(5)));
  assertEquals((await dir.json(cron, { env })).rows.accepted, 5);
  await dir.write("rows.csv", policies(upTo(12)));
  const refused = await dir.run(IMPORT, { env });
  assertCode(refused, 2);
  assertStringIncludes(refused.stderr, "has grown since");
  assertCode(await dir.run([...IMPORT, "--skip-if-imported"], { env }), 2);

  there.takes(1);
  const stopped = await dir.json([...cron, "--retry-for", "1ms"], { env });
  assertEquals([stopped.exitCode, stopped.rows.accepted], [3, 2]);
  there.takes(Infinity);
  const resumed = await dir.json(cron, { env });
  assertEquals([resumed.exitCode, resumed.runId, resumed.rows.accepted], [0, stopped.runId, 7]);
  assertEquals((await dir.json(cron, { env })).status, "unchanged");
  await dir.write("rows.csv", policies(upTo(13)));
  assertEquals((await dir.json(cron, { env })).rows.accepted, 1);
  assertEquals((await dir.json(cron, { env })).status, "unchanged");
  assertEquals(there.taken, upTo(13).map((row) => `development c${row}`));

  // One whose beginning was changed is another file.
  await dir.write("rows.csv", policies(upTo(13).toReversed()));
  assertEquals((await dir.json(cron, { env })).rows.accepted, 13);
});

Deno.test("a run of new rows that died before its first goes on where they start", async () => {
  await using dir = await Workdir.make();
  await using there = await startAudiences();
  const env = there.env("development");
  const cron = [...IMPORT, "--resume-or-start", "--retry-for", "1ms"];
  await dir.write("rows.csv", policies(upTo(5)));
  assertCode(await dir.run(cron, { env }), 0);
  await dir.write("rows.csv", policies(upTo(8)));
  there.takes(0);
  assertCode(await dir.run(cron, { env }), 3);
  there.takes(Infinity);
  assertEquals((await dir.json(["resume"], { env })).rows.accepted, 3);
  assertEquals(there.taken, upTo(8).map((row) => `development c${row}`));
});

Deno.test("neither does a file go after a shard of it, nor a shard after the file", async () => {
  await using dir = await Workdir.make();
  await using there = await startAudiences();
  const env = there.env("development");
  await dir.write("rows.csv", policies(upTo(6)));
  const shard = (name: string) => [...IMPORT, "--shard", name];
  assertCode(await dir.run(shard("1/2"), { env }), 0);
  const taken = there.taken.length;
  assert(taken > 0 && taken < 6);
  for (const args of [IMPORT, [...IMPORT, "--resume-or-start"]]) {
    const refused = await dir.run(args, { env });
    assertCode(refused, 2);
    assertStringIncludes(refused.stderr, "rows.csv (shard 1/2) was imported");
    assertStringIncludes(refused.stderr, "--again");
  }
  const unwilling = person(null);
  assertCode(await dir.run(IMPORT, { env, ...unwilling.surroundings }), 130);
  assertEquals([unwilling.asked.length, there.taken.length], [1, taken]);
  assertCode(await dir.run(shard("2/2"), { env }), 0);
  assertEquals(there.taken.length, 6);

  await dir.write("other.csv", policies(upTo(7)));
  const other = ["import", "other.csv", "--to", "mparticle"];
  assertCode(await dir.run(other, { env }), 0);
  assertCode(await dir.run([...other, "--shard", "1/2"], { env }), 2);
  const unchanged = await dir.json([...other, "--shard", "1/2", "--resume-or-start"], { env });
  assertEquals([unchanged.status, there.taken.length], ["unchanged", 13]);
});

Deno.test("at a terminal the question says what was imported, when and where, and what again means", async () => {
  await using dir = await Workdir.make();
  await using there = await startAudiences();
  const env = there.env("development");
  await dir.write("rows.csv", policies(upTo(5)));
  assertCode(await dir.run(IMPORT, { env }), 0);
  const unwilling = person(null);
  assertCode(await dir.run(IMPORT, { env, ...unwilling.surroundings }), 130);
  const [question = ""] = unwilling.asked;
  for (const words of ["completely", there.api.url, "5 of 5 rows", "5 accepted rows would go"]) {
    assert(question.includes(words), question);
  }
  // Enter takes the first answer.
  assertStringIncludes(question.split("\n")[1] ?? "", "Cancel");
  assertCode(await dir.run(IMPORT, { env, ...person("again").surroundings }), 0);
  assertEquals(there.taken.length, 10);
  await dir.write("rows.csv", policies(upTo(6)));
  const willing = person("new-rows");
  assertCode(await dir.run(IMPORT, { env, ...willing.surroundings }), 0);
  assertStringIncludes(willing.asked[0]?.split("\n")[1] ?? "", "Send only its new rows");
  assertEquals(there.taken.length, 11);
});

Deno.test("--stop-after sends so many rows, resumably, and resume sends the rest", async () => {
  await using dir = await Workdir.make();
  await using there = await startAudiences();
  const env = there.env("production");
  await dir.write("rows.csv", policies(upTo(250)));
  const args = [...IMPORT, "--rate", "100000"];
  const first = await dir.json([...args, "--stop-after", "7"], { env });
  assertEquals([first.status, first.exitCode, first.reason], [
    "stopped",
    3,
    "stopped after 7 rows",
  ]);
  assertEquals([first.rows.read, first.rows.accepted, there.taken.length], [7, 7, 7]);
  const more = await dir.json(["resume", "--stop-after", "120"], { env });
  assertEquals([more.exitCode, more.rows.accepted, there.taken.length], [3, 127, 127]);
  assertEquals((await dir.json(["resume"], { env })).rows.accepted, 250);
  assertEquals(new Set(there.taken).size, 250);
  assertEquals(there.taken.length, 250);
  // As many as there are is no stop.
  await dir.write("rows.csv", policies([300, 301]));
  assertEquals((await dir.json([...args, "--stop-after", "2"], { env })).exitCode, 0);
});

Deno.test("at a terminal a production run asks first, with all that one wants to know", async () => {
  await using dir = await Workdir.make();
  await using there = await startAudiences();
  const env = {
    ...there.env("production"),
    MPARTICLE_DATA_PLAN_NAME: "main",
    MPARTICLE_DATA_PLAN_VERSION: "3",
  };
  await dir.write("rows.csv", policies(upTo(540)));
  for (const answer of [false, null]) {
    const unwilling = person(answer);
    assertCode(await dir.run(IMPORT, { env, ...unwilling.surroundings }), 130);
    assertEquals(unwilling.asked.length, 1);
    for (
      const words of [
        " rows, to mparticle at",
        there.api.url,
        "environment production",
        "data plan main 3",
        " s at the rate",
        "It was not imported there before.",
      ]
    ) assert(unwilling.asked[0]?.includes(words), unwilling.asked[0]);
  }
  assertEquals(there.taken, []);
  // No run was begun.
  assertEquals((await dir.json(["status"])).runs, []);

  const canary = [...IMPORT, "--stop-after", "3"];
  assertCode(await dir.run(canary, { env, ...person(true).surroundings }), 3);
  const again = person(false);
  assertCode(await dir.run([...IMPORT, "--restart"], { env, ...again.surroundings }), 130);
  assertStringIncludes(
    again.asked[0] ?? "",
    "An unfinished run of it may have sent rows there before",
  );
  const resumed = await dir.run(["resume", "--stop-after", "1"], { env, ...person().surroundings });
  assertCode(resumed, 3);
  assertStringIncludes(resumed.stderr, "Goes on with ");
  assertStringIncludes(resumed.stderr, "(environment production, data plan main 3)");
  assertEquals(there.taken.length, 4);
  assertCode(await dir.run(["resume"], { env }), 0);
  const once = person(false);
  assertCode(await dir.run([...IMPORT, "--again"], { env, ...once.surroundings }), 130);
  assertStringIncludes(once.asked[0] ?? "", "540 of 540 rows accepted");
});

Deno.test("nobody is asked by --yes, without a terminal, for a rehearsal or a development run", async () => {
  await using dir = await Workdir.make();
  await using there = await startAudiences();
  const production = there.env("production");
  await dir.write("rows.csv", policies(upTo(3)));
  const { surroundings } = person();
  const runs: [string[], Record<string, string>, boolean][] = [
    [["--sandbox"], production, true],
    [["--dry-run"], production, true],
    [[], there.env("development"), true],
    [["--yes"], production, true],
    [["--again"], production, false],
  ];
  for (const [flags, env, terminal] of runs) {
    const ended = await dir.run(
      [...IMPORT, ...flags],
      terminal ? { env, ...surroundings } : { env },
    );
    assertCode(ended, 0);
  }
  assertEquals(there.taken.length, 9);
});

Deno.test("an API that says nothing of its environment counts as production, unless it is this machine", async () => {
  await using dir = await Workdir.make();
  await using api = await standIn("showads");
  await dir.write("rows.csv", "Name,Age,Cookie,Banner_id\nAnn,30,c1,1\n");
  const args = ["import", "rows.csv", "--to", "showads"];
  assertCode(await dir.run(args, { env: api.env, ...person().surroundings }), 0);
  const env = { ...api.env, API_URL: "https://api.showads.example" };
  const unwilling = person(false);
  assertCode(await dir.run(args, { env, ...unwilling.surroundings }), 130);
  assertStringIncludes(unwilling.asked[0] ?? "", "showads at https://api.showads.example");
});

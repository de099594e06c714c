/**
 * «Why did last night take three hours?» is answered by the report, the status and the log, each alone.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { NIGHT_FLAGS, nightCsv, NightWatch, spendNight } from "../support/night.ts";
import { standIn, waitingApi } from "../support/stand_in.ts";
import { assertCode, Workdir } from "../support/workdir.ts";

Deno.test("why last night took three hours is told by the report alone, in each of its forms", async () => {
  await using dir = await Workdir.make();
  const { morning } = await spendNight(dir);
  const told = await dir.json(["report"], morning);
  assertEquals(
    told.verdict,
    "2,970 accepted and 30 rejected of 3,000 rows in 3 h 1 m: it waited 1 h 31 m for answers (up to " +
      "3 m 42 s each), it stood still for 1 h (stopped by SIGTERM) and it paused for 30 m (mParticle " +
      "answered 429, 3 times).",
  );
  assertEquals(told.answers, { 202: 33, 429: 3 });
  assertEquals(told.parts.map(({ ending }: { ending: string }) => ending), [
    "stopped",
    "completed",
  ]);
  const kinds = told.moments.map(({ kind }: { kind: string }) => kind);
  for (const kind of ["pause", "slower", "stop", "resume", "end"]) {
    assert(kinds.includes(kind), kind);
  }
  assertEquals(
    told.causes.map(({ column, code, count, places }: Record<string, unknown[]>) => [
      ...[column, code, count],
      places?.[0],
    ]),
    [["Email Address", "invalid-email", 30, { row: 100, line: 101 }]],
  );
  for (const format of ["text", "md", "html"]) {
    const { stdout, code } = await dir.run(["report", "--format", format], morning);
    assertEquals(code, 0);
    const words = stdout.replace(/\s+/g, " ");
    for (
      const fact of ["waited 1 h 31 m for answers", "stood still for 1 h", "paused for 30 m", "429"]
    ) assertStringIncludes(words, fact, format);
    assert(!stdout.includes("not an address"), "no value of a row");
    assert(!stdout.includes("secret-of-test") && !stdout.includes("key-of-test"));
  }
});

Deno.test("and by the log alone, without --verbose", async () => {
  await using dir = await Workdir.make();
  const { stopped, resumed } = await spendNight(dir);
  assertEquals([stopped.code, resumed.code], [143, 1]);
  const log = stopped.stderr;
  assertEquals(log.match(/mParticle answered 429; again in 10 m/g)?.length, 3);
  for (
    const fact of ["Slows down to 33.8 rows a second", "Stopped by SIGTERM", "rows/s after a 429"]
  ) {
    assertStringIncludes(log, fact);
  }
  assertStringIncludes(stopped.stdout, "for 30 m it paused");
  assertStringIncludes(resumed.stdout, "Answers took 3 m 31 s (median)");
});

Deno.test("a report names the newest run, or the one that is meant by folder, id, file or checkpoint", async () => {
  await using dir = await Workdir.make();
  await using api = await standIn("showads");
  const runs: Record<string, string>[] = [];
  for (const name of ["a.csv", "b.csv"]) {
    await dir.write(name, `Name,Age,Cookie,Banner_id\nAnn,30,${name},1\n`);
    runs.push(await dir.json(["import", name, "--to", "showads"], { env: api.env }));
  }
  const [a, b] = runs.map(({ runId }) => runId ?? "");
  const named = async (...args: string[]) => (await dir.json(["report", ...args])).runId;
  assertEquals(await named(), b);
  const folder = `log/a.csv.showads/${a}`;
  for (const name of [folder, `${folder}/`, `${folder}/checkpoint.jsonl`, "a.csv", a ?? ""]) {
    assertEquals(await named(name), a, name);
  }
  const wrong = await dir.run(["report", "nothing"]);
  assertCode(wrong, 2);
  assertStringIncludes(wrong.stderr, "no run in log has this id");
});

Deno.test("a report goes to a file, which is not replaced unasked", async () => {
  await using dir = await Workdir.make();
  const { morning } = await spendNight(dir);
  const args = ["report", "policies.csv", "--output", "report.html"];
  assertCode(await dir.run(args, morning), 0);
  assertStringIncludes(await dir.read("report.html"), "<!doctype html>");
  assertCode(await dir.run(args, morning), 2);
  assertCode(await dir.run([...args, "--yes"], morning), 0);
});

Deno.test("where nobody says in which form, a terminal gets text, and a file what its name says", async () => {
  await using dir = await Workdir.make();
  const { morning } = await spendNight(dir);
  const begins = async (...args: string[]) => {
    await dir.run(["report", "--yes", "--output", ...args], morning);
    return (await dir.read(args[0] ?? "")).slice(0, 2);
  };
  assertEquals(await begins("report"), "<!");
  assertEquals(await begins("report.md"), "##");
  assertEquals(await begins("report.txt"), "! ");
  assertEquals(await begins("report.json"), '{"');
  assertEquals(await begins("report.md", "--format", "html"), "<!");
  const seen = await dir.run(["report"], { ...morning, terminal: true });
  assert(seen.stdout.includes("What happened:"), seen.stdout);
  assertEquals((await dir.run(["report"], morning)).stdout.slice(0, 2), "<!");
});

Deno.test("the run of the same file before it stands beside a run", async () => {
  await using dir = await Workdir.make();
  const { morning } = await spendNight(dir);
  await dir.write("policies.csv", nightCsv(500));
  const quick = new NightWatch(() => ({ status: 202, ms: 100 }), Date.UTC(2026, 10, 29, 1));
  assertCode(await dir.run(["import", "policies.csv", ...NIGHT_FLAGS], quick.outside()), 1);
  const { previous, rows } = await dir.json(["report"], morning);
  assertEquals([rows.read, previous.rows.read], [500, 3_000]);
  const { stdout } = await dir.run(["report", "--format", "text"], morning);
  assertStringIncludes(stdout, "Beside the run of the same file before it:");
});

Deno.test("a run is told while it goes on, and again once it was killed", async () => {
  await using dir = await Workdir.make();
  const { api, arrived, go } = await waitingApi();
  await using _ = api;
  await dir.write("rows.csv", "Name,Age,Cookie,Banner_id\nAnn,30,c1,1\nBo,x,c2,2\n");
  const running = dir.run(["import", "rows.csv", "--to", "showads"], { env: api.env });
  await arrived.promise;
  const live = await dir.json(["report"]);
  assertEquals([live.state, live.parts[0].ending], ["in-progress", "in-progress"]);
  assertStringIncludes(live.verdict, "In progress");
  assertEquals(live.next, [{
    text: "It is at work: look again later.",
    command: null,
    file: null,
  }]);
  for (const format of ["html", "text", "md"]) {
    assertStringIncludes((await dir.run(["report", "--format", format])).stdout, "progress");
  }
  go.resolve();
  assertCode(await running, 1);

  // Its last lines never came to the disk.
  for (const name of ["checkpoint.jsonl", "events.jsonl"]) {
    const path = `${live.folder}/${name}`;
    const lines = (await dir.read(path)).trimEnd().split("\n");
    await dir.write(path, `${lines.slice(0, -1).join("\n")}\n{"type":"sp`);
  }
  const killed = await dir.json(["report"]);
  assertEquals([killed.state, killed.parts[0].ending], ["interrupted", "killed"]);
  assertStringIncludes(killed.verdict, "Killed before its end (its process was killed");
  assertEquals(killed.next[0].command, `rowferry resume ${live.folder}`);
});

Deno.test("what can't be told of a run keeps nobody from being told the rest", async () => {
  await using dir = await Workdir.make();
  const { morning } = await spendNight(dir);
  const { folder } = await dir.json(["report"], morning);
  const lines = (await dir.read(`${folder}/events.jsonl`)).split("\n");
  await dir.write(
    `${folder}/events.jsonl`,
    [...lines.slice(0, 9), "no JSON", '{"a":1}'].join("\n"),
  );
  const errors = await dir.read(`${folder}/errors.jsonl`);
  await dir.write(`${folder}/errors.jsonl`, `${errors.slice(0, 400)}\n${errors}`);
  const told = await dir.json(["report"], morning);
  assertEquals(told.rows.read, 3_000);
  await Deno.remove(dir.file(folder, "events.jsonl"));
  const without = await dir.json(["report"], morning);
  assertEquals([without.elapsedMs, without.requests.sent], [told.elapsedMs, 0]);
  assertStringIncludes(without.verdict, "left no record of what they went to");
  for (const format of ["html", "text", "md"]) {
    assertCode(await dir.run(["report", "--format", format], morning), 0);
  }
  await dir.write(`${folder}/checkpoint.jsonl`, "damaged\ndamaged\n");
  const damaged = await dir.run(["report", folder], morning);
  assertCode(damaged, 2);
  assertStringIncludes(damaged.stderr, "line 1: it is damaged");
});

Deno.test("runs of standard input and rehearsals are told as such", async () => {
  await using dir = await Workdir.make();
  const stdin = "Name,Age,Cookie,Banner_id\nAnn,30,c1,1\n";
  const args = ["import", "-", "--to", "showads", "--sandbox"];
  assertCode(await dir.run(args, { stdin }), 0);
  const told = await dir.json(["report"]);
  assertEquals([told.source, told.scope], ["standard input", "sandbox"]);
  assertStringIncludes(told.verdict, "Rehearsal, nothing was delivered: all 1 row accepted in");
  assertEquals(told.next[0].text, "Nothing is left to do.");
});

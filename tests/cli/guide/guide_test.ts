import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Io, PromptOption } from "../../../src/io.ts";
import { stepsAfter } from "../../../src/cli/guide/offers.ts";
import { standIn } from "../../support/stand_in.ts";
import { assertCode, signals, Workdir } from "../../support/workdir.ts";

const ROWS = "Name,Age,Cookie,Banner_id\nAnn,30,c1,1\nBo,31,c2,2\n";
const SHOWADS = { API_URL: "https://showads.example.com", PROJECT_KEY: "the-project-key" };

/** Prompts answered by options that begin so; null is Ctrl-C. What was asked is kept. */
function person(...answers: (string | null)[]) {
  const asked: string[][] = [];
  const prompts: Io["prompts"] = {
    select: (message, options: readonly PromptOption[]) => {
      asked.push([message, ...options.map(({ label }) => label)]);
      const answer = answers.shift();
      if (answer === undefined) throw new Error(`an unexpected question: ${message}`);
      if (answer === null) return Promise.resolve(null);
      const chosen = options.find(({ label }) => label.startsWith(answer));
      if (!chosen) throw new Error(`no ${answer} in ${asked.at(-1)?.join("\n")}`);
      return Promise.resolve(chosen.value);
    },
    confirm: (message) => {
      asked.push([message]);
      return Promise.resolve(answers.shift() === "yes");
    },
  };
  return { asked, io: { prompts } };
}

Deno.test("rowferry alone is a guide at a terminal, and elsewhere help and exit 2", async () => {
  await using dir = await Workdir.make();
  const alone = await dir.run([]);
  assertEquals([alone.code, alone.stdout], [2, ""]);
  assertMatch(alone.stderr, /^Usage: rowferry \[options\] \[command\]\n/);
  assertMatch(alone.stderr, /\nrowferry: Name a command; at a terminal, rowferry alone leads/);

  const file = await dir.run(["import"]);
  assertEquals([file.code, file.stdout], [2, ""]);
  assertMatch(file.stderr, /^Usage: rowferry import \[options\] \[file\]\n/);
  assertMatch(file.stderr, /\nrowferry: Name a file: rowferry import <file> --to <destination>\n$/);
  const { status, exitCode } = JSON.parse((await dir.run(["import", "--json"])).stdout);
  assertEquals([status, exitCode], ["refused", 2]);
});

Deno.test("where nothing lies about, the guide says what it looked for", async () => {
  await using dir = await Workdir.make();
  const { code, stderr } = await dir.run([], { terminal: true });
  assertEquals(code, 2);
  assertStringIncludes(stderr, "no CSV file or workbook lies here or in data, and no run in log");
});

Deno.test("the guide shows files here and in data, the newest first, with size and date", async () => {
  await using dir = await Workdir.make();
  await Deno.mkdir(dir.file("data"));
  const times: [string, number][] = [["old.csv", 1], ["data/new.csv", 3], ["middle.xlsx", 2]];
  for (const [name, day] of times) {
    await dir.write(name, ROWS);
    await Deno.utime(dir.file(name), new Date(2026, 10, day, 9), new Date(2026, 10, day, 9));
  }
  await dir.write("notes.txt", "not a table");
  const { asked, io } = person("Leave");
  assertCode(await dir.run([], { terminal: true, io }), 0);
  assertEquals(asked, [[
    "What next?",
    "data/new.csv  49 B  2026-11-03 09:00  not imported yet",
    "middle.xlsx   49 B  2026-11-02 09:00  not imported yet",
    "old.csv       49 B  2026-11-01 09:00  not imported yet",
    "Leave",
  ]]);
});

Deno.test("Ctrl-C leaves the guide with 130, and a signal with its own code", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", ROWS);
  const left = await dir.run([], { terminal: true, io: person(null).io });
  assertEquals([left.code, left.stdout], [130, ""]);
  assertEquals(left.stderr, "rowferry: Left: nothing more was sent\n");

  const { onStopSignal, send } = signals();
  const prompts: Io["prompts"] = {
    select: (_message, _options, signal) => {
      send("SIGTERM");
      return Promise.resolve(signal?.aborted ? null : "0");
    },
    confirm: () => Promise.resolve(null),
  };
  assertEquals((await dir.run([], { terminal: true, io: { prompts, onStopSignal } })).code, 143);
});

Deno.test("whoever says no to sending, or to sending once more, is back at the guide", async () => {
  await using dir = await Workdir.make();
  await using api = await standIn("showads");
  await dir.write("rows.csv", ROWS);
  const { env } = api;
  assertCode(await dir.run(["import", "rows.csv", "--to", "showads"], { env }), 0);
  const { asked, io } = person("rows.csv", "Import", "Cancel", "Leave");
  const ended = await dir.run([], { env, terminal: true, io });
  assertCode(ended, 0);
  assertEquals(asked.map(([message]) => message?.split(" ")[0]), [
    "What",
    "rows.csv",
    "rows.csv",
    "What",
  ]);
  assertEquals(api.received.rows, 2, "sent once");
});

Deno.test("the rest of a run to real people is not sent by Enter alone", async () => {
  await using dir = await Workdir.make();
  await using api = await standIn("mparticle");
  const example = new URL("../../../examples/policies.csv", import.meta.url);
  const lines = (await Deno.readTextFile(example)).split("\n").slice(0, 3);
  await dir.write("rows.csv", `${lines.join("\n")}\n`);
  const env = { ...api.env, MPARTICLE_ENVIRONMENT: "production" };
  assertCode(await dir.run(["import", "rows.csv", "--stop-after", "1"], { env }), 3);
  const sent = api.received.rows;
  const { asked, io } = person("Resume", "no", "Leave");
  assertCode(await dir.run([], { env, terminal: true, io }), 0);
  assertMatch(asked[1]?.[0] ?? "", /^Send the rest of rows\.csv to mparticle at .*production\)\?$/);
  assertEquals(api.received.rows, sent);
  assertCode(await dir.run([], { env, terminal: true, io: person("Resume", "yes").io }), 0);
  assert(api.received.rows > sent);
});

Deno.test("where the result goes elsewhere, rowferry alone is help as well", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", ROWS);
  const stdout = { isTerminal: false, columns: 80, write: () => {} };
  const { code, stderr } = await dir.run([], { terminal: true, io: { stdout } });
  assertEquals(code, 2);
  assertMatch(stderr, /^Usage: rowferry/);
});

Deno.test("whether a file was imported is told from its runs, and whether it changed since", async () => {
  await using dir = await Workdir.make();
  await using api = await standIn("showads");
  const { env } = api;
  await dir.write("rows.csv", ROWS);
  const state = async () => {
    const { asked, io } = person("Leave");
    assertCode(await dir.run([], { env, terminal: true, io }), 0);
    return asked[0]?.[1]?.replace(/\d{4}-\d\d-\d\d \d\d:\d\d/g, "<time>");
  };
  assertEquals(await state(), "rows.csv  49 B  <time>  not imported yet");
  assertCode(await dir.run(["import", "rows.csv", "--to", "showads", "--sandbox"]), 0);
  assertEquals(await state(), "rows.csv  49 B  <time>  not imported yet", "a rehearsal is none");
  assertCode(
    await dir.run(["import", "rows.csv", "--to", "showads", "--stop-after", "1"], { env }),
    3,
  );
  assertMatch(
    await state() ?? "",
    /^Resume rows.csv: 1 row accepted \(stopped after 1 row\), the rest goes to showads$/,
  );
  assertCode(await dir.run(["resume"], { env }), 0);
  assertEquals(await state(), "rows.csv  49 B  <time>  imported to showads on <time>");
  await dir.write("rows.csv", `${ROWS}Cy,32,c3,3\n`);
  assertEquals(await state(), "rows.csv  60 B  <time>  changed since it went to showads");
});

Deno.test("each step's next is offered first: check, rehearsal, import", () => {
  const first = (check: number | null, rehearsal: number | null) =>
    stepsAfter({ check, rehearsal })[0];
  assertEquals(first(null, null), "check");
  assertEquals([first(0, null), first(1, null)], ["rehearse", "rehearse"]);
  assertEquals([first(0, 0), first(1, 1)], ["import", "import"]);
  assertEquals(first(0, 3), "rehearse", "one that failed is not gone on from");
  assertEquals(stepsAfter({ check: 2, rehearsal: null }), ["check", "make-mapping", "back"]);
});

Deno.test("a file with other columns is led to a mapping of its own", async () => {
  await using dir = await Workdir.make();
  await dir.write("crm.csv", "Full name,Age,Cookie,Banner\nAnn,30,c1,1\n");
  const { asked, io } = person("crm.csv", "Check", "Make a mapping", null);
  const ended = await dir.run([], { env: SHOWADS, terminal: true, io });
  assertCode(ended, 130);
  assertStringIncludes(
    ended.stderr,
    "$ rowferry init crm.csv --to showads --output crm.showads.yaml",
  );
  assert(asked.length >= 4, "init asks what it can't know");
});

Deno.test("of several destinations with settings the guide asks which, and of none it knows all", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", ROWS);
  const options = async (env: Record<string, string>) => {
    const { asked, io } = person("rows.csv", null);
    await dir.run([], { env, terminal: true, io });
    return asked[1] ?? [];
  };
  const both = { ...SHOWADS, MPARTICLE_API_KEY: "the-key" };
  assertEquals(await options(both), [
    "Where do the rows of rows.csv go?",
    "mparticle  (mParticle, by the environment)",
    "showads  (ShowAds, by the environment)",
  ]);
  const all = await options({});
  assert(all.includes("showads  (needs API_URL and PROJECT_KEY)"), all.join("\n"));
});

Deno.test("import without a file asks which, and sends to the only destination with settings", async () => {
  await using dir = await Workdir.make();
  await using api = await standIn("showads");
  await dir.write("rows.csv", ROWS);
  const { asked, io } = person("rows.csv");
  const ended = await dir.run(["import", "--batch-size", "1"], {
    env: api.env,
    terminal: true,
    io,
  });
  assertCode(ended, 0);
  assertEquals(asked[0]?.[0], "Which file?");
  assertStringIncludes(ended.stdout, "2 of 2 rows accepted");
  assertEquals(api.received.statuses[200], 3, "a login, and a request for each row: flags hold");

  const left = await dir.run(["import"], { env: api.env, terminal: true, io: person(null).io });
  assertEquals([left.code, left.stderr], [130, "rowferry: Cancelled: nothing was sent\n"]);
});

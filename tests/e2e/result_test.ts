/**
 * What scripts read: `--json` on every exit but 2 and 70, `validate` in its formats, closed pipes.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { gzipSync } from "node:zlib";
import { programCommand } from "../support/process.ts";
import { standIn } from "../support/stand_in.ts";
import { assertCode, signals, type Surroundings, Workdir } from "../support/workdir.ts";

const HEADER = "Name,Age,Cookie,Banner_id\n";
const GOOD = `${HEADER}Ann,30,c1,7\n`;
/** Valid, invalid in one column, in two, filtered, broken, and a cookie seen before. */
const MIXED = `${HEADER}Ann,30,c1,7
4nn,30,c2,7
B0b,30,c3,120
Cid,17,c4,7
Dan,30
Eve,40,c1,8
`;

const down = () => new Response(null, { status: 503 });
const refuse = () => new Response(null, { status: 403 });

interface Ending {
  readonly code: number;
  readonly status: "completed" | "stopped";
  readonly csv?: string;
  readonly answer?: () => Response;
  readonly signal?: "SIGINT" | "SIGTERM";
}

const endings: readonly Ending[] = [
  { code: 0, status: "completed" },
  { code: 1, status: "completed", csv: MIXED },
  { code: 3, status: "stopped", answer: down },
  { code: 4, status: "stopped", answer: refuse },
  { code: 130, status: "stopped", signal: "SIGINT" },
  { code: 143, status: "stopped", signal: "SIGTERM" },
];

for (const { code, status, csv = GOOD, answer, signal } of endings) {
  Deno.test(`--json prints the result of import, resume and send where they exit ${code}`, async () => {
    for (const command of ["import", "resume", "send"]) {
      await using dir = await Workdir.make();
      await dir.write("rows.csv", csv);
      const { onStopSignal, send } = signals();
      let ready = command !== "resume";
      await using api = await standIn("showads", {
        onRequest: ({ path }) => {
          if (path === "/auth") return undefined;
          if (!ready) return down();
          if (signal) send(signal);
          return signal ? down() : answer?.();
        },
      });
      const surroundings: Surroundings = { env: api.env, io: { onStopSignal } };
      const importing = ["import", "rows.csv", "--to", "showads", "--retry-for", "1ms"];
      const name = csv === MIXED ? "4nn" : "Ann";
      const record = ["Age=30", "Cookie=c1", "Banner_id=7", `Name=${name}`];
      const args = {
        import: importing,
        resume: ["resume"],
        send: [
          "send",
          "--to",
          "showads",
          "--retry-for",
          "1ms",
          ...record.flatMap((pair) => ["--set", pair]),
        ],
      }[command] ?? [];
      if (!ready) assertCode(await dir.run(importing, surroundings), 3);
      ready = true;
      const ended = await dir.run([...args, "--json"], surroundings);
      assertCode(ended, code);
      const result = JSON.parse(ended.stdout);
      assertEquals(ended.stdout.trimEnd().split("\n").length, 1);
      assertEquals([result.command, result.status, result.exitCode], [command, status, code]);
      assertEquals(typeof result.reason, status === "stopped" ? "string" : "object");
      assertEquals(result.destination, "showads");
      const { rows } = result;
      const sum = rows.accepted + rows.filtered + rows.rejected + rows.unknown + rows.pending;
      assertEquals(rows.read, sum);
      for (const key of ["bytesSent", "durationMs", "rowsPerSecond"]) {
        assertEquals(typeof result[key], "number", key);
      }
      assertEquals(Object.keys(result.requests), ["sent", "retried"]);
      assertEquals(Object.keys(result.files), ["checkpoint", "rejected", "errors"]);
      for (const path of Object.values(result.files)) {
        if (path !== null) assert((await Deno.stat(dir.file(path as string))).isFile);
      }
      if (command !== "send") assertMatch(result.runId, /^\d{8}T\d{6}Z-[0-9a-f]{4}$/);
    }
  });
}

Deno.test("validate tells the same in its three formats, and sends nothing", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", MIXED);
  const args = ["validate", "rows.csv", "--to", "showads"];
  const json = await dir.json(args);
  assertEquals(json.rows, { read: 6, valid: 2, filtered: 1, invalid: 3 });
  assertEquals(json.exitCode, 1);
  assertEquals(json.columns.Name, { "invalid-characters": 2 });
  assertEquals(json.columns.Banner_id, { "out-of-range": 1 });
  assertEquals(json.errors.map(({ row, line }: Record<string, number>) => [row, line]), [
    [2, 3],
    [3, 4],
    [5, 6],
  ]);
  const text = await dir.run(args);
  assertCode(text, 1);
  const github = await dir.run([...args, "--format", "github"]);
  assertCode(github, 1);
  for (const { column, code, message } of json.errors) {
    assertStringIncludes(text.stdout.replaceAll(/\s+/g, " "), message.slice(0, 20));
    assertMatch(github.stdout, new RegExp(`::error file=rows\\.csv,line=\\d+.*title=${code}::`));
    if (column !== null) assertStringIncludes(github.stdout, `column ${column}`);
  }
  assertMatch(github.stdout, /::notice title=rowferry validate::6 rows read: 2 valid, 1 filtered/);
  assertEquals(JSON.parse((await dir.run([...args, "--format", "json"])).stdout).rows, json.rows);
  assertEquals(await dir.tree(), ["rows.csv"]);
});

Deno.test("validate --rejected writes the invalid rows as they stood, and they can be mended", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", MIXED);
  await dir.write("bad.csv", "left by an earlier call");
  const args = ["validate", "rows.csv", "--to", "showads", "--rejected", "bad.csv"];
  assertEquals((await dir.json(args)).rejectedFile, "bad.csv");
  assertEquals(await dir.read("bad.csv"), `${HEADER}4nn,30,c2,7\nB0b,30,c3,120\nDan,30\n`);
  const mended = (await dir.read("bad.csv")).replace("4nn", "Ann").replace("B0b", "Bob")
    .replace("120", "12").replace("Dan,30", "Dan,30,c5,1");
  await dir.write("bad.csv", mended);
  assertEquals((await dir.json(["validate", "bad.csv", "--to", "showads"])).exitCode, 0);
  await dir.write("rows.csv", GOOD);
  assertEquals((await dir.json(args)).rejectedFile, null);
  assertEquals(await dir.tree(), ["rows.csv"]); // Nothing invalid, so no file.
  const onto = await dir.run(["validate", "rows.csv", "--to", "showads", "--rejected", "rows.csv"]);
  assertCode(onto, 2);
  assertEquals(await dir.read("rows.csv"), GOOD);
});

Deno.test("validate --rejected takes the place of files only", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", MIXED);
  const args = ["validate", "rows.csv", "--to", "showads", "--rejected"];
  const invalid = `${HEADER}4nn,30,c2,7\nB0b,30,c3,120\nDan,30\n`;

  await dir.write("old.csv", "left by an earlier call");
  assertCode(await dir.run([...args, "old.csv", "--unique", "Nope"]), 2);
  assertEquals(await dir.read("old.csv"), "left by an earlier call");

  await Deno.mkdir(dir.file("folder"));
  const onFolder = await dir.run([...args, "folder"]);
  assertCode(onFolder, 2);
  assertMatch(onFolder.stderr, /cannot write folder: it is a folder/);

  await Deno.symlink(dir.file("old.csv"), dir.file("link.csv"));
  await Deno.symlink(dir.file("nothing"), dir.file("dangling.csv"));
  for (const link of ["link.csv", "dangling.csv"]) {
    const onLink = await dir.run([...args, link]);
    assertCode(onLink, 2);
    assertMatch(onLink.stderr, /cannot write (link|dangling)\.csv: it is a link to/);
    assertEquals((await Deno.lstat(dir.file(link))).isSymlink, true);
  }
  assertEquals(await dir.read("old.csv"), "left by an earlier call");

  // Whoever could read what was there, can't read what takes its place.
  await Deno.chmod(dir.file("old.csv"), 0o644);
  await Deno.link(dir.file("old.csv"), dir.file("other.csv"));
  assertCode(await dir.run([...args, "old.csv"]), 1);
  assertEquals(await dir.read("old.csv"), invalid);
  assertEquals(((await Deno.stat(dir.file("old.csv"))).mode ?? 0) & 0o777, 0o600);
  assertEquals(await dir.read("other.csv"), "left by an earlier call");

  assertEquals((await new Deno.Command("mkfifo", { args: [dir.file("pipe")] }).output()).code, 0);
  // Of another process, as a reader is: Deno 2.4 opens both ends in one turn.
  const reading = new Deno.Command("cat", { args: [dir.file("pipe")] }).output();
  assertCode(await dir.run([...args, "pipe"]), 1);
  assertEquals(new TextDecoder().decode((await reading).stdout), invalid);
});

Deno.test("validate --unique finds repeated values, and names the row that had them first", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", MIXED);
  const args = ["validate", "rows.csv", "--to", "showads", "--unique"];
  const { rows, errors } = await dir.json([...args, "Cookie"]);
  assertEquals(rows.invalid, 4);
  assertEquals([errors.at(-1).row, errors.at(-1).column], [6, "Cookie"]);
  assertStringIncludes(errors.at(-1).message, "row 1");
  const wrong = await dir.run([...args, "Cokie"]);
  assertCode(wrong, 2);
  assertMatch(wrong.stderr, /no column "Cokie"; did you mean "Cookie"\?/);
});

Deno.test("validate --max-errors stops early, and --limit shows fewer", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", MIXED);
  const args = ["validate", "rows.csv", "--to", "showads"];
  const stopped = await dir.json([...args, "--max-errors", "1"]);
  assertEquals([stopped.status, stopped.exitCode], ["stopped", 1]);
  assertMatch(stopped.reason, /more than 1 row is invalid \(--max-errors\)/);
  assertEquals((await dir.json([...args, "--max-errors", "3"])).status, "completed");
  assertEquals((await dir.json([...args, "--max-errors", "50%"])).status, "completed");
  assertEquals((await dir.json([...args, "--max-errors", "49%"])).status, "stopped");
  const limited = await dir.json([...args, "--limit", "1"]);
  assertEquals([limited.errors.length, limited.rows.invalid], [1, 3]);
  assertEquals((await dir.json([...args, "--limit", "0"])).errors, []);
});

Deno.test("validate reads standard input and gzip, and exits 0 when all rows are valid", async () => {
  await using dir = await Workdir.make();
  const result = await dir.json(["validate", "-", "--to", "showads"], { stdin: GOOD });
  assertEquals([result.exitCode, result.rows.valid], [0, 1]);
  const gzip = new Blob([GOOD]).stream().pipeThrough(new CompressionStream("gzip"));
  const zipped = await dir.json(["validate", "-", "--to", "showads"], { stdin: gzip });
  assertEquals(zipped.rows, result.rows);
});

Deno.test("validate tells what it read of a file that can't be read to its end", async () => {
  await using dir = await Workdir.make();
  const rows = Array.from(
    { length: 20_000 },
    (_, n) => `${n % 2 ? "Ann" : "4nn"},3${n % 7},c${n},7`,
  );
  const csv = gzipSync(`${HEADER}${rows.join("\n")}\n`);
  await dir.write("rows.csv.gz", csv.subarray(0, csv.length - 1_000));
  const ended = await dir.run(["validate", "rows.csv.gz", "--to", "showads", "--json"]);
  assertCode(ended, 3);
  const result = JSON.parse(ended.stdout);
  assertEquals([result.command, result.status, result.exitCode], ["validate", "stopped", 3]);
  assertMatch(result.reason, /rows\.csv\.gz: its gzip data is damaged or cut off after \d+/);
  assertEquals(result.rows.read, result.rows.valid + result.rows.invalid);
});

for (
  const args of [
    ["validate", "rows.csv", "--to", "showads", "--limit", "100000"],
    ["import", "rows.csv", "--to", "showads", "--sandbox", "--verbose"],
    ["--help"],
    ["mapping", "mparticle"],
  ]
) {
  Deno.test(`a closed pipe is no error: ${args.join(" ")}`, async () => {
    await using dir = await Workdir.make();
    const bad = Array.from({ length: 3000 }, (_, index) => `4nn,30,c${index},7\n`).join("");
    await dir.write("rows.csv", `${GOOD}${args[0] === "validate" ? bad : ""}`);
    const command = programCommand(args).map((word) => `'${word}'`).join(" ");
    for (const closed of ["| head -c 0", "2>&1 | head -c 0", ">&- 2>&-"]) {
      const script = closed.includes("|")
        ? `${command} ${closed}; exit \${PIPESTATUS[0]}`
        : `${command} ${closed}`;
      const { code, stderr } = await new Deno.Command("bash", {
        args: ["-c", script],
        cwd: dir.path,
      }).output();
      const expected = args[0] === "validate" ? 1 : 0;
      assertEquals(code, expected, `${closed}: ${new TextDecoder().decode(stderr)}`);
    }
  });
}

Deno.test({
  name: "a full disk under standard output is told in one sentence, and a complete run is complete",
  ignore: Deno.build.os !== "linux", // The only one with a /dev/full.
  async fn() {
    await using dir = await Workdir.make();
    await dir.write("rows.csv", GOOD);
    const importing = programCommand(["import", "rows.csv", "--to", "showads", "--sandbox"]);
    for (const full of ["1", "2"]) {
      const { code, stderr } = await new Deno.Command("bash", {
        args: ["-c", `"$@" --verbose ${full}>/dev/full`, "bash", ...importing],
        cwd: dir.path,
      }).output();
      assertEquals(code, 0); // Another code would have a script import the file once more.
      const told = full === "1"
        ? /^rowferry: Cannot write to standard output: no space.*\n$/m
        : /^$/;
      assertMatch(new TextDecoder().decode(stderr), told);
    }
  },
});

Deno.test("standard error holds nothing but JSON where logs are asked for as JSON", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", GOOD);
  const args = ["import", "rows.csv", "--to", "showads", "--sandbox", "--verbose"];
  const { stderr } = await dir.run([...args, "--log-format", "json"]);
  for (const line of stderr.trimEnd().split("\n")) JSON.parse(line);
});

Deno.test("standard input that can't be read is a usage error", async () => {
  await using dir = await Workdir.make();
  const refused = Object.assign(new Error("EISDIR"), { code: "EISDIR" });
  for (
    const [command, ...flags] of [["validate"], ["import", "--sandbox"], ["send", "--sandbox"]]
  ) {
    const stdin = new ReadableStream<Uint8Array>({ pull: () => Promise.reject(refused) });
    const args = [command ?? "", "-", "--to", "showads", ...flags];
    const { code, stderr } = await dir.run(args, { stdin });
    assertEquals(code, 2, stderr);
    assertMatch(stderr, /Cannot read .*standard input: it is a folder/);
  }
});

Deno.test("/dev/stdin is standard input", async () => {
  await using dir = await Workdir.make();
  const args = ["validate", "/dev/stdin", "--to", "showads"];
  assertEquals((await dir.json(args, { stdin: GOOD })).exitCode, 0);
  const imported = ["import", "/dev/stdin", "--to", "showads", "--sandbox"];
  assertEquals((await dir.json(imported, { stdin: GOOD })).source, "/dev/stdin");
});

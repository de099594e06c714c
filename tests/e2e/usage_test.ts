/**
 * Every mistake of the person at the keyboard: one clear sentence, exit code 2, and no request.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { standIn } from "../support/stand_in.ts";
import { assertCode, Workdir } from "../support/workdir.ts";

const GOOD = "Name,Age,Cookie,Banner_id\nAnn Lee,30,c1,7\n";

interface Mistake {
  readonly what: string;
  readonly args: readonly string[];
  readonly csv?: string | null;
  readonly env?: Record<string, string>;
  readonly says: RegExp;
}

const IMPORT = ["import", "customers.csv", "--to", "showads"];

const mistakes: readonly Mistake[] = [
  {
    what: "a missing column",
    args: IMPORT,
    csv: "Name,Age,Cookie\nAnn,30,c1\n",
    says: /customers\.csv lacks the column "Banner_id"/,
  },
  {
    what: "a renamed column",
    args: ["import", "customers.csv", "--to", "mparticle"],
    csv: "customer_id,email address \nC1,a@example.com\n",
    says: /"Email Address" \(nearest: "email address "\)/,
  },
  {
    what: "a column whose name would clear the terminal",
    args: IMPORT,
    csv: "Name,Age,Cookie\x1b[J,Banner_id\nAnn,30,c1,7\n",
    says: /nearest: "Cookie\\u001b\[J"/,
  },
  {
    what: "a doubled column",
    args: IMPORT,
    csv: "Name,Age,Cookie,Banner_id,banner_id\nAnn,30,c1,7,7\n",
    says: /customers\.csv has the columns "Banner_id" and "banner_id", which mean the same/,
  },
  {
    what: "no such file",
    args: ["import", "nowhere.csv", "--to", "showads"],
    says: /nowhere\.csv: no such file/,
  },
  { what: "a folder", args: ["import", ".", "--to", "showads"], says: /it is a folder/ },
  { what: "an empty file", args: IMPORT, csv: "", says: /customers\.csv is empty/ },
  {
    what: "a workbook",
    args: IMPORT,
    csv: "PK\x03\x04",
    says: /customers\.csv: as an Excel workbook it is damaged or not finished/,
  },
  { what: "a missing key", args: IMPORT, env: { PROJECT_KEY: "" }, says: /PROJECT_KEY/ },
  {
    what: "a batch size of zero",
    args: [...IMPORT, "--batch-size", "0"],
    says: /--batch-size takes a whole number of at least 1, not "0"/,
  },
  {
    what: "a batch size that is no whole number",
    args: [...IMPORT, "--batch-size", "10abc"],
    says: /--batch-size takes a whole number of at least 1, not "10abc"/,
  },
  {
    what: "a batch size beyond the destination's limit",
    args: [...IMPORT, "--batch-size", "1001"],
    says: /--batch-size 1001: showads takes at most 1000 rows a request/,
  },
  {
    what: "a flag that says two things",
    args: [...IMPORT, "--batch-size", "2", "--batch-size", "3"],
    says: /--batch-size is given twice, with different values/,
  },
  {
    what: "no such destination",
    args: ["import", "customers.csv", "--to", "nowhere"],
    says: /No destination is called "nowhere"/,
  },
  {
    what: "a misspelt destination",
    args: ["import", "customers.csv", "--to", "showad"],
    says: /did you mean showads\?/,
  },
  {
    what: "no destination, where several have settings",
    args: ["import", "customers.csv"],
    env: { MPARTICLE_API_KEY: "the-key" },
    says: /--to is missing: name the destination: mparticle and showads have settings/,
  },
  {
    what: "a misspelt flag",
    args: [...IMPORT, "--batchsize", "5"],
    says: /unknown option '--batchsize'; did you mean --batch-size\?/,
  },
  { what: "a misspelt command", args: ["imprt", "customers.csv"], says: /unknown command 'imprt'/ },
  {
    what: "a misspelt variable",
    args: IMPORT,
    env: { ROWFERRY_LOGDIR: "x" },
    says:
      /ROWFERRY_LOGDIR in the environment is no setting of rowferry; did you mean ROWFERRY_LOG_DIR\?/,
  },
  {
    what: "a variable that holds no number",
    args: IMPORT,
    env: { MIN_AGE: "eighteen" },
    says: /MIN_AGE in the environment takes a whole number of at least 0, not "eighteen"/,
  },
  {
    what: "a missing --env-file",
    args: [...IMPORT, "--env-file", "other.env"],
    says: /Cannot read other\.env: no such file/,
  },
  {
    what: "credentials over plain http",
    args: IMPORT,
    env: { API_URL: "http://api.example.com", PROJECT_KEY: "key" },
    says: /API_URL would send the credentials in the clear: .*, or add --insecure-http/,
  },
  {
    what: "no credentials",
    args: IMPORT,
    env: { API_URL: "", PROJECT_KEY: "" },
    says: /set them in the environment or in \.env \(a rehearsal with --sandbox needs/,
  },
  {
    what: "an age filter where there is no age",
    args: ["import", "customers.csv", "--to", "mparticle", "--min-age", "18"],
    csv: null,
    says: /age/,
  },
  {
    what: "nothing to resume",
    args: ["resume"],
    says: /There is no unfinished run in log/,
  },
  {
    what: "--resume without an unfinished run",
    args: [...IMPORT, "--resume"],
    says: /No unfinished run of customers\.csv to resume/,
  },
  {
    what: "--resume with --restart",
    args: [...IMPORT, "--resume", "--restart"],
    says: /--resume and --restart exclude each other/,
  },
  {
    what: "--quiet with --verbose",
    args: [...IMPORT, "-q", "-v"],
    says: /--quiet and --verbose exclude each other/,
  },
  {
    what: "--single with --batch-size",
    args: [...IMPORT, "--single", "--batch-size", "10"],
    says: /--single and --batch-size exclude each other/,
  },
  {
    what: "--dump without --dry-run",
    args: [...IMPORT, "--dump", "bodies.jsonl"],
    says: /--dump goes with --dry-run/,
  },
  {
    what: "--dry-run with --restart",
    args: [...IMPORT, "--dry-run", "--restart"],
    says: /--dry-run checks the whole file and records nothing: leave .* out/,
  },
  { what: "help on no command", args: ["help", "imprt"], says: /unknown command 'imprt'/ },
  {
    what: "an empty span of ages",
    args: [...IMPORT, "--min-age", "30", "--max-age", "20"],
    says: /No age is at least 30 and at most 20/,
  },
  { what: "send without a record", args: ["send", "--to", "showads"], says: /No record is given/ },
  {
    what: "send with a column that is not there",
    args: ["send", "--to", "showads", "--set", "Nmae=Ann"],
    says: /The mapping has no column "Nmae"/,
  },
  {
    what: "a mapping for another destination",
    args: ["send", "--to", "mparticle", "--mapping", "customers.csv", "--set", "Name=Ann"],
    csv:
      "{destination: showads, columns: [{from: C, to: VisitorCookie}, {from: B, to: BannerId, type: integer}]}",
    says: /is a mapping for showads, not for mparticle: leave --to out$/m,
  },
];

for (const { what, args, csv = GOOD, env = {}, says } of mistakes) {
  Deno.test(`${what} is told in one sentence, exits 2 and sends nothing`, async () => {
    await using dir = await Workdir.make();
    const policies = new URL("../../examples/policies.csv", import.meta.url);
    await dir.write("customers.csv", csv ?? await Deno.readTextFile(policies));
    const destination = args.includes("mparticle") ? "mparticle" : "showads";
    await using api = await standIn(destination);
    const ended = await dir.run(args, { env: { ...api.env, ...env } });
    assertCode(ended, 2);
    assertMatch(ended.stderr, says);
    assertMatch(ended.stderr, /^rowferry: (?:.+\n)+$/);
    assertEquals(ended.stdout, "");
    assertEquals(api.received.requests, 0);
  });
}

for (
  const [what, args, command] of [
    ["a file that is not there", ["import", "nowhere.csv", "--to", "showads"], "import"],
    ["a flag that there isn't", ["import", "x.csv", "--frobnicate"], "import"],
    ["a setting that will not do", ["resume", "--rate", "fast"], "resume"],
    ["a file to check that is not there", ["validate", "x.csv", "--to", "showads"], "validate"],
    ["no such command", ["frobnicate"], "frobnicate"],
  ] as [string, string[], string][]
) {
  Deno.test(`--json tells a refusal as an object too: ${what}`, async () => {
    await using dir = await Workdir.make();
    const ended = await dir.run([...args, "--json"]);
    assertCode(ended, 2);
    const told = JSON.parse(ended.stdout);
    assertEquals([told.command, told.status, told.exitCode], [command, "refused", 2]);
    assertEquals(`rowferry: ${told.reason}\n`, ended.stderr);
  });
}

Deno.test("--help and --version go to stdout and exit 0", async () => {
  await using dir = await Workdir.make();
  for (const args of [["--help"], ["import", "--help"], ["help", "resume"], ["--version"]]) {
    const ended = await dir.run(args);
    assertCode(ended, 0);
    assertMatch(ended.stdout, /rowferry/);
    assertEquals(ended.stderr, "");
  }
});

Deno.test("help fits 80 columns", async () => {
  await using dir = await Workdir.make();
  for (const command of ["import", "resume", "send", "validate", "status", "init", "schema"]) {
    const { stdout } = await dir.run([command, "--help"]);
    assertEquals(stdout.split("\n").filter((line) => line.length > 80), []);
  }
});

Deno.test("a pipe that has no name is asked for on standard input", async () => {
  await using dir = await Workdir.make();
  const { code, stderr } = await dir.run(["validate", "/dev/fd/63", "--to", "showads"]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, "given as -");
});

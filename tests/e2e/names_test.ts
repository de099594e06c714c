/**
 * What people type who mean a file, a command or a flag that is called otherwise: the sentence that helps.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { standIn } from "../support/stand_in.ts";
import { assertCode, Workdir } from "../support/workdir.ts";

const ROWS = "Name,Age,Cookie,Banner_id\nAnn,17,c1,1\nBo,30,c2,2\nCy,70,c3,3\n";

/** Calls, and what is said to them, in a folder with some files. */
const CALLS: readonly (readonly [args: readonly string[], says: string])[] = [
  [["improt", "a.csv"], "unknown command 'improt'; did you mean import?"],
  [["help", "improt"], "unknown command 'improt'; did you mean import?"],
  [["frobnicate"], "unknown command 'frobnicate'; there are import, resume, send, validate,"],
  [["a.csv"], "a.csv is a file, not a command: rowferry import a.csv\n"],
  [["import", "a.csv", "--sanbox"], "unknown option '--sanbox'; did you mean --sandbox?"],
  [
    ["import", "a.csv", "--frobnicate"],
    "unknown option '--frobnicate'; rowferry import --help lists the flags",
  ],
  [
    ["import", "a.cvs"],
    "Cannot read a.cvs: no such file or folder; did you mean a.csv?",
  ],
  [
    ["import", "data/custmers.csv"],
    "Cannot read data/custmers.csv: no such file or folder; did you mean data/customers.csv?",
  ],
  [
    ["import", "dat/customers.csv"],
    "Cannot read dat/customers.csv: no such file or folder: there is no folder dat",
  ],
  [["import", "something else"], "Cannot read something else: no such file or folder\n"],
  [
    ["import", "data"],
    "Cannot read data: it is a folder; name a file in it: data/customers.csv and data/more.csv.gz",
  ],
  [
    ["import", "empty/"],
    "Cannot read empty/: it is a folder; it holds no CSV file and no workbook",
  ],
  [
    ["import", "data/c*.csv"],
    "Cannot read data/c*.csv: it is a pattern, and it stands for data/customers.csv: name one",
  ],
  [["import", "*.xlsx"], "Cannot read *.xlsx: it is a pattern, and no file has such a name"],
  [
    ["import", "with", "blanks.csv", "--restart"],
    "A name with blanks stands in quotes: rowferry import 'with blanks.csv' --restart\n",
  ],
  [
    ["import", "a.csv", "with blanks.csv", "--to", "showads"],
    "import takes one file at a time, and 2 are named: for file in a.csv 'with blanks.csv'; " +
    'do rowferry import "$file" --to showads; done\n',
  ],
  [["init", "a.cvs", "--to", "http"], "Cannot read a.cvs: no such file or folder; did you mean"],
];

Deno.test("whoever misspells a file, a command or a flag is told what may be meant", async () => {
  await using dir = await Workdir.make();
  for (const folder of ["data", "empty"]) await Deno.mkdir(dir.file(folder));
  for (const name of ["a.csv", "with blanks.csv", "data/customers.csv", "data/more.csv.gz"]) {
    await dir.write(name, ROWS);
  }
  for (const [args, says] of CALLS) {
    const { code, stdout, stderr } = await dir.run(args);
    assertEquals([code, stdout], [2, ""], args.join(" "));
    assertStringIncludes(`\n${stderr}`, `\nrowferry: ${says}`);
  }
});

Deno.test("a command that lacks its file shows its help", async () => {
  await using dir = await Workdir.make();
  const { code, stderr } = await dir.run(["validate"]);
  assertEquals(code, 2);
  assertMatch(stderr, /^Usage: rowferry validate /);
  assertMatch(stderr, /\nrowferry: validate lacks an argument: rowferry validate <files\.\.\.>\n$/);
});

Deno.test("the older connector's -mi and -ma are understood, whatever stands around them", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", ROWS);
  const filtered = async (...flags: string[]) => {
    const { rows } = await dir.json(["validate", "rows.csv", "--to", "showads", ...flags]);
    return rows.filtered;
  };
  assertEquals(await filtered("-mi", "18"), 1);
  assertEquals(await filtered("-mi=18", "-ma", "65"), 2);
  const { code, stderr } = await dir.run(["validate", "rows.csv", "-ma", "old", "--to", "showads"]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, "--max-age takes a whole number");
});

Deno.test("whoever gives - at a terminal is told that standard input is read, and how it ends", async () => {
  await using dir = await Workdir.make();
  await using api = await standIn("showads");
  const says = "Reads standard input: type or paste rows, then press Ctrl-D.\n";
  for (const command of ["validate", "import"]) {
    const args = [command, "-", "--to", "showads", "--no-progress"];
    const here = await dir.run(args, { env: api.env, stdin: ROWS, terminal: true });
    assertCode(here, 0);
    assertStringIncludes(here.stderr, says);
    const piped = await dir.run([...args, ...(command === "import" ? ["--again"] : [])], {
      env: api.env,
      stdin: ROWS,
    });
    assertEquals(piped.stderr.includes(says), false);
  }
});

/**
 * Files as people have them, from the command line: what is read, what is said of a file that lacks
 * columns, and a stopped run of a file that is written in its own way.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { withFaults } from "../support/faults.ts";
import { standIn } from "../support/stand_in.ts";
import { rowsOf, workbookOf } from "../support/workbook.ts";
import { assertCode, Workdir } from "../support/workdir.ts";

const MAPPING = JSON.stringify({
  destination: "http",
  http: { url: "http://127.0.0.1:9/x", envelope: { format: "ndjson" } },
  columns: [{ from: "id", to: "id", required: true }, { from: "email", to: "email" }],
});

function mappingWith(csv: unknown): string {
  return JSON.stringify({ ...JSON.parse(MAPPING), csv });
}

/** Reads a file by a mapping, and gives the bodies' lines. */
async function sent(csv: string | Uint8Array, mapping: string, flags: readonly string[] = []) {
  await using dir = await Workdir.make();
  await dir.write("in.csv", csv);
  await dir.write("map.yaml", mapping);
  const args = ["import", "in.csv", "--mapping", "map.yaml", "--dry-run", "--dump", "d.txt"];
  const { rows, exitCode } = await dir.json([...args, ...flags]);
  const dumped = (await dir.read("d.txt").catch(() => "")).trim();
  return { rows, exitCode, dumped: dumped === "" ? [] : dumped.split("\n") };
}

Deno.test("UTF-8 that a mapping takes for another encoding is refused, however late its letters come", async () => {
  await using dir = await Workdir.make();
  await dir.write("in.csv", `id,email\n${"1,plain\n".repeat(30_000)}2,Müller\n`);
  await dir.write("map.yaml", mappingWith({ encoding: "windows-1252" }));
  const { code, stderr } = await dir.run([
    "import",
    "in.csv",
    "--mapping",
    "map.yaml",
    "--dry-run",
  ]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, "in.csv is UTF-8, but the encoding is given as windows-1252");
  assertStringIncludes(stderr, "--encoding utf-8");
});

Deno.test("what the section csv of a mapping says need not be said again", async () => {
  const csv = "made today\n1|'a|b'\n// note\n2|x\\'y\nTotal: 2\n";
  const section = {
    delimiter: "pipe",
    header: ["id", "email"],
    skipLines: 1,
    comment: "//",
    quote: "'",
    escape: "\\",
    footer: ["^Total"],
    encoding: "windows-1252",
  };
  const { dumped, exitCode } = await sent(csv, mappingWith(section));
  assertEquals(dumped, ['{"id":"1","email":"a|b"}', `{"id":"2","email":"x'y"}`]);
  assertEquals(exitCode, 0);
});

Deno.test("flags win over the mapping, one by one", async () => {
  const section = { delimiter: ";", header: "none" };
  const { dumped } = await sent("1,a\n2,b\n", mappingWith(section), [
    ...["--delimiter", ",", "--header", "id,email"],
  ]);
  assertEquals(dumped, ['{"id":"1","email":"a"}', '{"id":"2","email":"b"}']);
});

Deno.test("the decimal character of a file holds where a column doesn't say its own", async () => {
  const columns = [
    { from: "a", to: "a", type: "number" },
    { from: "b", to: "b", type: "number", decimal: "." },
  ];
  const mapping = JSON.stringify({ ...JSON.parse(MAPPING), columns, csv: { decimal: "," } });
  const { dumped } = await sent("a;b\n1,5;1.5\n", mapping);
  assertEquals(dumped, ['{"a":1.5,"b":1.5}']);
  const { rows } = await sent("a;b\n1,5;1.5\n", mapping, ["--decimal", "."]);
  assertEquals(rows.rejected, 1);
});

Deno.test("what is no row is told in the results", async () => {
  await using dir = await Workdir.make();
  await dir.write("in.csv", "id,email\n1,a\n,\n2,b");
  await dir.write("map.yaml", MAPPING);
  const args = ["validate", "in.csv", "--mapping", "map.yaml"];
  const leftOut = { emptyRows: 1, commentLines: 0, footerLines: 0, lastLineIsOpen: true };
  assertEquals((await dir.json(args)).leftOut, leftOut);
  const { stdout } = await dir.run(args);
  assertStringIncludes(stdout, "Left out: 1 row without any value.");
  assertStringIncludes(stdout, "The last line has no line end");
  const run = await dir.json(["import", ...args.slice(1), "--dry-run"]);
  assertEquals([run.rows.read, run.leftOut], [2, leftOut]);
});

Deno.test("a wrong section csv is told with its place", async () => {
  await using dir = await Workdir.make();
  await dir.write("in.csv", "id,email\n1,a\n");
  for (
    const [section, says] of [
      [{ delimiter: ",," }, /map\.yaml:1:\d+: delimiter: takes one ASCII character/],
      [{ encoding: "klingon" }, /encoding: takes an encoding's name/],
      [{ footer: ["("] }, /expected a regular expression/],
      [{ skiplines: 1 }, /unknown key "skiplines" \(nearest: "skipLines"\)/],
    ] as const
  ) {
    await dir.write("map.yaml", mappingWith(section));
    const ended = await dir.run(["validate", "in.csv", "--mapping", "map.yaml"]);
    assertCode(ended, 2);
    assertMatch(ended.stderr, says);
  }
});

Deno.test("settings that a workbook, or any other file, can't heed are refused", async () => {
  await using dir = await Workdir.make();
  await dir.write("in.xlsx", workbookOf({ sheets: { A: rowsOf([["id", "email"], [1, "a"]]) } }));
  await dir.write("in.csv", "id,email\n1,a\n");
  await dir.write("map.yaml", mappingWith({ delimiter: ";", sheet: "A" })); // For both kinds.
  const args = (file: string) => ["validate", file, "--mapping", "map.yaml"];
  assertCode(await dir.run(args("in.xlsx")), 0);
  const workbook = await dir.run([...args("in.xlsx"), "--delimiter", ";"]);
  assertCode(workbook, 2);
  assertStringIncludes(workbook.stderr, "is an Excel workbook: leave --delimiter out");
  const csv = await dir.run([...args("in.csv"), "--sheet", "A", "--delimiter", ","]);
  assertCode(csv, 2);
  assertStringIncludes(csv.stderr, "is no Excel workbook: leave --sheet out");
});

Deno.test("a header without rows is an import of nothing, and an empty file is refused", async () => {
  const { rows, exitCode } = await sent("id,email\r\n", MAPPING);
  assertEquals([rows.read, exitCode], [0, 0]);
  await using dir = await Workdir.make();
  await dir.write("in.csv", "");
  await dir.write("map.yaml", MAPPING);
  const ended = await dir.run(["import", "in.csv", "--mapping", "map.yaml", "--dry-run"]);
  assertCode(ended, 2);
  assertStringIncludes(ended.stderr, "in.csv is empty");
});

const LACKING: readonly [what: string, csv: string, says: readonly string[]][] = [
  [
    "lines above the header",
    "Customer report,,\nGenerated: 2024-05-01,,\n\nid,email,name\n1,a@b.c,A\n",
    [
      '\nThe header on line 1 was read with the delimiter "," and the encoding utf-8 as ' +
      '"Customer report", "", ""',
      "Line 4 names the columns: --skip-lines 3",
      "rowferry init in.csv --to http",
    ],
  ],
  [
    "lines above a header with another delimiter",
    "Report, of today\nid;email\n1;a\n",
    ["Line 2 names the columns: --skip-lines 1 --delimiter ';'"],
  ],
  [
    "lines that are quoted as a whole",
    '"id,email"\n"1,a@b.c"\n',
    ["The header is one quoted column that holds the names"],
  ],
  [
    "a delimiter that is rare",
    "id^email\n1^a\n",
    ["Another delimiter gives the columns: --delimiter '^'"],
  ],
  [
    "an unseen character",
    "\u200bid,email\n1,a\n",
    ["the same but for U+200B (zero width space)"],
  ],
  [
    "a decomposed letter",
    "id,e\u0301mail\n1,a\n",
    ['"email" (nearest: "émail")'.normalize("NFD")],
  ],
  [
    "a letter of another script",
    "id,еmail\n1,a\n",
    ["the same but for U+0435 in place of U+0065"],
  ],
];

for (const [what, csv, says] of LACKING) {
  Deno.test(`columns that are missing are told with what the file has: ${what}`, async () => {
    await using dir = await Workdir.make();
    await dir.write("in.csv", csv);
    await dir.write("map.yaml", MAPPING);
    const ended = await dir.run(["validate", "in.csv", "--mapping", "map.yaml"]);
    assertCode(ended, 2);
    for (const text of says) assertStringIncludes(ended.stderr, text);
  });
}

Deno.test("a file without a header line imports with the flag that the message names, which shows no value", async () => {
  await using dir = await Workdir.make();
  await dir.write("unsent_2024-05-01.csv", "Anna Lee,30,c-1,5\nBen Poe,40,c-2,7\n");
  const args = ["validate", "unsent_2024-05-01.csv", "--to", "showads"];
  const refused = await dir.run(args);
  assertCode(refused, 2);
  assertStringIncludes(refused.stderr, "--header Name,Age,Cookie,Banner_id");
  assertEquals(/Anna|c-1|30/.test(refused.stderr), false);
  const ended = await dir.run([...args, "--header", "Name,Age,Cookie,Banner_id"]);
  assertCode(ended, 0);
  assertMatch(ended.stdout, /valid +2\n/);
});

const SHEET = rowsOf([
  ["Name", "Age", "Cookie", "Banner_id"],
  ...Array.from({ length: 20 }, (_, at) => ["Ann Lee", 30, `c${at}`, 7]),
]);

/** Two of these rows are rejected; three lines stand above them. */
const TITLED = "Title\n\nb@\n1,a@example.com\n2,b@\n3,c@\n4,d@example.com\n";
const NAMES = ["id", "email"];
const SKIPPING = ["--skip-lines", "3"];

/** The columns' names, the mapping's section `csv`, flags, and how many rows are read. */
const HEADLESS: readonly [
  what: string,
  names: readonly string[],
  csv: unknown,
  flags: readonly string[],
  read: number,
][] = [
  ["no header, by flags", ["1", "2"], {}, ["--header", "none", ...SKIPPING], 4],
  ["no header, by its mapping", ["1", "2"], { header: "none", skipLines: 3 }, [], 4],
  ["names by flags", NAMES, {}, ["--header", "id,email", ...SKIPPING], 4],
  ["names by its mapping", NAMES, { header: NAMES, skipLines: 3 }, [], 4],
  [
    "a footer like one of them",
    ["1", "2"],
    { header: "none", footer: ["^[34],"] },
    [...SKIPPING, "--footer", "^4,"],
    3,
  ],
];

for (const [what, [id, email], csv, flags, read] of HEADLESS) {
  Deno.test(`rejected rows are imported as they are, of a file with ${what}`, async () => {
    await using dir = await Workdir.make();
    const got: string[] = [];
    const script = ({ body }: { body: string }) => {
      got.push(...body.trim().split("\n"));
      return { status: 200, body: "{}" };
    };
    await withFaults(script, async ({ url }) => {
      const mapping = {
        destination: "http",
        http: { url, envelope: { format: "ndjson" } },
        columns: [{ from: id, to: "id" }, { from: email, to: "email", type: "email" }],
        csv,
      };
      await dir.write("in.csv", TITLED);
      await dir.write("map.json", JSON.stringify(mapping));
      const first = await dir.json(["import", "in.csv", "--mapping", "map.json", ...flags]);
      assertEquals([first.rows.read, first.rows.rejected], [read, 2]);
      const { rejected } = first.files;
      const mended = (await dir.read(rejected)).replaceAll(/([23],[bc]@)\n/g, "$1example.com\n");
      await dir.write(rejected, mended);
      got.length = 0;
      const { rows, exitCode } = await dir.json(["import", rejected]);
      assertEquals([rows.accepted, exitCode], [2, 0]);
    });
    assertEquals(got, ['{"id":"2","email":"b@example.com"}', '{"id":"3","email":"c@example.com"}']);
  });
}

/** Files of 20 rows that are written in their own way, and the flags that they need. */
const OWN_WAYS: readonly [what: string, csv: string | Uint8Array, flags: readonly string[]][] = [
  ["a workbook's cells", workbookOf({ sheets: { A: SHEET } }), []],
  [
    "the cells of a workbook's second sheet",
    workbookOf({ sheets: { Notes: rowsOf([["x"]]), Data: SHEET } }),
    ["--sheet", "Data"],
  ],
  ["lines that end in CR", fileOf("Name,Age,Cookie,Banner_id", ",", "\r"), []],
  ["a line sep=", `sep=;\r\n${fileOf("Name;Age;Cookie;Banner_id", ";", "\r\n")}`, []],
  ["empty rows", fileOf("Name,Age,Cookie,Banner_id", ",", "\n,,,\n"), []],
  ["no header", fileOf("", ",", "\n").slice(1), ["--header", "Name,Age,Cookie,Banner_id"]],
  [
    "lines to skip, comments and a footer",
    `Title\n\n${fileOf("Name,Age,Cookie,Banner_id", ",", "\n# note\n")}Total\n`,
    ["--skip-lines", "2", "--comment", "#", "--footer", "^Total"],
  ],
  [
    "single quotes and backslashes",
    fileOf("Name,Age,Cookie,Banner_id", ",", "\n").replaceAll(/c(\d+)/g, "'c\\'$1\n'"),
    ["--quote", "'", "--escape", "\\"],
  ],
];

function fileOf(header: string, delimiter: string, lineEnd: string): string {
  const rows = Array.from({ length: 20 }, (_, at) => ["Ann Lee", "30", `c${at}`, "7"]);
  return [header, ...rows.map((row) => row.join(delimiter)), ""].join(lineEnd);
}

for (const [what, csv, flags] of OWN_WAYS) {
  Deno.test(`a stopped run goes on where it was in a file with ${what}`, async () => {
    await using dir = await Workdir.make();
    await dir.write("in.csv", csv);
    let down = true;
    const taken: string[] = [];
    await using api = await standIn("showads", {
      onRequest: ({ path, body }) => {
        if (path === "/auth") return undefined;
        if (down && taken.length >= 8) return new Response(null, { status: 503 });
        taken.push(
          ...JSON.parse(body).Data.map((row: { VisitorCookie: string }) => row.VisitorCookie),
        );
        return undefined;
      },
    });
    const more = ["--batch-size", "2", "--concurrency", "1", "--retry-for", "1ms"];
    const args = ["import", "in.csv", "--to", "showads", ...more, ...flags];
    const first = await dir.json(args, { env: api.env });
    assertEquals(first.exitCode, 3);
    down = false;
    const { rows, exitCode } = await dir.json(["resume"], { env: api.env });
    assertEquals([rows.read, rows.accepted, exitCode], [20, 20, 0]);
    assertEquals(taken.map((cookie) => Number(/\d+/.exec(cookie)?.[0])), [...Array(20).keys()]);
  });
}

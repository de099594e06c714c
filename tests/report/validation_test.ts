import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  secondsAtLimits,
  type ToldValidation,
  type ValidationFacts,
  ValidationReport,
} from "../../src/report/validation.ts";
import { NOTHING_LEFT_OUT } from "../../src/model/left_out.ts";
import { renderValidationGithub } from "../../src/report/validation_github.ts";
import { renderValidationJson } from "../../src/report/validation_json.ts";
import { renderValidationText } from "../../src/report/validation_text.ts";
import type { Problem } from "../../src/model/problem.ts";
import type { Row } from "../../src/model/row.ts";

const RENEWAL: Problem = {
  code: "invalid-date",
  column: "Renewal",
  message: "The date is not in the form YYYY-MM-DD.",
  field: 2,
  suggestion: "2024-12-25",
};

const EMAIL: Problem = {
  code: "invalid-email",
  column: "E-mail, private",
  message: "This is not an e-mail address: 100% sure.",
  field: 1,
};

const RAGGED: Problem = {
  code: "ragged-row",
  column: null,
  message: "The row has 2 fields where the header has 3.",
};

function row(number: number, line: number, fields: readonly string[]): Row {
  const block = { text: "", offset: 0, unitBytes: 1 as const, bigEndian: false };
  return { number, line, start: 0, end: 0, fields, fault: null, verbatim: null, first: 0, block };
}

/** As in a file where every field is quoted. */
function locate({ line, fields }: Row, field: number) {
  const before = fields.slice(0, field).map((field) => `"${field}",`).join("");
  const lines = before.split("\n");
  return { line: line + lines.length - 1, column: 1 + (lines.at(-1)?.length ?? 0) };
}

const TOLD: Pick<ToldValidation, "reason" | "exitCode"> = { reason: null, exitCode: 1 };
const FACTS: ValidationFacts = {
  leftOut: NOTHING_LEFT_OUT,
  stop: null,
  destination: "mparticle",
  source: "data/policies.csv",
  read: 1005,
  wouldSend: {
    rows: 1000,
    requests: 10,
    bytes: 812_345,
    seconds: secondsAtLimits(
      { rows: 1000, requests: 10 },
      { rowsPerSecond: 270, requestLimits: [] },
    ),
  },
  rejectedFile: null,
  durationMs: 42.4,
};

function sample(
  limit: number,
  facts: Partial<ValidationFacts> = {},
  told: Partial<typeof TOLD> = {},
): ToldValidation {
  const report = new ValidationReport({ limit, locate });
  report.valid(600);
  report.valid(400);
  report.filtered("age-below-18", 1);
  report.invalid(row(17, 19, ["x\ny", "a@example.com", "25/12/2024"]), [RENEWAL]);
  report.invalid(row(40, 44, ["z", `ann@\x1b[2J${"n".repeat(50)}`, "1/2/2024"]), [EMAIL, RENEWAL]);
  report.invalid(row(41, 45, []), [RAGGED]);
  report.invalid(row(42, 46, ["z", "bo", "2024-01-01"]), [EMAIL]);
  return { ...report.result({ ...FACTS, ...facts }), ...TOLD, ...told };
}

const CLEAN = new ValidationReport({ limit: 20, locate });
CLEAN.valid(1005);

const PLAIN = { color: false };

Deno.test("the time that an import takes is that of its narrowest limit, by row or by request", () => {
  const requestLimits = [{ requests: 10, ms: 1_000 }, { requests: 150, ms: 60_000 }];
  const wouldSend = { rows: 1000, requests: 300 };
  assertEquals(secondsAtLimits(wouldSend, { rowsPerSecond: 270, requestLimits }), 120);
  assertEquals(secondsAtLimits(wouldSend, { rowsPerSecond: 2, requestLimits }), 500);
  assertEquals(secondsAtLimits(wouldSend, { rowsPerSecond: null, requestLimits: [] }), null);
});

Deno.test("the text report counts, groups, shows rows and says what would be sent", () => {
  assertEquals(
    renderValidationText(sample(2), PLAIN),
    `Checked data/policies.csv for mparticle: 4 of 1,005 rows invalid.

  read      1,005
  valid     1,000
  filtered      1  age-below-18: 1
  invalid       4

Problems by column, each with an example:
  Renewal
    2  invalid-date, as in row 17, line 20
       “25/12/2024”: use 2024-12-25
  E-mail, private
    2  invalid-email, as in row 40, line 44
       “ann@\\u001b[2Jnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn…”
  the whole row
    1  ragged-row, as in row 41, line 45

The first 2 invalid rows:
  row 17, line 20:20, Renewal
    The date is not in the form YYYY-MM-DD.
    “25/12/2024”: use 2024-12-25
  row 40, line 44:5, E-mail, private
    This is not an e-mail address: 100% sure.
    “ann@\\u001b[2Jnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn…”
  row 40, line 44:66, Renewal
    The date is not in the form YYYY-MM-DD.
    “1/2/2024”: use 2024-12-25

An import would send 1,000 rows in 10 requests (812 kB), which takes 3.7 s at
the least.
`,
  );
});

Deno.test("a file without invalid rows has a short report", () => {
  const result = { ...CLEAN.result(FACTS), ...TOLD, exitCode: 0 };
  assertEquals(
    renderValidationText({ ...result, wouldSend: { ...FACTS.wouldSend, seconds: null } }, PLAIN),
    `Checked data/policies.csv for mparticle: no invalid row.

  read      1,005
  valid     1,005
  filtered      0
  invalid       0

An import would send 1,000 rows in 10 requests (812 kB).
`,
  );
});

Deno.test("a check that stopped early says why, in each format", () => {
  const reason = "more than 3 rows are invalid (--max-errors)";
  const stop = { code: "too-many-errors", reason } as const;
  const result = sample(20, { stop }, { reason });
  assertStringIncludes(
    renderValidationText(result, PLAIN),
    `4 of 1,005 rows invalid.\nStopped before the end: ${reason}.\n`,
  );
  assertStringIncludes(renderValidationGithub(result), `Stopped before the end: ${reason}.\n`);
  const json = JSON.parse(renderValidationJson(result));
  assertEquals([json.status, json.reason], ["stopped", reason]);
});

Deno.test("the text report names the file that the invalid rows were written to", () => {
  const text = renderValidationText(sample(20, { rejectedFile: "bad.csv" }), PLAIN);
  assertStringIncludes(text, "The invalid rows, as they stood, are in\n  bad.csv\n");
});

Deno.test("the JSON report has the documented keys in their order, then the extras", () => {
  const date =
    '"column":"Renewal","code":"invalid-date","message":"The date is not in the form YYYY-MM-DD."' +
    ',"suggestion":"2024-12-25"}';
  assertEquals(
    renderValidationJson(sample(2)),
    '{"command":"validate","rows":{"read":1005,"valid":1000,"filtered":1,"invalid":4},' +
      '"columns":{"Renewal":{"invalid-date":2},"E-mail, private":{"invalid-email":2},' +
      '"(row)":{"ragged-row":1}},' +
      `"errors":[{"row":17,"line":20,${date},` +
      '{"row":40,"line":44,"column":"E-mail, private","code":"invalid-email",' +
      `"message":"This is not an e-mail address: 100% sure.","more":[{"line":44,${date}]}],` +
      '"durationMs":42,"status":"completed","reason":null,"exitCode":1,' +
      '"destination":"mparticle","source":"data/policies.csv","filteredBy":{"age-below-18":1},"leftOut":{"emptyRows":0,"commentLines":0,"footerLines":0,"lastLineIsOpen":false},' +
      '"wouldSend":{"rows":1000,"requests":10,"bytes":812345,"seconds":3.7},' +
      '"rejectedFile":null}\n',
  );
});

Deno.test("the workflow annotations point at line and column and end with the totals", () => {
  assertEquals(
    renderValidationGithub(sample(2, { source: "data/a,b:c.csv" })),
    `::error file=data/a%2Cb%3Ac.csv,line=20,col=20,title=invalid-date::Row 17, column Renewal: The date is not in the form YYYY-MM-DD. Use 2024-12-25.
::error file=data/a%2Cb%3Ac.csv,line=44,col=5,title=invalid-email::Row 40, column E-mail, private: This is not an e-mail address: 100%25 sure.
::error file=data/a%2Cb%3Ac.csv,line=44,col=66,title=invalid-date::Row 40, column Renewal: The date is not in the form YYYY-MM-DD. Use 2024-12-25.
::notice title=rowferry validate::1,005 rows read: 1,000 valid, 1 filtered, 4 invalid. The first 2 invalid rows shown.
`,
  );
});

Deno.test("an annotation of a whole row has no column, one of standard input no file", () => {
  const lines = renderValidationGithub(sample(20, { source: "-" })).split("\n");
  assertEquals(
    lines[3],
    "::error line=45,title=ragged-row::Row 41: The row has 2 fields where the header has 3.",
  );
  assert(!lines.at(-2)?.includes("shown"));
});

Deno.test("a header can't smuggle a workflow command into the annotations", () => {
  const report = new ValidationReport({ limit: 1, locate });
  report.invalid(row(1, 2, ["x"]), [{
    code: "empty",
    column: "a\r\n::warning::%0A",
    message: "The value is empty.",
    field: 0,
  }]);
  const [first, ...others] = renderValidationGithub({
    ...report.result({ ...FACTS, read: 1 }),
    ...TOLD,
  }).split(
    "\n",
  );
  assertEquals(
    first,
    "::error file=data/policies.csv,line=2,col=1,title=empty::" +
      "Row 1, column a%0D%0A::warning::%250A: The value is empty.",
  );
  assertEquals(others.length, 2);
});

Deno.test("columns are counted under any name", () => {
  const report = new ValidationReport({ limit: 0, locate });
  report.invalid(row(1, 2, ["x"]), [{ ...RAGGED, column: "__proto__" }]);
  const json = renderValidationJson({ ...report.result({ ...FACTS, read: 1 }), ...TOLD });
  assertStringIncludes(json, '"columns":{"__proto__":{"ragged-row":1}}');
});

Deno.test("the problem's own line wins over the row's", () => {
  const report = new ValidationReport({ limit: 1, locate });
  report.invalid(row(1, 2, []), [{ ...RAGGED, line: 5 }]);
  assertEquals(
    { ...report.result({ ...FACTS, read: 1 }), ...TOLD }.invalid[0]?.problems[0]?.line,
    5,
  );
});

Deno.test("problems of a column are ordered by how often they come", () => {
  const report = new ValidationReport({ limit: 0, locate });
  const once = { ...RENEWAL, code: "empty" };
  for (const problem of [once, RENEWAL, RENEWAL]) {
    report.invalid(row(1, 2, ["", "", ""]), [problem]);
  }
  assertEquals(
    report.result({ ...FACTS, read: 3 }).groups.map(({ code, count }) => [code, count]),
    [["invalid-date", 2], ["empty", 1]],
  );
});

Deno.test("fields are located only where they are shown", () => {
  let asked = 0;
  const counted = (row: Row, field: number) => {
    asked++;
    return locate(row, field);
  };
  const report = new ValidationReport({ limit: 1, locate: counted });
  for (let n = 1; n <= 1000; n++) report.invalid(row(n, n + 1, ["", "", "x"]), [RENEWAL]);
  assertEquals(report.invalidRows, 1000);
  assertEquals(asked, 2);
});

Deno.test("a row without an outcome is an internal error", () => {
  const report = new ValidationReport({ limit: 1, locate });
  report.valid(3);
  const error = assertThrows(() => report.result({ ...FACTS, read: 4 }), Error, "do not add up");
  assertEquals(error.name, "Error");
});

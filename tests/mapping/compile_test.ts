import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../../src/model/errors.ts";
import { mappingColumn, mappingHeader } from "../../src/mapping/compile.ts";
import { builtin, codes, compile, mappingOf, NOW, rowOf, valuesOf } from "./support.ts";
import { compileMapping, mappingSchema } from "../support/destinations.ts";

function showads(header = ["Name", "Age", "Cookie", "BannerId"], ages = {}) {
  const file = builtin("showads");
  return compileMapping(file, header, "customers.csv", { now: NOW, ...ages });
}

function mparticle() {
  const file = builtin("mparticle");
  const header = mappingHeader(file);
  const mapping = compileMapping(file, header, "policies.csv", { now: NOW });
  /** A row that is empty but for these columns. */
  const row = (cells: Record<string, string>) => rowOf(header.map((name) => cells[name] ?? ""));
  const sent = (cells: Record<string, string>) => {
    const values = mapping.check(row(cells));
    if (values === null) return null;
    const targets: Record<string, unknown> = {};
    mapping.outputs.forEach(({ to }, at) => {
      for (const target of to) if (values[at] !== undefined) targets[target] = values[at];
    });
    return targets;
  };
  return { mapping, row, sent };
}

const SHOWADS_ROWS = [
  ["Prof. J F", "79", "dddd", "113"],
  ["K M Valid", "25", "jjjj", "28"],
  ["Mr. A B", "53", "gggg", "51"],
  ["K B Valid", "25", "ffff", "99"],
  ["K M G", "17", "jjjj", "30"],
  ["K D Valid", "38", "ffff", "80"],
  ["K B M", "38", "ffff", "120"],
];

for (
  const [ages, expected] of [
    [{}, 3],
    [{ maxAge: 30 }, 2],
    [{ minAge: 30 }, 1],
    [{ minAge: 27, maxAge: 30 }, 0],
    [{ minAge: 8 }, 4],
  ] as const
) {
  Deno.test(`the ShowAds mapping with ${JSON.stringify(ages)} sends ${expected} of its seven rows`, () => {
    const mapping = showads(undefined, ages);
    const sent = SHOWADS_ROWS.map((fields) => rowOf(fields)).filter((row) => {
      const values = mapping.check(row);
      return values !== null && mapping.filter(values, row) === null;
    });
    assertEquals(sent.length, expected);
  });
}

Deno.test("a ShowAds row becomes a cookie and a banner, and its age and name are only checked", () => {
  const mapping = showads();
  assertEquals(mapping.check(rowOf([" Zoë Ólafs ", " 25", "abc ", " 7"])), [
    "Zoë Ólafs",
    25,
    "abc",
    7,
  ]);
  assertEquals(mapping.outputs.map(({ column, to, type }) => ({ column, to, type })), [
    { column: "Name", to: [], type: "string" },
    { column: "Age", to: [], type: "number" },
    { column: "Cookie", to: ["VisitorCookie"], type: "string" },
    { column: "BannerId", to: ["BannerId"], type: "number" },
  ]);
});

Deno.test("every problem of a ShowAds row is told with its column and code", () => {
  const problems = showads().problems(rowOf(["Mr. A", "25.0", " ", "100"]));
  assertEquals(problems.map(({ column, code, field }) => [column, code, field]), [
    ["Name", "invalid-characters", 0],
    ["Age", "invalid-integer", 1],
    ["Cookie", "required", 2],
    ["BannerId", "out-of-range", 3],
  ]);
  assertEquals(problems[1]?.suggestion, "25");
});

Deno.test("an invalid row is rejected even if the age filter would leave it out", () => {
  assertEquals(showads().check(rowOf(["K M", "17", "jjjj", "120"])), null);
});

Deno.test("filtered rows name the rule that left them out", () => {
  const mapping = showads(undefined, { maxAge: 30 });
  const rule = (age: string) => {
    const row = rowOf(["K M", age, "jjjj", "1"]);
    const values = mapping.check(row);
    return mapping.filter(values ?? [], row);
  };
  assertEquals([rule("17"), rule("18"), rule("30"), rule("31")], [
    "min-age",
    null,
    null,
    "max-age",
  ]);
});

Deno.test("ShowAds headers may be written in any of their known ways", () => {
  for (const banner of ["Banner_id", "BannerId", "banner_id", "bannerId", "bannerid"]) {
    assertEquals(showads(["name", "age", "cookie", banner]).outputs[3]?.column, banner);
  }
});

Deno.test("a mapping finds its columns wherever they stand in the header", () => {
  const mapping = showads(["x", "Cookie", "Banner_id", "y", "Age", "Name"]);
  assertEquals(mapping.check(rowOf(["", "c", "1", "", "20", "A"])), ["A", 20, "c", 1]);
});

Deno.test("a missing column is named with the nearest one that is there", () => {
  const file = builtin("mparticle");
  const header = mappingHeader(file).map((name) =>
    name === "Email Address" ? "email address " : name
  );
  const error = assertThrows(
    () =>
      compileMapping(file, header.filter((name) => name !== "dob"), "policies.csv", { now: NOW }),
    UsageError,
  );
  assertStringIncludes(
    error.message,
    'policies.csv lacks 2 columns, "Email Address" (nearest: "email address "), "dob"',
  );
});

Deno.test("a doubled column is an error, also under two of its names", () => {
  const same = assertThrows(
    () => showads(["Name", "Age", "Age", "Cookie", "BannerId"]),
    UsageError,
  );
  assertStringIncludes(same.message, '"Age" more than once (columns 2 and 3)');
  const aliases = assertThrows(
    () => showads(["Name", "Age", "Cookie", "BannerId", "banner_id"]),
    UsageError,
  );
  assertStringIncludes(
    aliases.message,
    '"BannerId" and "banner_id", which mean the same (columns 4 and 5)',
  );
});

Deno.test("columns that the mapping does not name are ignored or refused, as it says", () => {
  const columns = [{ from: "A", to: "a" }];
  assertEquals(compile({ columns }, ["A", "B"]).outputs.length, 1);
  const error = assertThrows(
    () => compile({ columns, unknownColumns: "refuse" }, ["A", "B"]),
    UsageError,
  );
  assertStringIncludes(error.message, '"B"');
});

Deno.test("an optional column may be absent; a default still fills it", () => {
  const columns = [
    { from: "A", to: "a" },
    { from: "B", to: "b", optionalColumn: true },
    { from: "C", to: "c", optionalColumn: true, type: "integer", clean: [{ default: "7" }] },
  ];
  assertEquals(compile({ columns }, ["A"]).check(rowOf(["x"])), ["x", undefined, 7]);
  assertEquals(compile({ columns }, ["B", "A"]).check(rowOf(["y", "x"])), ["x", "y", 7]);
});

Deno.test("the mParticle mapping places one column in several targets and leaves empty ones out", () => {
  const { sent } = mparticle();
  assertEquals(
    sent({
      "customer_id": " 17 ",
      "Email Address": "Ann@Example.COM",
      "$firstname": "mary-jane",
      "$mobile": "447911123456.0",
      "$zip": "AB1 2CD",
      "Is Multicar Policy": "Yes",
      "Online Policy": "0",
      "Latest Renewal Date": "2024-02-29",
      "Latest End Date": "2025-02-28T23:30:00+01:00",
    }),
    {
      "user_identities.customer_id": "17",
      "user_identities.email": "ann@example.com",
      "user_attributes.$firstname": "Mary-Jane",
      "user_attributes.$mobile": "447911123456",
      "event_attributes.Telephone": "447911123456",
      "user_attributes.$zip": "AB1 2CD",
      "event_attributes.Postcode": "AB1 2CD",
      "event_attributes.Is Multicar Policy": true,
      "event_attributes.Online Policy": false,
      "event_attributes.Latest Renewal Date": "2024-02-29",
      "event_attributes.Latest End Date": "2025-02-28",
    },
  );
});

Deno.test("a wrong date, boolean or e-mail address rejects an mParticle row with its reason", () => {
  const { mapping, row } = mparticle();
  const wrong = row({
    "customer_id": "17",
    "Email Address": "ann@example",
    "Online Policy": "perhaps",
    "Latest Renewal Date": "25/12/2024",
    "Latest End Date": "2023-02-29",
  });
  assertEquals(mapping.check(wrong), null);
  assertEquals(
    mapping.problems(wrong).map(({ column, code, suggestion }) => [column, code, suggestion]),
    [
      ["Email Address", "invalid-email", undefined],
      ["Online Policy", "invalid-boolean", undefined],
      ["Latest Renewal Date", "invalid-date", "2024-12-25"],
      ["Latest End Date", "invalid-date", undefined],
    ],
  );
});

Deno.test("an mParticle row without any identity is rejected, because mParticle would drop it", () => {
  const { mapping, row, sent } = mparticle();
  assertEquals(codes(mapping, row({ "$firstname": "Ann", "customer_id": "  " })), ["no-identity"]);
  assert(sent({ "Other 2": "x" }));
});

Deno.test("a wrong identity is told once, not also as a missing one", () => {
  const { mapping, row } = mparticle();
  assertEquals(codes(mapping, row({ "Email Address": "nobody" })), ["invalid-email"]);
});

Deno.test("problems hold no values, except in the suggestion", () => {
  const { mapping, row } = mparticle();
  const problems = mapping.problems(row({
    "Email Address": "sesame@",
    "Online Policy": "sesame",
    "Latest End Date": "31/12/sesame",
  }));
  assertEquals(problems.length, 3);
  for (const { message } of problems) assert(!message.includes("sesame"));
});

Deno.test("the age filter needs a column that is marked as the age", () => {
  const file = builtin("mparticle");
  assertThrows(
    () => compileMapping(file, mappingHeader(file), "policies.csv", { now: NOW, minAge: 18 }),
    UsageError,
    "role: age",
  );
});

Deno.test("a smallest age above the largest is an error", () => {
  assertThrows(() => showads(undefined, { maxAge: 10 }), UsageError, "18");
});

Deno.test("rows of which a list of columns is all empty are rejected where the mapping asks so", () => {
  const mapping = compile({
    columns: [{ from: "A", to: "a" }, { from: "B", to: "b" }],
    requireOneOf: [["A", "B"]],
  }, ["A", "B"]);
  assertEquals(codes(mapping, rowOf(["", " "])), ["required-one-of"]);
  assertEquals(mapping.check(rowOf(["", "x"])), [undefined, "x"]);
});

Deno.test("a record that the reader found fault with keeps the reader's problem", () => {
  const fault = { code: "invalid-utf8", column: null, message: "The record is not UTF-8." };
  const row = { ...rowOf([]), fault };
  const mapping = showads();
  assertEquals(mapping.check(row), null);
  assertEquals(mapping.problems(row), [fault]);
});

Deno.test("a column may be named by any of its names when a single record is sent", () => {
  const file = builtin("showads");
  assertEquals(mappingHeader(file), ["Name", "Age", "Cookie", "Banner_id"]);
  assertEquals(mappingColumn(file, "BannerId"), "Banner_id");
  assertThrows(() => mappingColumn(file, "Coockie"), UsageError, '(nearest: "Cookie")');
});

Deno.test("the digest changes with what is sent, and not with the order of keys", () => {
  const column = { from: "A", to: "a" };
  const one = compile({ columns: [column] }, ["A"]).digest();
  const same = compile({ $schema: "x", columns: [{ to: "a", from: "A" }] }, ["A"]).digest();
  assertEquals(one, same);
  const other = compile({ columns: [{ ...column, clean: ["lower"] }] }, ["A"]).digest();
  assert(one !== other);
  const file = mappingOf({ columns: [column] });
  const filtered = compileMapping(file, ["A"], "a.csv", { now: NOW, where: ["A = 'x'"] });
  assert(one !== filtered.digest());
});

Deno.test("cleaning, checking and placing go in that order", () => {
  const mapping = compile({
    columns: [{ from: "A", to: "a", type: "integer", clean: ["digits"] }],
  }, ["A"]);
  assertEquals(valuesOf(mapping, ["1-2-3"]), [123]);
});

Deno.test("ShowAds rows need both fields, whether the mapping says so or not", () => {
  const file = mappingSchema.parse({
    destination: "showads",
    columns: [{ from: "A", to: "VisitorCookie" }, { from: "B", to: "BannerId" }, { from: "C" }],
  });
  const mapping = compileMapping(file, ["A", "B", "C"], "a.csv", { now: NOW });
  assertEquals(codes(mapping, rowOf(["", "", ""])), ["required", "required"]);
});

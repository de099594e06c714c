import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { INVALID, ITSELF } from "../../src/mapping/check.ts";
import { keyCheck } from "../../src/mapping/check_key.ts";
import { JsonText } from "../../src/model/value.ts";
import { compile, rowOf, valuesOf } from "./support.ts";

/** The value, or the first problem's code, of a text in a column of this type. */
function checked(column: Record<string, unknown>, text: string): unknown {
  const mapping = compile({ columns: [{ from: "A", to: "a", ...column }] }, ["A"]);
  return valuesOf(mapping, [text])[0];
}

/** What is suggested for a text that is wrong. */
function suggested(column: Record<string, unknown>, text: string): string | undefined {
  const mapping = compile({ columns: [{ from: "A", to: "a", ...column }] }, ["A"]);
  return mapping.problems(rowOf([text]))[0]?.suggestion;
}

type Case = readonly [text: string, expected: unknown];

const TABLE: readonly [column: Record<string, unknown>, cases: readonly Case[]][] = [
  [{ type: "string", minLength: 2, maxLength: 3 }, [["ab", "ab"], ["a", "too-short"], [
    "abcd",
    "too-long",
  ]]],
  [{ type: "string", characters: ["letters", "spaces"] }, [
    ["Zoë van Dijk", "Zoë van Dijk"],
    ["नमस्ते", "नमस्ते"],
    ["A1", "invalid-characters"],
    ["O'Neil", "invalid-characters"],
    ["Zoë\u00a0X", "invalid-characters"],
    ["a\tb", "invalid-characters"],
  ]],
  [{ type: "string", characters: ["digits"] }, [["007", "007"], ["٣", "invalid-characters"]]],
  [{ type: "string", pattern: "^[A-Z]{2}\\d+$" }, [["AB12", "AB12"], ["AB", "pattern-mismatch"]]],
  [{ type: "string", pattern: "^a*$" }, [["a".repeat(20_000), "a".repeat(20_000)]]],
  [{ type: "string", clean: [{ replace: { pattern: "\\d", with: "#" } }] }, [
    ["1".repeat(10_000), "#".repeat(10_000)],
    ["1".repeat(10_001), "too-long"],
  ]],
  [
    {
      type: "string",
      clean: [
        { replace: { text: "-", with: "--" } },
        { replace: { pattern: "\\d", with: "#" } },
        { replace: { text: "-", with: "" } },
      ],
    },
    [["1".repeat(10) + "-".repeat(5000), "too-long"]],
  ],
  [{ type: "email" }, [
    ["a.b+c@example.co.uk", "a.b+c@example.co.uk"],
    ["jürgen@müller.de", "jürgen@müller.de"],
    ["a@xn--mller-kva.de", "a@xn--mller-kva.de"],
    ["a@b", "invalid-email"],
    ["a@b,com", "invalid-email"],
    ["a b@c.com", "invalid-email"],
    ["a..b@c.com", "invalid-email"],
    [".a@c.com", "invalid-email"],
    ["a@-c.com", "invalid-email"],
    ["a@c.com.", "invalid-email"],
    ["a@b@c.com", "invalid-email"],
    ["a@c.1", "invalid-email"],
    ["почта@пример.рф", "почта@пример.рф"],
    ["иван@example.com", "иван@example.com"],
    ["\u0430nna@example.com", "invalid-email"], // a Cyrillic а
    ["anna@ex\u0430mple.com", "invalid-email"],
    ["\u03bfla@example.com", "invalid-email"], // a Greek ο
    ["anna\uff20example.com", "invalid-email"],
    ["\uff41nna@example.com", "invalid-email"],
    ["an\u200bna@example.com", "invalid-email"],
    ["an\u00adna@example.com", "invalid-email"],
    ["anna@example.com\ufe0f", "invalid-email"],
    ["anna\u3164@example.com", "invalid-email"],
    ["\u202eanna@example.com", "invalid-email"],
    [`${"a".repeat(65)}@c.com`, "invalid-email"],
    [`a@${"b.".repeat(130)}com`, "invalid-email"],
  ]],
  [{ type: "uuid" }, [
    ["0190163D-8694-739B-AEA5-966C26F8AD91", "0190163D-8694-739B-AEA5-966C26F8AD91"],
    ["0190163d8694739baea5966c26f8ad91", "invalid-uuid"],
  ]],
  [{ type: "integer", min: 0, max: 99 }, [
    ["0", 0],
    ["+7", 7],
    ["007", "leading-zeros"],
    ["-07", "leading-zeros"],
    ["4.47912E+11", "shortened-number"],
    ["99", 99],
    ["100", "out-of-range"],
    ["-1", "out-of-range"],
    ["1.5", "invalid-integer"],
    ["10abc", "invalid-integer"],
    ["-", "invalid-integer"],
    ["1e3", "invalid-integer"],
    ["٣", "invalid-integer"],
  ]],
  [{ type: "integer" }, [["-5", -5], ["-0", 0], ["9007199254740993", "out-of-range"]]],
  [{ type: "number", min: -1.5 }, [
    ["1.25", 1.25],
    ["-1.5", -1.5],
    ["2e3", 2000],
    ["-2", "out-of-range"],
    ["1,5", "invalid-number"],
    [".", "invalid-number"],
    ["0x10", "invalid-number"],
    ["1e999", "out-of-range"],
    ["9007199254740993", "out-of-range"],
    ["123456789012345678", "out-of-range"],
    ["9007199254740992", 9007199254740992],
    ["1e300", 1e300],
    ["120e21", 1.2e23],
    ["1e-400", "out-of-range"],
    ["0.0e-400", 0],
    ["51.507351234567890123", "out-of-range"],
    ["51.50735123456789", 51.50735123456789],
    ["0.10000000000000001", 0.1], // seventeen digits, as some programs write every double
    ["0.10000000000000002", 0.10000000000000002],
    ["0.12345678901234567", "out-of-range"], // as are 0.12345678901234568
    ["1.100000000000000000000000", 1.1],
    ["1e-320", 1e-320],
    ["1.2345678e-320", "out-of-range"],
    ["NaN", "invalid-number"],
    ["00.5", "leading-zeros"],
    ["0.5", 0.5],
    ["1.5E-05", "shortened-number"],
    ["4.47912E+11", "shortened-number"],
    ["4.47912e+11", 447912000000],
    ["1,234.5", "invalid-number"],
  ]],
  [{ type: "number", decimal: "," }, [
    ["1.234,50", 1234.5],
    ["1.234", 1234],
    ["1 234 567,5", 1234567.5],
    ["1\u202f234,5", 1234.5],
    ["1'234,5", 1234.5],
    ["-0,5", -0.5],
    ["1234,5", 1234.5],
    ["1.5", "invalid-number"],
    ["1.23,5", "invalid-number"],
    ["1.234 567,5", "invalid-number"],
    ["01,5", "leading-zeros"],
    ["1e3", "invalid-number"],
    ["9.007.199.254.740.993", "out-of-range"],
  ]],
  [{ type: "number", decimal: "." }, [
    ["1,234.50", 1234.5],
    ["1,234", 1234],
    ["1.234", 1.234],
    ["1,5", "invalid-number"],
    ["1,234,56", "invalid-number"],
  ]],
  [{ type: "boolean" }, [
    ["TRUE", true],
    ["Yes", true],
    ["y", true],
    ["1", true],
    ["false", false],
    ["No", false],
    ["N", false],
    ["0", false],
    ["2", "invalid-boolean"],
    ["maybe", "invalid-boolean"],
  ]],
  [{ type: "boolean", trueWords: ["Ja"], falseWords: ["Nein"] }, [
    ["ja", true],
    ["NEIN", false],
    ["yes", "invalid-boolean"],
  ]],
  [{ type: "date" }, [
    ["2024-02-29", "2024-02-29"],
    ["2023-02-29", "invalid-date"],
    ["1900-02-29", "invalid-date"],
    ["2000-02-29", "2000-02-29"],
    ["2024-13-01", "invalid-date"],
    ["2024-04-31", "invalid-date"],
    ["2024-00-10", "invalid-date"],
    ["0000-01-01", "invalid-date"],
    ["20O4-01-01", "invalid-date"],
    ["ABCD-01-01", "invalid-date"],
    ["2024-0x-01", "invalid-date"],
    ["٢٠٢٤-01-01", "invalid-date"],
    ["2024-1-1", "invalid-date"],
    ["20240101", "invalid-date"],
    ["2024-02-29T23:59:59.999Z", "2024-02-29"],
    ["2024-02-29 10:30", "2024-02-29"],
    ["2024-02-29T24:00", "invalid-date"],
    ["2024-02-29T10", "invalid-date"],
    ["2024-02-29T10:00+15:00", "invalid-date"],
  ]],
  [{ type: "date", formats: ["DD/MM/YYYY", "D.M.YYYY"] }, [
    ["05/04/2024", "2024-04-05"],
    ["5.4.2024", "2024-04-05"],
    ["31/02/2024", "invalid-date"],
    ["5/4/2024", "invalid-date"],
    ["2024-04-05", "invalid-date"],
  ]],
  [{ type: "date", as: "unixMs" }, [["1970-01-02", 86_400_000], ["1970-01-02T10:00Z", 86_400_000]]],
  [{ type: "datetime" }, [
    ["2024-07-01T12:00:00+02:00", "2024-07-01T10:00:00.000Z"],
    ["2024-07-01 12:00", "2024-07-01T12:00:00.000Z"],
    ["2024-07-01", "2024-07-01T00:00:00.000Z"],
    ["0099-07-01T00:00:00Z", "0099-07-01T00:00:00.000Z"],
    ["2024-07-01T12:00:00.123456Z", "2024-07-01T12:00:00.123456Z"],
    ["2024-07-01T12:00:00.123000+01:00", "2024-07-01T11:00:00.123Z"],
    ["2024-07-32T12:00Z", "invalid-date"],
    ["9999-12-31T23:59:59-05:00", "invalid-date"],
    ["July 1, 2024", "invalid-date"],
  ]],
  [{ type: "datetime", timeZone: "Europe/Berlin" }, [
    ["0050-01-01 12:00", "0050-01-01T11:06:32.000Z"],
    ["9999-12-31 23:59", "9999-12-31T22:59:00.000Z"],
  ]],
  [{ type: "datetime", timeZone: "America/New_York" }, [["9999-12-31 23:59", "invalid-date"]]],
  [{ type: "datetime", as: "unix" }, [["1970-01-01T00:01:00.900Z", 60]]],
  [{ type: "datetime", timeZone: "Europe/London" }, [
    ["2024-01-15 12:00", "2024-01-15T12:00:00.000Z"],
    ["2024-07-15 12:00", "2024-07-15T11:00:00.000Z"],
    ["2024-07-15 12:00Z", "2024-07-15T12:00:00.000Z"],
    ["2024-03-31 00:59:59", "2024-03-31T00:59:59.000Z"],
    ["2024-03-31 01:00", "skipped-time"],
    ["2024-03-31 01:30", "skipped-time"],
    ["2024-03-31 02:00", "2024-03-31T01:00:00.000Z"],
    ["2024-03-31 01:30Z", "2024-03-31T01:30:00.000Z"],
    ["2024-10-27 00:59:59", "2024-10-26T23:59:59.000Z"],
    ["2024-10-27 01:00", "ambiguous-time"],
    ["2024-10-27 01:30", "ambiguous-time"],
    ["2024-10-27 01:30+01:00", "2024-10-27T00:30:00.000Z"],
    ["2024-10-27 02:00", "2024-10-27T02:00:00.000Z"],
  ]],
  [{ type: "datetime", timeZone: "Europe/London", disambiguation: "compatible" }, [
    ["2024-03-31 01:30", "2024-03-31T01:30:00.000Z"],
    ["2024-10-27 01:30", "2024-10-27T00:30:00.000Z"],
  ]],
  [{ type: "datetime", timeZone: "Europe/London", disambiguation: "earlier" }, [
    ["2024-03-31 01:30", "2024-03-31T00:30:00.000Z"],
    ["2024-10-27 01:30", "2024-10-27T00:30:00.000Z"],
  ]],
  [{ type: "datetime", timeZone: "America/New_York", disambiguation: "later" }, [
    ["2024-03-10 02:30", "2024-03-10T07:30:00.000Z"],
    ["2024-11-03 01:30", "2024-11-03T06:30:00.000Z"],
  ]],
  [{ type: "datetime", timeZone: "Australia/Lord_Howe" }, [ // half an hour
    ["2024-04-07 01:45", "ambiguous-time"],
    ["2024-10-06 02:15", "skipped-time"],
    ["2024-10-06 02:30", "2024-10-05T15:30:00.000Z"],
  ]],
  [{ type: "datetime" }, [
    ["2024-01-05 10:00:00 UTC", "2024-01-05T10:00:00.000Z"],
    ["2024-01-05 10:00:00.5 UTC", "2024-01-05T10:00:00.500Z"],
    ["2024-01-05 10:00:00 +0100", "2024-01-05T09:00:00.000Z"],
    ["2024-01-05 10:00 GMT", "2024-01-05T10:00:00.000Z"],
    ["2024-01-05 10:00:00 CET", "invalid-date"],
  ]],
  [{ type: "datetime", formats: ["X"] }, [
    ["1704448800.123", "2024-01-05T10:00:00.123Z"],
    ["1704448800.123456789", "2024-01-05T10:00:00.123456789Z"],
    ["-1.5", "1969-12-31T23:59:58.500Z"],
    ["-1.5000001", "invalid-date"],
  ]],
  [{ type: "date", formats: ["M/D/YY", "MMM D, YYYY", "D-MMM-YY"] }, [
    ["3/14/20", "2020-03-14"],
    ["11/2/68", "2068-11-02"],
    ["11/2/69", "1969-11-02"],
    ["Mar 14, 2020", "2020-03-14"],
    ["SEPT 4, 2020", "2020-09-04"],
    ["14-mar-20", "2020-03-14"],
    ["Mär 14, 2020", "invalid-date"],
    ["3/14/2020", "invalid-date"],
  ]],
  [{ type: "date", formats: ["D/M/YY"], twoDigitYearsFrom: 1925 }, [
    ["1/2/25", "1925-02-01"],
    ["1/2/24", "2024-02-01"],
  ]],
  [{ type: "date", formats: ["D. MMMM YYYY", "D MMM YYYY"], language: "de" }, [
    ["3. März 2024", "2024-03-03"],
    ["3 Okt. 2024", "2024-10-03"],
    ["3. Jänner 2024", "2024-01-03"],
    ["3. March 2024", "invalid-date"],
  ]],
  [{ type: "date", formats: ["D MMMM YYYY", "D [de] MMMM [de] YYYY"], language: "es" }, [
    ["3 de octubre de 2024", "2024-10-03"],
  ]],
  [{ type: "date", formats: ["D MMMM YYYY"], language: "pl" }, [
    ["3 października 2024", "2024-10-03"],
    ["3 październik 2024", "2024-10-03"],
  ]],
  [{ type: "datetime", formats: ["M/D/YYYY h:mm:ss A", "ddd, DD MMM YYYY HH:mm:ss Z"] }, [
    ["3/14/2020 12:05:00 AM", "2020-03-14T00:05:00.000Z"],
    ["3/14/2020 12:05:00 pm", "2020-03-14T12:05:00.000Z"],
    ["3/14/2020 1:05:00 p.m.", "2020-03-14T13:05:00.000Z"],
    ["3/14/2020 13:05:00 PM", "invalid-date"],
    ["3/14/2020 0:05:00 AM", "invalid-date"],
    ["Fri, 05 Jan 2024 10:00:00 GMT", "2024-01-05T10:00:00.000Z"],
    ["Fri, 05 Jan 2024 10:00:00 +0530", "2024-01-05T04:30:00.000Z"],
  ]],
  [{ type: "datetime", formats: ["X"] }, [
    ["1704448800", "2024-01-05T10:00:00.000Z"],
    ["1704448800.5", "2024-01-05T10:00:00.500Z"],
    ["-1", "1969-12-31T23:59:59.000Z"],
    ["1704448800000", "invalid-date"],
    ["1.70445E+09", "invalid-date"],
  ]],
  [{ type: "datetime", formats: ["x"] }, [
    ["1704448800123", "2024-01-05T10:00:00.123Z"],
    ["1704448800.5", "invalid-date"],
    ["999999999999999", "invalid-date"],
  ]],
  [{ type: "date", formats: ["X"] }, [["1704448800", "2024-01-05"]]],
  [{ type: "datetime", formats: ["D/M/YYYY H:mm"], timeZone: "America/New_York" }, [
    ["4/7/2024 9:05", "2024-07-04T13:05:00.000Z"],
    ["4/7/2024 25:05", "invalid-date"],
  ]],
  [{ type: "phone", callingCode: 44 }, [
    ["07911 123456", "+447911123456"],
    ["+44 (7911) 123-456", "+447911123456"],
    ["0044 7911 123456", "+447911123456"],
    ["7911123456", "+447911123456"],
    ["12", "invalid-phone"],
    ["07911 12345x", "invalid-phone"],
    ["7911123456.0", "invalid-phone"],
    ["+44 (0)7911 123456", "+447911123456"],
    ["0044 (0) 7911 123456", "+447911123456"],
    ["+0123456789", "invalid-phone"],
    ["+1234567890123456", "invalid-phone"],
  ]],
  [{ type: "phone" }, [["+33 1 23 45 67 89", "+33123456789"], ["01 23 45 67 89", "invalid-phone"]]],
  [{ type: "phone", callingCode: 39, trunkPrefix: "" }, [["06 6982", "+39066982"], [
    "06 698 12345",
    "+390669812345",
  ]]],
  [{ type: "enum", values: ["Gold", "Silver"] }, [["Gold", "Gold"], ["gold", "not-in-list"]]],
  [{ type: "enum", values: ["Gold", "Silver"], ignoreCase: true }, [["GOLD", "Gold"], [
    "tin",
    "not-in-list",
  ]]],
  [{ type: "json" }, [
    ['{"a":[1,null]}', new JsonText('{"a":[1,null]}')],
    [' { "a" : [ 1.10 ,\n"x y" ] } ', new JsonText('{"a":[1.10,"x y"]}')],
    ["[1e400]", new JsonText("[1e400]")],
    ["12345678901234567890", new JsonText("12345678901234567890")],
    [
      '{"2":"\\u0041","1":12345678901234567890}',
      new JsonText('{"2":"\\u0041","1":12345678901234567890}'),
    ],
    ['"a\\"b"', 'a"b'],
    ["12", 12],
    ["true", true],
    ["{a:1}", "invalid-json"],
    ["NaN", "invalid-json"],
    ['{"a":1,"a":1}', "doubled-key"],
    ['{"a":1,"\\u0061":2}', "doubled-key"],
    ['[{"b":{"a":1,"c":[{"a":1}],"a":2}}]', "doubled-key"],
    [
      '{"a":{"a":1},"b":{"a":[{"a":2},{"a":3}]}}',
      new JsonText('{"a":{"a":1},"b":{"a":[{"a":2},{"a":3}]}}'),
    ],
    ['{"a":"b","b":"a"}', new JsonText('{"a":"b","b":"a"}')],
    ["[".repeat(9_000) + "]".repeat(9_000), "invalid-json"],
    [`"${"[".repeat(9_000)}"`, "[".repeat(9_000)],
  ]],
];

for (const [column, cases] of TABLE) {
  for (const [text, expected] of cases) {
    const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
    Deno.test(`${JSON.stringify(column)} reads ${JSON.stringify(shown)} as ${JSON.stringify(expected)}`, () => {
      assertEquals(checked(column, text), expected);
    });
  }
}

Deno.test("an empty value is undefined, or a problem where it is required", () => {
  assertEquals(checked({ type: "integer" }, " "), undefined);
  assertEquals(checked({ type: "integer", required: true }, " "), "required");
});

Deno.test("a correction is suggested only where it is sure", () => {
  assertEquals(suggested({ type: "date" }, "25/12/2024"), "2024-12-25");
  assertEquals(suggested({ type: "date" }, "12/25/2024"), "2024-12-25");
  assertEquals(suggested({ type: "date" }, "2024/12/05"), "2024-12-05");
  assertEquals(suggested({ type: "date" }, "05/12/2024"), undefined);
  assertEquals(suggested({ type: "date" }, "31/02/2024"), undefined);
  assertEquals(suggested({ type: "integer" }, "28.0"), "28");
  assertEquals(suggested({ type: "integer" }, "28.5"), undefined);
  assertEquals(suggested({ type: "enum", values: ["Gold"] }, "gold"), "Gold");
  assertEquals(suggested({ type: "email" }, "a@b,com"), undefined);
});

/** What is said of a text that is wrong. */
function message(column: Record<string, unknown>, text: string): string | undefined {
  const mapping = compile({ columns: [{ from: "A", to: "a", ...column }] }, ["A"]);
  return mapping.problems(rowOf([text]))[0]?.message;
}

Deno.test("a character that is not seen is named by its code point, whatever the type", () => {
  const uuid = "0190163d-8694-739b-aea5-966c26f8ad91";
  for (
    const [column, text, named] of [
      [{ type: "email" }, "\u200banna@example.com", "U+200B (zero width space)"],
      [{ type: "email" }, "anna@example.com\u00ad.", "U+00AD (soft hyphen)"],
      [{ type: "uuid" }, `${uuid}\u200e`, "U+200E (left-to-right mark)"],
      [{ type: "integer" }, "1\u00a0000", "U+00A0 (no-break space)"],
      [{ type: "enum", values: ["Gold"] }, "Go\u2060ld", "U+2060 (word joiner)"],
      [{ type: "date" }, "2024\u2066-01-01", "U+2066 (left-to-right isolate)"],
      [{ to: "user_id" }, "C\u200d1", "U+200D (zero width joiner)"],
      [{ to: "id" }, "C1\u{e0041}", "U+E0041"],
      [{ to: "id" }, "C1\u0007", "U+0007"],
      [{ to: "id" }, "C\u007f1", "U+007F"],
      [{ type: "integer" }, "\u22127", "U+2212 (minus sign)"],
      [{ type: "number" }, "\uff11\uff12", "U+FF11"],
      [{ type: "date" }, "2024\u201101\u201101", "U+2011 (non-breaking hyphen)"],
      [{ type: "uuid" }, uuid.replace("a", "\u0430"), "U+0430"],
      [{ type: "email" }, "\u0430nna@example.com", "U+0430, a Cyrillic letter, among Latin ones"],
      [{ type: "email" }, "anna\uff20example.com", "U+FF20 in place of a plain character"],
    ] as const
  ) assert(message(column, text)?.includes(named), `${message(column, text)} lacks ${named}`);
});

Deno.test("the text without what is not seen is suggested where that mends it", () => {
  assertEquals(suggested({ type: "email" }, "an\u200bna@example.com"), "anna@example.com");
  assertEquals(suggested({ to: "id" }, "C\u200b1"), "C1");
  assertEquals(suggested({ type: "integer" }, "1\u00a0000"), undefined);
});

Deno.test("keys hold nothing unseen and nothing that a spreadsheet rounded; other texts may", () => {
  const keys = ["id", "customer_id", "person.externalId", "key", "email", "order_number", "ean"];
  for (const to of keys) {
    assertEquals(checked({ to }, "C\u200b1"), "invisible-character");
    assertEquals(checked({ to }, "4.47912E+11"), "shortened-number");
    assertEquals(checked({ to }, "1E+100"), "shortened-number");
    assertEquals(checked({ to }, "C1\u001b"), "invisible-character");
    for (const good of ["C1", "C\t1", "5E-12", "E+11", "12E+11", "Zoë", "12345678901234567890"]) {
      assertEquals(checked({ to }, good), good);
    }
  }
  for (const to of ["name", "paid", "monkey"]) {
    assertEquals(checked({ to }, "👩\u200d👧"), "👩\u200d👧");
    assertEquals(checked({ to }, "4.47912E+11"), "4.47912E+11");
  }
});

Deno.test("a key is judged by its bytes as by its text, whichever character stands wherever", () => {
  const check = keyCheck(null);
  for (let code = 1; code < 128; code++) { // NUL is told before.
    for (let at = 0; at < 9; at++) {
      const text = "abcdefghi".replace("abcdefghi"[at] ?? "", () => String.fromCharCode(code));
      const bytes = new TextEncoder().encode(text);
      const found = check.readAscii?.(bytes, 0, bytes.length, new DataView(bytes.buffer));
      const wanted = check.read(text) === INVALID ? INVALID : ITSELF;
      assertEquals(found, wanted, JSON.stringify(text));
    }
  }
});

Deno.test("a point that may part thousands is refused once a decimal comma was seen", () => {
  const columns = [{ from: "A", to: "a", type: "number" }];
  for (const comma of ["2,50", "1.234,5", "0,125", "1.234.567"]) {
    const mapping = compile({ columns }, ["A"]);
    assertEquals(valuesOf(mapping, ["1.234"]), [1.234]);
    assertEquals(valuesOf(mapping, [comma]), ["invalid-number"]);
    assertEquals(valuesOf(mapping, ["1.234"]), ["ambiguous-number"]);
    assertEquals(valuesOf(mapping, ["0.125"]), [0.125]);
    assertEquals(valuesOf(mapping, ["1.25"]), [1.25]);
  }
  const mapping = compile({ columns }, ["A"]);
  assertEquals(valuesOf(mapping, ["1,234"]), ["invalid-number"]); // thousands, perhaps
  assertEquals(valuesOf(mapping, ["1.234"]), [1.234]);
});

Deno.test("every real day is a date, and no other", () => {
  const day = fc.record({
    year: fc.integer({ min: 1, max: 9999 }),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 31 }),
  });
  const mapping = compile({ columns: [{ from: "A", to: "a", type: "date" }] }, ["A"]);
  fc.assert(fc.property(day, ({ year, month, day }) => {
    const pad = (value: number, width = 2) => String(value).padStart(width, "0");
    const text = `${pad(year, 4)}-${pad(month)}-${pad(day)}`;
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    assertEquals(valuesOf(mapping, [text])[0], date.getUTCDate() === day ? text : "invalid-date");
  }));
});

Deno.test("no text makes a check throw, and every row it refuses has a problem", () => {
  for (const [column] of TABLE) {
    const mapping = compile({ columns: [{ from: "A", to: "a", ...column }] }, ["A"]);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const row = rowOf([text]);
        if (mapping.check(row) === null) assert(mapping.problems(row).length > 0);
      }),
      { numRuns: 30 },
    );
  }
});

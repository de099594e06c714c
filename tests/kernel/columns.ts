/** Columns as mappings have them, each with texts that are good ones, or nearly. */

/** A column of a mapping file, and what may stand in it: good texts, and any others. */
export interface ColumnKind {
  readonly column: Readonly<Record<string, unknown>>;
  readonly good: readonly string[];
  readonly texts: readonly string[];
}

const NAMES = ["Ann", "Bob ", "Byrne", "Christopherconstantine", "Dora"];
const COUNTS = ["0", "7", "42", "5", "28", "29", "99", " 12"];

const WORDS = [
  ...["Ann", "ANN", "ann", "Anna Maria", "O'Neil", "Mary-Jane", "x\\y", "=1", "a\tb", ""],
  ...[
    " Bob",
    "Bob ",
    " ",
    "Zoë",
    "Łucja",
    "Björn",
    "日本",
    "😀",
    "R2 D2",
    'say "hi"',
    "two\nlines",
  ],
  ...["x".repeat(15), "y".repeat(16), "z".repeat(17), "w".repeat(40), "a,b", "\u00a0Ann", "é", "ß"],
  ...[
    "a\x01b",
    "\x7f",
    "\x1f",
    "a\bb\fc",
    "\ufeffAnn",
    "E+1",
    "5E+10",
    "4.47912E+11",
    '="01"',
    "'01",
  ],
  ...[
    "A",
    "Al",
    "al",
    "\u2003x",
    "x\u3000",
    "naïve",
    "\u0301x",
    "ab\u200bcd",
    "×",
    "a×b",
    "Ɛ",
    "ʼ",
  ],
];

const MAILS = [
  ...["a@b.co", "A.b@c-d.example.com", "ann.byrne+x@example.com", "a@b.c-d", "x_y@1.example.org"],
  ...["a..b@c.de", ".a@b.co", "a.@b.co", "a@b", "a@-b.co", "a@b-.co", "a@b.c", "a@b.c1", "a@b.1c"],
  ...["zoë@example.com", "a@b.co-", "a@@b.co", "a b@c.de", "a@b..co", "a@b.co.", "@b.co", "a@", ""],
  ...[
    "ANN@EXAMPLE.COM",
    "`a`@b.co",
    "a@b_c.co",
    `${"x".repeat(64)}@b.co`,
    `${"x".repeat(65)}@b.co`,
  ],
  ...[
    `a@${"y".repeat(64)}.co`,
    `a@${"y".repeat(63)}.co`,
    `${"x".repeat(60)}@${"y.".repeat(95)}com`,
  ],
  ...[`${"x".repeat(60)}@${"y.".repeat(96)}com`, `a@b.${"c".repeat(70)}`],
];

const WHOLE = [
  ...[
    "0",
    "-0",
    "+0",
    "7",
    "007",
    "+7",
    "-7",
    "42",
    "4x",
    "--1",
    "-",
    "+",
    "",
    "28.0",
    "1e3",
    "00",
  ],
  ...[
    "9007199254740991",
    "9007199254740992",
    "-9007199254740991",
    "99999999999999999",
    "99",
    "100",
  ],
  ...["5", "28", "29", "4", "1234567890", " 5", "5 "],
];

const DECIMAL = [
  ...[
    "0",
    "-0",
    "1.5",
    "1.50",
    "-1.500",
    "0.0",
    "-0.0",
    "+0.0",
    "1.234",
    "12.345",
    "0.123",
    "1234.567",
  ],
  ...["0.000001", "0.0000001", "0.00000100", ".5", "5.", "1..2", "1.2.3", "123456789012345", "1e5"],
  ...[
    "1234567.8901234",
    "1234567.890123",
    "12345678.90123456",
    "0.1",
    "0.30",
    "10",
    "100.00",
    "-7.25",
  ],
  ...["1,5", "1.234,5", "4.47912E+11", "98.6", "99.5", "01.5", "", "9999999.9999999"],
];

const DATES = [
  ...[
    "2024-02-29",
    "2023-02-29",
    "1900-02-29",
    "2000-02-29",
    "0000-01-01",
    "0001-01-01",
    "9999-12-31",
  ],
  ...["2024-13-01", "2024-00-10", "2024-1-1", "2024-12-31T10:00:00Z", "2024-04-31", "2024-04-30"],
  ...["2024-01-32", "2024-01-00", "2024/01/01", "31.12.2024", "2024-0a-01", "", "2024-06-31"],
  ...[
    "2024-03-31",
    "2024-03-29",
    "2024-05-31",
    "2024-07-31",
    "2024-08-31",
    "2024-09-31",
    "2024-11-31",
  ],
];

const TRUTHS = [
  "true",
  "FALSE",
  "Yes",
  "n",
  "1",
  "0",
  "on",
  "On",
  "OFF",
  "maybe",
  "",
  "TRUE ",
  "Y",
];

const UUIDS = [
  ...["123e4567-e89b-12d3-a456-426614174000", "123E4567-E89B-12D3-A456-42661417400F", ""],
  ...["123e4567-e89b-12d3-a456-42661417400g", "123e4567-e89b-12d3-a456-4266141740000", "x"],
  "123e4567xe89b-12d3-a456-426614174000",
];

const CUTS = ["07123456789.0", "07123456789", ".0", "1.0.0", "10", "x.0 ", "0", ""];

/** All kinds. */
export const COLUMNS: readonly ColumnKind[] = [
  { column: { type: "string" }, good: NAMES, texts: WORDS },
  { column: { type: "string", clean: ["lower"] }, good: NAMES, texts: WORDS },
  { column: { type: "string", clean: ["trim", "capitalize"] }, good: NAMES, texts: WORDS },
  {
    column: { type: "string", clean: [{ replace: { pattern: "\\.0$", with: "" } }] },
    good: ["07123456789.0", "12"],
    texts: [...CUTS, ...WORDS],
  },
  { column: { type: "string", minLength: 2, maxLength: 16 }, good: NAMES, texts: WORDS },
  { column: { type: "string", characters: ["letters", "spaces"] }, good: NAMES, texts: WORDS },
  { column: { type: "string", characters: ["digits"] }, good: COUNTS, texts: [...WHOLE, "12a"] },
  { column: { type: "email" }, good: ["a@b.co", "ann.byrne+x@mail.example.com"], texts: MAILS },
  {
    column: { type: "email", clean: ["lower"] },
    good: ["a@b.co", "ann.byrne+x@mail.example.com"],
    texts: MAILS,
  },
  { column: { type: "integer" }, good: COUNTS, texts: WHOLE },
  { column: { type: "integer", min: 0, max: 99 }, good: COUNTS, texts: WHOLE },
  { column: { type: "number" }, good: [...COUNTS, "1.5", "-0.25", "3.10"], texts: DECIMAL },
  {
    column: { type: "number", decimal: ".", min: -1.5, max: 99 },
    good: [...COUNTS, "1.5", "-0.25", "3.10"],
    texts: DECIMAL,
  },
  { column: { type: "boolean" }, good: ["on", "1"], texts: TRUTHS },
  {
    column: { type: "boolean", trueWords: ["on", "1"], falseWords: ["Off", "1"] },
    good: ["on", "1"],
    texts: TRUTHS,
  },
  { column: { type: "date" }, good: ["2024-02-29", "1999-12-31"], texts: DATES },
  { column: { type: "uuid" }, good: ["123e4567-e89b-12d3-a456-426614174000"], texts: UUIDS },
  {
    column: { type: "enum", values: ["red", "Zoë"] },
    good: ["red"],
    texts: ["red", "Red", "Zoë", "blue", ""],
  },
  {
    column: { type: "enum", values: ["red"], ignoreCase: true },
    good: ["red"],
    texts: ["red", "Red", "RED", "x"],
  },
];

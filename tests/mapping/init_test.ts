import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { ColumnProfile } from "../../src/mapping/column_profile.ts";
import { draftMapping } from "../../src/mapping/draft.ts";
import { writeDraft } from "../../src/mapping/init.ts";
import type { MappingFile } from "../../src/mapping/schema.ts";
import { UsageError } from "../../src/model/errors.ts";
import { compileMapping, definitionOf, parseMapping } from "../support/destinations.ts";
import { NOW } from "./support.ts";

const HEADER = [
  "Client ID",
  "E-Mail",
  "Forename",
  "Policy Status",
  "Signed up",
  "Due",
  "Premium",
  "Age",
  "Opted in",
];
const ROWS = [
  ["0017", "ann@example.com", "Ann", "Live", "2024-01-31", "31/12/2024", "12.50", "44", "yes"],
  ["0018", "bob@example.com", "Bob", "Lapsed", "2024-02-01", "01/02/2025", "7", "", "no"],
];

interface Parts {
  readonly header?: readonly string[];
  readonly rows?: readonly (readonly string[])[];
  readonly destination?: string;
}

/** The file that is written for a CSV without a person to ask. */
function suggest({ header = HEADER, rows = ROWS, destination = "mparticle" }: Parts): string {
  const profiles = header.map((_, at) => {
    const profile = new ColumnProfile();
    for (const [n, row] of rows.entries()) profile.add(row[at] ?? "", n + 2);
    return profile;
  });
  const words = definitionOf(destination).mapping.init;
  return writeDraft(draftMapping({ header, profiles, words }), {
    source: "new.csv",
    rows: { count: rows.length, areAll: true },
    destination,
    words,
    csv: {},
    schema: "./rowferry.schema.json",
  });
}

/** What a person does who accepts every suggestion, by the words at the file's head. */
function accepted(text: string): string {
  return text.replaceAll("# CHOOSE: ", "");
}

function column(file: MappingFile, from: string) {
  return file.columns.find((column) => column.from === from);
}

Deno.test("a doubtful number is guessed to be written as the sure ones of other columns", () => {
  const header = ["A", "B"];
  const lines = (text: string) => text.split("\n").filter((line) => line.includes("decimal:"));
  assertEquals(lines(suggest({ header, rows: [["1.234", "0,5"], ["12.000", "1,25"]] })), [
    '    # CHOOSE: decimal: ","',
    '    decimal: ","',
  ]);
  assertEquals(lines(suggest({ header, rows: [["1,234", "0.5"], ["12,000", "1.25"]] })), [
    '    # CHOOSE: decimal: "."',
  ]);
});

Deno.test("words that may mean nothing are told where cleaning steps are in force", () => {
  const text = suggest({ header: ["mail"], rows: [["a@b.cz"], ["none"], ["c@d.cz"]] });
  assertStringIncludes(text, 'nothing, add to clean: {"nullWords":["none"]}\n');
});

Deno.test("what was wrong with rejected rows is no column of a mapping", () => {
  const text = suggest({ header: ["_problem", "id"], rows: [["line 2: wrong", "7"]] });
  assertEquals(text.match(/from: .*/g), ["from: id"]);
  assertStringIncludes(suggest({ header: ["id", "_problem"] }), "from: _problem");
});

Deno.test("init places the columns it knows and guesses types from the values", async () => {
  const file = await parseMapping(suggest({}), "new.yaml");
  const summary = HEADER.map((name) => {
    const found = column(file, name);
    return [name, found?.to, found?.type];
  });
  assertEquals(summary, [
    ["Client ID", "user_identities.customer_id", "string"],
    ["E-Mail", "user_identities.email", "email"],
    ["Forename", "user_attributes.$firstname", "string"],
    ["Policy Status", undefined, "string"],
    ["Signed up", undefined, "date"],
    ["Due", undefined, "date"],
    ["Premium", undefined, "number"],
    ["Age", "user_attributes.$age", "integer"],
    ["Opted in", undefined, "boolean"],
  ]);
});

Deno.test("the first line points editors to the schema", () => {
  const [first] = suggest({}).split("\n");
  assertEquals(first, "# yaml-language-server: $schema=./rowferry.schema.json");
});

Deno.test("what init can't place is a marked line that is valid without its mark", async () => {
  const text = suggest({});
  assertStringIncludes(text, "    # CHOOSE: to: user_attributes.Policy Status\n");
  const file = await parseMapping(accepted(text), "new.yaml");
  assertEquals(column(file, "Policy Status")?.to, "user_attributes.Policy Status");
  assert(file.destination === "mparticle");
});

Deno.test("the age column can be filtered on", async () => {
  const file = await parseMapping(suggest({}), "new.yaml");
  compileMapping(file, HEADER, "new.csv", { now: NOW, minAge: 18 });
});

Deno.test("a mapping for a JSON API is valid as it is, and with every suggestion taken", async () => {
  const text = suggest({ destination: "http" });
  const file = await parseMapping(text, "new.yaml");
  assertEquals(column(file, "E-Mail")?.to, "email");
  const all = await parseMapping(accepted(text), "new.yaml");
  assertEquals(column(all, "Policy Status")?.to, "policy_status");
});

Deno.test("a mapping for ShowAds is valid when both of its fields are found", async () => {
  const text = suggest({
    destination: "showads",
    header: ["Name", "Age", "Cookie", "Banner"],
    rows: [["Ann", "20", "abc", "7"]],
  });
  const file = await parseMapping(text, "new.yaml");
  assertEquals(file.columns.map(({ to }) => to), [
    undefined,
    undefined,
    "VisitorCookie",
    "BannerId",
  ]);
});

Deno.test("init says which targets the destination needs and no column fits", async () => {
  const header = ["A", "B"];
  assertStringIncludes(
    suggest({ header, rows: [] }),
    "# One column at least must go to user_identities",
  );
  const showads = suggest({ header, rows: [], destination: "showads" });
  assertStringIncludes(showads, '# Which columns go to "VisitorCookie" and "BannerId"?');
  assertStringIncludes(showads, "    # CHOOSE: to: VisitorCookie\n");
  await assertRejects(() => parseMapping(showads, "new.yaml"), UsageError, "VisitorCookie");
});

Deno.test("no target is given to two columns", async () => {
  const header = ["Email", "E-Mail", "Mail", "id"];
  const file = await parseMapping(suggest({ header, rows: [] }), "new.yaml");
  assertEquals(file.columns.filter(({ to }) => to === "user_identities.email").length, 1);
});

Deno.test("no value of the sample gets into the file", () => {
  const rows = [HEADER.map((_, at) => `sesame${at}`)];
  assertEquals(suggest({ rows }).includes("sesame"), false);
});

Deno.test("a header that is there twice is told, and empty ones are passed over", () => {
  const text = suggest({ header: ["id", "", "A", "A", ""], rows: [] });
  assertStringIncludes(text, '# The CSV has "A" more than once');
  assertEquals(text.match(/- from:/g)?.length, 2);
});

Deno.test("whatever the header, the file can be read and fits the CSV", async () => {
  const name = fc.oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 12 }),
    fc.constantFrom(
      "true",
      "null",
      "no",
      "- a",
      "a: b",
      "a #b",
      "1",
      "__proto__",
      "constructor",
      '"',
      "{x}",
      "a\nb",
    ),
  ).filter((text) => text.isWellFormed());
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(name, { maxLength: 6 }), async (names) => {
      const header = ["id", ...names.filter((each) => each.toLowerCase() !== "id")];
      for (const destination of ["mparticle", "http"] as const) {
        const file = await parseMapping(suggest({ header, rows: [], destination }), "new.yaml");
        assertEquals(file.columns.map(({ from }) => from), header);
        compileMapping(file, header, "new.csv", { now: NOW });
      }
    }),
    { numRuns: 50 },
  );
});

/** Values of a column, and the lines that are written of it, `C:` standing for the mark. */
const COLUMNS: readonly [header: string, values: readonly string[], lines: readonly string[]][] = [
  ["A", ["1", "", "-2"], ["type: integer"]],
  ["A", ["1", "2.5"], ["type: number"]],
  ["A", ["01", "02"], []],
  ["A", [...Array(600).fill("7"), "042"], []],
  ["Policy Number", ["1", "2"], []],
  ["A", ["Yes", "no"], ["type: boolean"]],
  ["A", ["2024-01-01"], ["type: date"]],
  ["A", ["2024-01-01 10:00Z"], ["type: datetime"]],
  ["A", ["123456789012345678"], []],
  ["A", ["31/12/2024"], ["type: date", "formats: [DD/MM/YYYY]"]],
  ["A", ["12/31/2024"], ["type: date", "formats: [MM/DD/YYYY]"]],
  ["A", ["31.1.2024"], ["type: date", "formats: [D.M.YYYY]"]],
  ["A", ["3/14/20", "1/2/21"], ["type: date", "formats: [M/D/YY]"]],
  ["A", ["3/14/45", "1/2/71"], [
    "C: type: date # its two-digit years may be of this century or the last",
    "C: formats: [M/D/YY]",
    "C: twoDigitYearsFrom: 1930",
  ]],
  ["A", ["2024/01/31"], ["type: date", "formats: [YYYY/MM/DD]"]],
  ["A", ["14-Mar-2020"], ["type: date", "formats: [DD-MMM-YYYY]"]],
  ["A", ["3. März 2024"], ["type: date", "formats: [D. MMM YYYY]", "language: de"]],
  ["A", ["a@example.com"], ["clean: [lower]", "type: email"]],
  ["A", ["0190163d-8694-739b-aea5-966c26f8ad91"], ["type: uuid"]],
  ["A", ["", " "], []],
  ["A", ["1", "x"], ["C: type: integer # 1 of 2 aren't, first in line 3"].slice(1)],
  // Most values say what a column is; the others are told.
  ["A", ["1", "2", "x"], ["type: integer # 1 of 3 isn't, first in line 4"]],
  ["A", ["2024-01-01", "2024-02-30", "2024-03-01"], ["type: date # 1 of 3 isn't, first in line 3"]],
  ["A", ["a@b.cz", "b@b.cz", "c(at)b.cz"], [
    "clean: [lower]",
    "type: email # 1 of 3 isn't, first in line 4",
  ]],
  ["A", ["1", "2", "3", "x", "y"], ["C: type: integer # 2 of 5 aren't, first in line 5"]],
  ["Email", ["x", "y", "a@b.cz"], [
    "clean: [lower]",
    "type: email # 2 of 3 aren't, first in line 2",
  ]],
  ["Phone", ["+44 7911 123456", "+44 20 7946 0958"], ["type: phone"]],
  // What can be read in two ways is not in force.
  ["A", ["01/02/2024"], [
    "C: type: date # all values fit MM/DD/YYYY too",
    "C: formats: [DD/MM/YYYY]",
  ]],
  ["A", ["2024-01-01 10:00"], [
    "C: type: datetime # its times say no time zone: name theirs, e.g. Europe/London",
    "C: timeZone: UTC",
  ]],
  ["A", ["3/14/2020 1:05 PM"], [
    "C: type: datetime # its times say no time zone: name theirs, e.g. Europe/London",
    "C: formats: [M/D/YYYY h:mm A]",
    "C: timeZone: UTC",
  ]],
  ["A", ["1.234", "12.000"], [
    "C: type: number # the point may part thousands or a fraction",
    'C: decimal: "."',
  ]],
  ["A", ["1,234", "12,000"], [
    "C: type: number # the comma may part thousands or a fraction",
    'C: decimal: "."',
  ]],
  ["A", ["1.234", "0.5"], ["type: number"]],
  ["A", ["1.234", "2,50"], ["type: number", 'decimal: ","']],
  ["A", ["1.234.567"], ["C: type: number # the point may part thousands or a fraction"].slice(1)],
  ["A", ["1,234.50", "7"], ["type: number", 'decimal: "."']],
  [
    "A",
    ["1.5", "2,5"],
    ["C: type: number # the comma may part thousands or a fraction", 'C: decimal: "."'].slice(2),
  ],
  ["A", ["yes", "yes"], ["C: type: boolean # only one word of the two is there"]],
  ["Country", ["NO", "NO"], ["C: type: boolean # only one word of the two is there"]],
  [
    "Phone",
    ["0170 1234567", "030 123456"],
    [
      "C: type: phone # numbers without a country code need the one of their country",
      "C: callingCode: 44",
    ].slice(2),
  ],
  ["Phone", ["0170 1234567", "+49 30 123456", "030 7654321"], [
    "C: type: phone # numbers without a country code need the one of their country",
    "C: callingCode: 49",
  ]],
  ["Phone", ["447911123456", "447911123457"], [
    "C: type: phone # numbers without a country code need the one of their country",
    "C: callingCode: 44",
  ]],
  ["Phone", ["12125551234", "14155552671"], [
    "C: type: phone # numbers without a country code need the one of their country",
    "C: callingCode: 1",
  ]],
  // Truth in other languages.
  ["A", ["ja", "nein"], [
    "type: boolean",
    "trueWords: [ja, j, wahr]",
    'falseWords: [nein, "n", falsch]',
  ]],
  ["A", ["Tak", "Nie"], [
    "type: boolean",
    "trueWords: [tak, t, prawda]",
    'falseWords: [nie, "n", "fałsz"]',
  ]],
  ["A", ["да", "нет"], ["type: boolean", 'trueWords: ["да", "д"]', 'falseWords: ["нет", "н"]']],
  // Words for nothing, and what spreadsheets put around text.
  ["A", ["NULL", "40", "\\N"], ['clean: [{ nullWords: ["NULL", "\\\\N"] }]', "type: integer"]],
  ["A", ["n/a", "Rome"], [
    "C: clean: [{ nullWords: [n/a] }] # if these words mean that there is nothing",
  ]],
  ["A", ['="01234"', '="00007"'], ["clean: [unquote]"]],
  ["A", ["4.47912E+11", "2"], [
    "# 1 of its values are numbers that a spreadsheet has shortened (first in line 2): export the column as text.",
  ]],
];

for (const [header, values, expected] of COLUMNS) {
  const shown = values.length > 9 ? `${values.length} values` : JSON.stringify(values);
  Deno.test(`of a column ${header} with ${shown} is written ${JSON.stringify(expected)}`, () => {
    const text = suggest({
      header: [header],
      rows: values.map((value) => [value]),
      destination: "http",
    });
    const [, column = ""] = text.split("  - from: ");
    const lines = column.split("\n\n")[0]?.split("\n").slice(1)
      .map((line) => line.trim().replace("# CHOOSE: ", "C: "))
      .filter((line) => !/^(?:C: )?to: /.test(line));
    if (expected.length > 0 || !lines?.some((line) => line.startsWith("C: "))) {
      assertEquals(lines, expected);
    } else assert(lines.every((line) => line.startsWith("C: ")), lines.join("\n"));
  });
}

Deno.test("every mark can be taken away by itself or with all others, and the file is valid", async () => {
  const header = [...HEADER, "Note", "note", " Note\n2 ", "Note_2", "When", "Sum", "Tel"];
  const rows = ROWS.map((
    row,
  ) => [...row, "n/a", "b", "c", "d", "01/02/2024", "1.234", "0170 1234567"]);
  for (const destination of ["mparticle", "http"]) {
    const text = suggest({ header, rows, destination });
    await parseMapping(text, "new.yaml");
    const file = await parseMapping(accepted(text), "new.yaml");
    assertEquals(file.columns.filter(({ to }) => to === undefined), []);
    const lines = text.split("\n");
    for (const [at, line] of lines.entries()) {
      if (!line.includes("# CHOOSE: ")) continue;
      if (/CHOOSE: (?:formats|timeZone|decimal|callingCode|twoDigitYearsFrom):/.test(line)) {
        continue;
      }
      // Lines below with a mark go together with this one.
      let to = at + 1;
      while (
        /CHOOSE: (?:formats|timeZone|decimal|callingCode|twoDigitYearsFrom):/.test(lines[to] ?? "")
      ) to++;
      const taken = lines.map((each, n) => n >= at && n < to ? accepted(each) : each).join("\n");
      const isTarget = /CHOOSE: to: event_attributes/.test(line);
      if (!isTarget) await parseMapping(taken, "new.yaml");
    }
  }
});

Deno.test("targets are names on one line, and no two of them are the same", () => {
  const header = ["id", " First\r\nline ", "A\u200b  b", "a_b", "A-B", "x".repeat(500), "\u200b"];
  const text = suggest({ header, rows: [], destination: "mparticle" });
  assertStringIncludes(text, "to: user_attributes.First line\n");
  assertStringIncludes(text, "to: user_attributes.A b\n");
  assertStringIncludes(text, "to: user_attributes.field\n");
  assert(text.split("\n").every((line) => !/to: .{250}/.test(line)));
  const http = suggest({ header, rows: [], destination: "http" });
  assertStringIncludes(http, "to: first_line\n");
  assertStringIncludes(http, "to: a_b\n");
  assertStringIncludes(http, "to: a_b_2\n");
  assertStringIncludes(http, "to: a_b_3\n");
});

for (
  const [language, header] of [
    ["German", ["Kundennummer", "E-Mail-Adresse", "Vorname", "Nachname", "Handynummer", "PLZ"]],
    ["French", ["N° client", "Courriel", "Prénom", "Nom de famille", "Téléphone", "Code postal"]],
    ["Spanish", [
      "ID cliente",
      "Correo electrónico",
      "Nombre",
      "Apellidos",
      "Teléfono",
      "Código postal",
    ]],
    ["Italian", [
      "ID cliente",
      "Indirizzo email",
      "Nome",
      "Cognome",
      "Cellulare",
      "Codice postale",
    ]],
    ["Portuguese", ["ID cliente", "E-mail", "Nome", "Apelido", "Telemóvel", "Código postal"]],
    ["Dutch", [
      "Klantnummer",
      "E-mailadres",
      "Voornaam",
      "Achternaam",
      "Telefoonnummer",
      "Postcode",
    ]],
    ["Polish", [
      "Numer klienta",
      "Adres e-mail",
      "Imię",
      "Nazwisko",
      "Numer telefonu",
      "Kod pocztowy",
    ]],
    ["Czech", ["Číslo zákazníka", "E-mail", "Jméno", "Příjmení", "Telefonní číslo", "PSČ"]],
    ["Hungarian", [
      "Ügyfélszám",
      "E-mail cím",
      "Keresztnév",
      "Vezetéknév",
      "Telefonszám",
      "Irányítószám",
    ]],
    ["Swedish", [
      "Kundnummer",
      "E-postadress",
      "Förnamn",
      "Efternamn",
      "Mobilnummer",
      "Postnummer",
    ]],
    ["Danish", ["Kundenummer", "E-mail", "Fornavn", "Efternavn", "Telefon", "Postnr."]],
    ["Finnish", ["Asiakasnumero", "Sähköposti", "Etunimi", "Sukunimi", "Puhelin", "Postinumero"]],
    ["Greek", ["ID", "E-mail", "Όνομα", "Επώνυμο", "Τηλέφωνο", "Τ.Κ."]],
    ["Russian", [
      "ID клиента",
      "Электронная почта",
      "Имя",
      "Фамилия",
      "Телефон",
      "Почтовый индекс",
    ]],
    ["Turkish", ["ID", "E-posta", "İsim", "Soyadı", "Telefon", "Posta kodu"]],
  ] as const
) {
  Deno.test(`headers in ${language} are known`, async () => {
    const file = await parseMapping(suggest({ header, rows: [], destination: "http" }), "new.yaml");
    assertEquals(file.columns.map(({ to }) => to), [
      ...["id", "email", "first_name", "last_name", "phone", "postcode"],
    ]);
  });
}

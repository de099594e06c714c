import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { UsageError } from "../../src/model/errors.ts";
import { builtinMappingText } from "../../src/mapping/load.ts";
import { builtin } from "./support.ts";
import { builtinMapping, definitionOf, parseMapping } from "../support/destinations.ts";

/** The message of the error that a mapping file gives. */
async function faultsOf(text: string): Promise<string> {
  const error = await assertRejects(() => parseMapping(text, "map.yaml"), UsageError);
  return error.message;
}

/** A valid mapping file, with one part of it replaced. */
function http(replaced: string, by: string): string {
  const text = `destination: http
http:
  url: https://api.example.com/items
  auth: { type: none }
columns:
  - from: Email
    to: properties.email
    type: email
  - from: Age
    type: integer
    role: age
minAge: 18
`;
  if (!text.includes(replaced)) throw new Error(`no ${replaced} to replace`);
  return text.replace(replaced, () => by);
}

Deno.test("a mapping may be written in YAML or in JSON", async () => {
  const yaml = await parseMapping(http("http", "http"), "map.yaml");
  const json = await parseMapping(JSON.stringify(yaml, null, 2), "map.json");
  assertEquals(json, yaml);
});

Deno.test("the built-in mappings are valid mapping files", async () => {
  for (const name of ["mparticle", "showads"]) {
    const file = builtin(name);
    assertEquals(await parseMapping(JSON.stringify(file), `${name}.json`), file);
  }
  assertEquals([builtinMapping("http")], [null]);
});

Deno.test("a built-in mapping can be printed as a file that means the same", async () => {
  for (const name of ["mparticle", "showads"]) {
    const text = await builtinMappingText(
      name,
      definitionOf(name).builtinMapping,
      "./rowferry.schema.json",
    );
    assertEquals(await parseMapping(text, `${name}.yaml`), builtin(name));
  }
});

const ERRORS: readonly [what: string, replaced: string, by: string, message: string][] = [
  ["an unknown key", "role: age", "rol: age", 'map.yaml:11:5: unknown key "rol" (nearest: "role")'],
  [
    "an unknown section",
    "minAge: 18",
    "minAeg: 18",
    'map.yaml:12:1: unknown key "minAeg" (nearest: "minAge")',
  ],
  ["an unknown type", "type: email", "type: emial", '(nearest: "email")'],
  [
    "an unknown destination",
    "destination: http",
    "destination: htp",
    'map.yaml:1:14: destination: expected one of "mparticle", ',
  ],
  [
    "a value of the wrong kind",
    "minAge: 18",
    "minAge: old",
    "map.yaml:12:9: minAge: expected a number instead of text",
  ],
  ["a missing key", "from: Email", "aliases: [E]", 'map.yaml:6:5: "from" is missing'],
  ["a list in place of keys", "auth: { type: none }", "auth: [1]", "map.yaml:4:9: auth: "],
  [
    "an unknown step",
    "type: email",
    "clean: [lowr]",
    'map.yaml:8:13: clean: expected one of "trim", "lower", "upper", "capitalize", "digits", "unpad", "unquote", "unseen", "nfc" or "plain" instead of "lowr" (nearest: "lower")',
  ],
  [
    "a misspelt step",
    "type: email",
    "clean: [{ replac: { text: a, with: b } }]",
    'map.yaml:8:15: unknown key "replac" (nearest: "replace")',
  ],
  ["broken YAML", "type: email", "type: [email", "map.yaml:9:3: "],
  [
    "a key that is there twice",
    "type: email",
    "type: email\n    type: email",
    "map.yaml:9:5: Map keys must be unique",
  ],
  [
    "a path into the prototype",
    "properties.email",
    "__proto__.email",
    'map.yaml:7:9: to: expected a path without "__proto__"',
  ],
  [
    "a constructor path",
    "properties.email",
    "a.constructor.b",
    'expected a path without "constructor"',
  ],
  [
    "a key into the prototype",
    "auth: { type: none }",
    "headers: { __proto__: x }",
    'map.yaml:4:14: the key "__proto__" is not allowed',
  ],
  [
    "a malformed path",
    "properties.email",
    "properties..email",
    "expected a path such as properties.email or tags[0]",
  ],
  ["a huge index", "properties.email", "tags[100000]", "expected an index of at most 999"],
  ["targets that clash", "role: age", "to: properties", "map.yaml:11:9: "],
  [
    "a target used twice",
    "role: age",
    "to: properties.email",
    "is the target of another value already",
  ],
  [
    "a secret in the file",
    "auth: { type: none }",
    "auth: { type: bearer, token: sesame }",
    "a mapping file holds no secrets",
  ],
  [
    "an environment variable without a name",
    "https://api",
    "https://${a-b}",
    "expected a name of letters, digits and underscores",
  ],
  [
    "a URL of another scheme",
    "https://",
    "file://",
    "expected a URL that starts with http://, https://",
  ],
  [
    "an age filter without ages",
    "    role: age\n",
    "",
    "minAge needs a column that is marked with role: age",
  ],
  [
    "a smallest above the largest",
    "role: age",
    "role: age\n    min: 3\n    max: 2",
    "3 is above 2",
  ],
  [
    "a broken pattern",
    "type: email",
    "pattern: '('",
    "map.yaml:8:14: pattern: expected a regular expression",
  ],
  [
    "a pattern that looks ahead",
    "type: email",
    "pattern: 'a(?=b)'",
    "map.yaml:8:14: pattern: expected a pattern without look-around, as at character 2",
  ],
  [
    "a calling code of no country",
    "type: email",
    "type: phone\n    callingCode: 999",
    "callingCode: expected the calling code of a country",
  ],
  [
    "an unknown time zone",
    "type: email",
    "type: datetime\n    timeZone: Europe/Lodnon",
    "expected an IANA time zone",
  ],
  [
    "a date format without a day",
    "type: email",
    "type: date\n    formats: [MM/YYYY]",
    "expected a format with year, month and day",
  ],
  [
    "a date format with unknown letters",
    "type: email",
    "type: date\n    formats: [DD/MM/YYYY Q]",
    "expected a format made of",
  ],
  [
    "a default that its own type refuses",
    "type: email",
    "type: email\n    clean: [{ default: nobody }]",
    "the default is not an e-mail address",
  ],
  [
    "a required optional column",
    "type: email",
    "required: true\n    optionalColumn: true",
    "both required and optional",
  ],
  [
    "a replacement by a group that is not there",
    "type: email",
    "clean: [{ replace: { pattern: a, with: $1 } }]",
    "map.yaml:8:44: with: expected $$ for a dollar sign",
  ],
  [
    "a default that is too long to replace a pattern in",
    "type: email",
    `clean: [{ default: ${"a".repeat(10_001)} }, { replace: { pattern: a, with: b } }]`,
    "the default is longer than the 10000 characters in which a pattern is replaced",
  ],
  ["an alias that is another column", "type: email", "aliases: [Age]", '"Age" already means'],
  ["a rule that can't be read", "minAge: 18", "where: ['Age >> 3']", "map.yaml:12:9: where: "],
  ["a list of unknown columns", "minAge: 18", "requireOneOf: [[Emial]]", '(nearest: "Email")'],
  [
    "results found by a value that no column gives",
    "auth: { type: none }",
    "results: { at: errors, match: { by: key, path: id, record: user.id } }",
    'no column or constant goes to "user.id"',
  ],
  [
    "a status that means two things",
    "auth: { type: none }",
    "statuses: { refused: [5xx] }",
    "5xx is in retried too",
  ],
  [
    "a status that can't mean what it says",
    "auth: { type: none }",
    "statuses: { accepted: [2xx, 401] }",
    "401 means that the credentials were refused",
  ],
  [
    "results that can't tell failures",
    "auth: { type: none }",
    "results: { at: items, match: { by: position } }",
    "expected status or failed",
  ],
];

for (const [what, replaced, by, message] of ERRORS) {
  Deno.test(`a mapping file with ${what} is refused with its place`, async () => {
    const text = await faultsOf(http(replaced, by));
    assertStringIncludes(text, message);
    assertEquals(/^map\.yaml:\d+:\d+: /.test(text), true, text);
  });
}

Deno.test("the first few errors are told in the order of the file, one a line", async () => {
  const columns = Array.from({ length: 8 }, (_, n) => `  - form: C${n}`).join("\n");
  const lines = (await faultsOf(`destination: showads\ncolumns:\n${columns}\n`)).split("\n");
  assertEquals(lines.length, 6);
  assertEquals(lines[0], 'map.yaml:3:5: "from" is missing');
  assertEquals(lines[1], 'map.yaml:3:5: unknown key "form" (nearest: "from")');
  assertStringIncludes(lines[5] ?? "", "more");
});

Deno.test("a secret in the wrong place is refused without being shown", async () => {
  for (const token of ["sesame", "123456", "[sesame]"]) {
    const text = await faultsOf(
      http("auth: { type: none }", `auth: { type: bearer, token: ${token} }`),
    );
    assertEquals(/sesame|123456/.test(text), false, text);
  }
});

Deno.test("an empty file and a file that is no mapping are told apart from misspelt ones", async () => {
  assertStringIncludes(await faultsOf("# nothing yet\n"), "map.yaml is empty");
  assertStringIncludes(await faultsOf("just text"), "expected keys with values");
});

Deno.test("a small file can't be blown up by aliases", async () => {
  const levels = Array.from({ length: 9 }, (_, n) => {
    const items = Array(9).fill(n === 0 ? "x" : `*l${n - 1}`).join(", ");
    return `l${n}: &l${n} [${items}]`;
  });
  assertStringIncludes(await faultsOf(levels.join("\n")), "aliases");
});

const MPARTICLE = `destination: mparticle
mparticle: { event: { name: Imported, type: transaction } }
columns:
  - { from: id, to: user_identities.customer_id }
`;

for (
  const [what, line, message] of [
    ["group", "  - { from: a, to: user_atributes.a }", '(nearest: "user_attributes")'],
    ["identity", "  - { from: a, to: user_identities.e-mail }", '(nearest: "email")'],
    ["name", "  - { from: a, to: user_attributes. }", 'expected a name after "user_attributes."'],
    ["prototype", "  - { from: a, to: user_attributes.__proto__ }", 'other than "__proto__"'],
    ["clock", "  - { from: a, to: timestamp }", "must be of type date or datetime"],
  ] as const
) {
  Deno.test(`an mParticle target with a wrong ${what} is refused`, async () => {
    const text = await faultsOf(MPARTICLE + line);
    assertStringIncludes(text, "map.yaml:5:");
    assertStringIncludes(text, message);
  });
}

Deno.test("an http mapping needs a column that goes somewhere", async () => {
  const text = await faultsOf(
    "destination: http\nhttp: { url: 'https://x.example' }\ncolumns:\n  - { from: a }\n",
  );
  assertStringIncludes(text, "no column goes anywhere");
});

Deno.test("a mapping file in another encoding is refused", async () => {
  assertStringIncludes(await faultsOf("destination: http # gr\ufffd\ufffde\n"), "is not UTF-8");
});

Deno.test("an mParticle mapping has no identity of JSON and no constant time", async () => {
  const text = await faultsOf(
    `${MPARTICLE}  - { from: a, to: user_identities.email, type: json }\n` +
      "constants: [{ to: timestamp, value: '2024' }]\n",
  );
  assertStringIncludes(text, '"user_identities.email" takes a text');
  assertStringIncludes(text, "comes from a column");
});

Deno.test("an mParticle mapping needs an identity, and an event for event attributes", async () => {
  const text = await faultsOf(
    "destination: mparticle\ncolumns:\n  - { from: a, to: event_attributes.a }\n",
  );
  assertStringIncludes(text, "no column goes to user_identities");
  assertStringIncludes(text, "needs an event");
});

Deno.test("a ShowAds mapping needs both fields, from columns that are there", async () => {
  const text = await faultsOf(
    "destination: showads\ncolumns:\n  - { from: a, to: BannerId, type: integer, optionalColumn: true }\n  - { from: b, to: Cookie }\n",
  );
  assertStringIncludes(text, "the column that goes to BannerId can't be optional");
  assertStringIncludes(text, "no column goes to VisitorCookie");
  assertStringIncludes(text, 'expected "VisitorCookie" or "BannerId" instead of "Cookie"');
});

Deno.test("an environment variable in a constant is refused where it would be sent as it stands", async () => {
  const text = "destination: showads\n" +
    "columns: [{ from: c, to: VisitorCookie }]\n" +
    "constants: [{ to: BannerId, value: '${BANNER}' }]\n";
  const message = "map.yaml:3:36: value: environment variables are not replaced here";
  assertStringIncludes(await faultsOf(text), message);
});

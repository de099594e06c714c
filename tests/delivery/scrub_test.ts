import { Buffer } from "node:buffer";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";

import {
  batchValues,
  rowValues,
  scrub,
  scrubProblem,
  secretsIn,
} from "../../src/delivery/scrub.ts";
import type { Batch } from "../../src/model/batch.ts";
import type { Block } from "../../src/model/row.ts";
import { makeBatch, makeRow } from "./rig.ts";

const CASES: readonly [string, string, string[], string][] = [
  ["a value", "The name Ada is taken.", ["Ada"], "The name … is taken."],
  ["a value in other letters", "ada@x.org is not valid.", ["ADA@X.org"], "… is not valid."],
  ["a value within another", "Ann Annable: no.", ["Ann", "Ann Annable"], "…: no."],
  ["a value with line ends", "Got a\n b here.", ["a\r\nb"], "Got … here."],
  ["a value as JSON", 'Got "a\\"b".', ['a"b'], 'Got "…".'],
  ["a value as JSON in ASCII", 'Got "zs\\u00f3fia".', ["zsófia"], 'Got "…".'],
  ["a value as PHP words JSON", 'Got "a\\/b".', ["a/b"], 'Got "…".'],
  ["a value in a URL", "Got ann%2Bx%40y.org.", ["ann+x@y.org"], "Got …."],
  ["a value in a form", "Got Ann+Lee, Bo%20Lee.", ["Ann Lee", "Bo Lee"], "Got …, …."],
  [
    "a value as Python words it",
    "Got 'O\\'Neil' b'ren\\xc3\\xa9'.",
    ["O'Neil", "rené"],
    "Got '…' b'…'.",
  ],
  ["a value in HTML", "Got O&#x27;Neil &amp; Ren&#233;e.", ["O'Neil & Renée"], "Got …."],
  ["a value with what takes no room", "Got a\u00adda@x.o\u200brg.", ["ada@x.org"], "Got …."],
  ["a value that stood in a URL", "Got abc/def.", ["abc%2Fdef"], "Got …."],
  ["signs of regular expressions", "Got (.*)+ here.", ["(.*)+"], "Got … here."],
  ["a value that was cut off", "Unknown person jane.d…", ["jane.doe@x.org"], "Unknown person ……"],
  ["a value both whole and cut off", "Got jane.doe, jane.d…", ["jane.doe"], "Got …, ……"],
  ["a short value that is a word", "Banner 12 of 0 to 120.", ["12", "o"], "Banner … of 0 to 120."],
  ["no part of a word by a short value", "Row 12 is bad.", ["b", "2", "i"], "Row 12 is bad."],
];

for (const [name, message, values, expected] of CASES) {
  Deno.test(`an API's message is scrubbed of ${name}`, () => {
    assertEquals(scrub(message, values), expected);
  });
}

Deno.test("a value survives no cut, wherever it falls", () => {
  const value = "Jerry & Anna & Tom";
  const escaped = value.replaceAll("&", "&amp;");
  // Blanked, the values before take no room: what is cut shows at the end.
  for (let padding = 0; padding < 40; padding++) {
    const scrubbed = scrub(`${"x".repeat(padding)} ${`${escaped}, `.repeat(300)}`, [value]);
    assert(!/Jerry|Anna/.test(scrubbed), scrubbed);
  }
});

Deno.test("a password in letters of any kind is known from the header that carries it", () => {
  const bytes = new TextEncoder().encode("key:žluťoučký");
  const head = {
    method: "POST",
    url: "https://x.example",
    headers: { Authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` },
  } as const;
  const problem = {
    code: "refused-400",
    column: null,
    message: "No",
    words: "Bad žluťoučký, key.",
  };
  const secrets = secretsIn({ secrets: [] }, head);
  assertEquals(scrubProblem(problem, [], secrets).message, "No: Bad …, ….");
});

Deno.test("a scrubbed message is one line of at most 300 characters", () => {
  assertEquals(scrub("word ".repeat(1_000), []).length, 300);
  assertEquals(scrub(" two\n\tlines ", []), "two lines");
});

Deno.test("no value of three characters or more survives", () => {
  fc.assert(fc.property(
    fc.array(fc.stringMatching(/^[a-z0-9@.]{3,12}$/), { minLength: 1, maxLength: 5 }),
    fc.array(fc.stringMatching(/^[A-Z ]{0,4}$/), { maxLength: 5 }),
    (values, words) => {
      const message = values.map((value, index) => value + (words[index] ?? " ")).join(" ");
      const scrubbed = scrub(message, values).toLowerCase();
      for (const value of values) assert(!scrubbed.includes(value));
    },
  ));
});

Deno.test("what became of a row's values and the request's secrets are scrubbed too", () => {
  const payload = () => '{"a":[{"b":"2024-02-01"}],"n":12345}';
  const batch = makeBatch([7], 0, { payload });
  const message = "2024-02-01, 12345 and person-7 by k3y:s3cret with azN5OnMzY3JldA==";
  const request = {
    method: "POST",
    url: "http://x/",
    headers: { authorization: "Basic azN5OnMzY3JldA==" },
  };
  const problem = { code: "refused-400", column: null, message: "Refused", words: message };
  const scrubbed = scrubProblem(problem, rowValues(batch, 0), secretsIn({ secrets: [] }, request));
  assertEquals(scrubbed.message, "Refused: …, … and … by …:… with …");
});

const SECRET = 'k/e+y "S3CRET\\%ÄÖ=zz9';
const escaped = [...SECRET].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

for (
  const [name, form] of [
    ["as it is", SECRET],
    ["in a URL", encodeURI(SECRET)],
    ["as a part of a URL", encodeURIComponent(SECRET)],
    ["as a part of a URL, small", encodeURIComponent(SECRET).toLowerCase()],
    ["encoded for a URL twice", encodeURIComponent(encodeURIComponent(SECRET))],
    ["as a form", new URLSearchParams({ "": SECRET }).toString().slice(1)],
    ["in JSON", JSON.stringify(SECRET).slice(1, -1)],
    ["in JSON, each character escaped", escaped.join("")],
    ["in HTML", [...SECRET].map((unit) => `&#${unit.codePointAt(0)};`).join("")],
    ["in Base64", Buffer.from(SECRET).toString("base64")],
    ["in Base64 for URLs", Buffer.from(SECRET).toString("base64url")],
    ["in hexadecimal", Buffer.from(SECRET).toString("hex").toUpperCase()],
  ] as const
) {
  Deno.test(`a secret is blanked that an API repeats ${name}`, () => {
    const secrets = secretsIn({ secrets: [SECRET] }, { method: "POST", url: "", headers: {} });
    const words = scrub(`the key ${form} is wrong`, secrets);
    assertEquals(words.replace("…=", "…"), "the key … is wrong");
  });
}

Deno.test("a short secret takes no words with it that only look like it", () => {
  const secrets = secretsIn({ secrets: ["ab"] }, { method: "POST", url: "", headers: {} });
  assertEquals(scrub("6162 of ab", secrets), "6162 of …");
});

Deno.test("of a payload of several lines, values are blanked and names are not", () => {
  const lines = '{"index":{"_id":"C3","_index":"people"}}\n{"age":"old"}';
  const batch: Batch = { ...rowFrom("C3,old\n"), payload: () => lines };
  const words = "document.age: old is no number (index people, id C3)";
  assertEquals(scrub(words, rowValues(batch, 0)), "document.age: … is no number (index …, id …)");
});

Deno.test("a constant of the mapping is kept in an API's words, unless it is a field's value, too", () => {
  const payload = () => '{"idProperty":"email","id":"ann@x.org"}';
  const words = "Invalid email address ann@x.org";
  const batch = { ...rowFrom("ann@x.org,1\n"), payload };
  assertEquals(scrub(words, rowValues(batch, 0, ["email"])), "Invalid email address …");
  const same = { ...rowFrom("ann@x.org,email\n"), payload };
  assertEquals(scrub(words, batchValues(same, ["email"])), "Invalid … address …");
});

Deno.test("a row is scrubbed of its own values, a batch of those of all its rows", () => {
  const batch = makeBatch([7, 8, 9]);
  const message = "person-7, person-8 and person-9";
  assertEquals(scrub(message, rowValues(batch, 1)), "person-7, … and person-9");
  assertEquals(scrub(message, batchValues(batch)), "…, … and …");
  assertEquals(scrub(message, batchValues(batch.pick([0, 2]))), "…, person-8 and …");
});

/** A batch of one row that looks like this in its source, and of which nothing was sent. */
function rowFrom(text: string, block: Partial<Block> = {}): Batch {
  const row = makeRow(1);
  const unitBytes = block.unitBytes ?? 1;
  const [offset, end] = [row.start - 3 * unitBytes, row.start + text.length * unitBytes];
  return {
    length: 1,
    route: 0,
    body: new Uint8Array(),
    place: () => ({
      ...row,
      end,
      // Other records stand around it.
      block: { offset, unitBytes, bigEndian: false, ...block, text: `x,\n${text}y,z\n` },
    }),
    rows: () => [[1, 1]],
    payload: () => "{}",
    pick: () => rowFrom(text, block),
  };
}

const latin1 = (text: string) => String.fromCharCode(...new TextEncoder().encode(text));

const SOURCES: readonly [string, Batch][] = [
  ["commas", rowFrom(latin1("Ada,Žofie Nováková,12345\n"))],
  ["semicolons and CRLF", rowFrom(latin1("Ada;Žofie Nováková;12345\r\n"))],
  ["tabs, without a line end", rowFrom(latin1("Ada\tŽofie Nováková\t12345"))],
  ["bars and quotes", rowFrom(latin1('"Ada"|"Žofie Nováková"|12345\n'))],
  ["carets", rowFrom(latin1("Ada^Žofie Nováková^12345\n"))],
  ["UTF-16", rowFrom("Ada,Žofie Nováková,12345\n", { unitBytes: 2 })],
];

for (const [name, batch] of SOURCES) {
  Deno.test(`fields that no request held are found in a record of ${name}`, () => {
    const message = "Ada, Žofie Nováková (12345) is known, Žofie is not";
    assertEquals(scrub(message, batchValues(batch)), "…, … (…) is known, Žofie is not");
  });
}

Deno.test("fields are found in a record whose bytes are no UTF-8", () => {
  const batch = rowFrom("Zoë,12345\n"); // In windows-1252, each letter is a byte of this number.
  assertEquals(scrub("Zoë (12345) is known", batchValues(batch)), "… (…) is known");
});

Deno.test("a quoted field of several lines leaves none of them", () => {
  for (const lineEnd of ["\n", "\r\n"]) {
    const batch = rowFrom(`1,"Ada Lovelace${lineEnd}12 Main Street"${lineEnd}`);
    const scrubbed = scrub("no Ada Lovelace at 12 Main Street", batchValues(batch));
    assertEquals(scrubbed, "no … at …");
  }
});

Deno.test("a quoted field that holds quotes and delimiters leaves none of its parts", () => {
  const batch = rowFrom('"Ada ""the Countess"", Lovelace"\n');
  const scrubbed = scrub('Ada "the Countess", Lovelace is known', batchValues(batch));
  assertEquals(scrubbed, '… "…", … is known');
});

Deno.test("a code that an API made of a value is none, and one that is its own stays", () => {
  const request = { method: "POST", url: "", headers: { "X-Api-Key": "9f8e 7d" } };
  const secrets = secretsIn({ secrets: [] }, request);
  const codeOf = (code: string) =>
    scrubProblem({ code, column: null, message: "No." }, ["Zaph1od B", "404", "ali"], secrets).code;
  assertEquals(codeOf("refused-duplicate-zaph1od-b"), "refused");
  assertEquals(codeOf("refused-key-9f8e-7d-denied"), "refused");
  assertEquals(codeOf("refused-404"), "refused-404");
  assertEquals(codeOf("refused-invalid-value"), "refused-invalid-value");
});

Deno.test("our own words are kept whole, whatever a row holds", () => {
  const problem = { code: "refused-400", column: null, message: "127.0.0.1 refused the row" };
  assertEquals(scrubProblem(problem, ["1", "row"], []).message, "127.0.0.1 refused the row.");
  const words = "1 is no id";
  assertEquals(
    scrubProblem({ ...problem, words }, ["1"], []).message,
    "127.0.0.1 refused the row: … is no id",
  );
});

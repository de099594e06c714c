/** Bodies in all their forms, URLs that rows fill, and what mappings must not say of them. */

import { assertEquals, assertThrows } from "@std/assert";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import type { Value } from "../../../src/model/value.ts";
import {
  answerOf,
  batchOf,
  compiled,
  encode,
  payloadOf,
  requestOf,
  sinkFor,
} from "../../support/sinks.ts";

const URL_ = "https://api.example.com/v1/items";

/** A mapping of columns c0, c1, … to these targets. */
function fileOf(http: Record<string, unknown>, targets: readonly string[], more = {}) {
  const columns = targets.map((to, n) => ({ from: `c${n}`, to }));
  return { destination: "http", columns, http: { url: URL_, ...http }, ...more };
}

function requestFor(
  http: Record<string, unknown>,
  targets: readonly string[],
  rows: readonly (readonly Value[])[],
  more = {},
) {
  const sink = sinkFor(fileOf(http, targets, more), { variables: { KEY: "k&y" } });
  const { destination } = sink;
  const request = requestOf(destination, batchOf(sink, rows), null);
  return { ...request, type: request.headers["Content-Type"], limits: destination.limits };
}

const BODIES: [
  what: string,
  envelope: Record<string, unknown>,
  targets: string[],
  rows: Value[][],
  type: string | undefined,
  body: string,
][] = [
  [
    "bare values",
    { format: "array", at: "ids", item: "id" },
    ["id"],
    [["a"], [2]],
    "application/json",
    '{"ids":["a",2]}',
  ],
  [
    "a form",
    { format: "form", with: { key: "${KEY}" } },
    ["name", "address.city", "tags[0]", "age"],
    [["Ann & Bob", "Brno", "é", 7]],
    "application/x-www-form-urlencoded",
    "key=k%26y&name=Ann+%26+Bob&address%5Bcity%5D=Brno&tags%5B0%5D=%C3%A9&age=7",
  ],
  [
    "a form with the records in a field",
    { format: "form", at: "identification", with: { api_key: "${KEY}" } },
    ["id"],
    [["a"], ["b+"]],
    "application/x-www-form-urlencoded",
    "api_key=k%26y&identification=%5B%7B%22id%22%3A%22a%22%7D%2C%7B%22id%22%3A%22b%2B%22%7D%5D",
  ],
  [
    "CSV",
    { format: "csv", delimiter: ";" },
    ["Id", "Name", "Age"],
    [["a", 'O"Neill; Jr', 7], ["b", undefined, undefined], [" c", "x\ny", true]],
    "text/csv",
    'Id;Name;Age\na;"O""Neill; Jr";7\nb;;\n" c";"x\ny";true\n',
  ],
  [
    "CSV without a header",
    { format: "csv", header: false },
    ["a", "b.c"],
    [["1", "2"]],
    "text/csv",
    "1,2\n",
  ],
  ["nothing", { format: "none" }, [], [[]], undefined, ""],
];

for (const [what, envelope, targets, rows, type, body] of BODIES) {
  Deno.test(`a body is ${what}`, () => {
    const places = targets.length === 0 ? ["{id}"] : targets;
    const values = targets.length === 0 ? [["a"]] : rows;
    const url = targets.length === 0 ? `${URL_}/{id}` : URL_;
    const request = requestFor({ envelope, url, method: "DELETE" }, places, values);
    assertEquals([request.method, request.type, request.body], ["DELETE", type, body]);
  });
}

Deno.test("a form has numbers as they were written, and empty texts for null", () => {
  const file = fileOf({ envelope: { format: "form" } }, [], {
    columns: [
      { from: "n", type: "json", to: "n" },
      { from: "e", to: "e", whenEmpty: null },
    ],
  });
  const value = { big: 1 };
  assertEquals(payloadOf(sinkFor(file), 1, [value, undefined]), "n%5Bbig%5D=1&e=");
});

Deno.test("constants and the row's id stand in CSV behind its columns", () => {
  const http = { envelope: { format: "csv" }, rowId: { to: "id" } };
  const more = { constants: [{ to: "list", value: "a,b" }] };
  assertEquals(requestFor(http, ["x"], [["1"]], more).body, 'x,id,list\n1,run-1,"a,b"\n');
});

Deno.test("a bare value that is empty rejects its row", () => {
  const sink = sinkFor(fileOf({ envelope: { format: "array", item: "id" } }, ["id"]));
  const encoded = encode(sink, 1, [undefined]);
  assertEquals(typeof encoded === "object" && encoded.map(({ code }) => code), ["empty-record"]);
});

for (
  const envelope of [{ format: "csv" }, { format: "form", at: "all" }, {
    format: "array",
    item: "id",
  }]
) {
  Deno.test(`rows are found by a key in ${JSON.stringify(envelope)}`, () => {
    const results = { at: "bad", match: { by: "key", record: "id" } };
    const sink = sinkFor(fileOf({ envelope, results }, ["id"]));
    const batch = batchOf(sink, [['a"; x'], ["b"]]);
    for (const [key, wanted] of [['a"; x', ["refused", null]], ["b", [null, "refused"]]] as const) {
      const verdict = sink.destination.classify(answerOf(200, { bad: [key] }), batch);
      assertEquals(
        verdict.kind === "partial" && verdict.results.map((result) => result?.kind ?? null),
        wanted,
      );
    }
  });
}

Deno.test("a row's values stand in its URL, encoded, and rows of one URL go together", () => {
  const url = `${URL_}/{list}/members?by={id}`;
  const sink = sinkFor(fileOf({ url }, ["{list}", "{id}", "name"]));
  const batch = batchOf(sink, [["a/b", 7, "Ann"], ["a/b", 7, "Bob"]]);
  assertEquals(sink.destination.request(batch, null).url, `${URL_}/a%2Fb/members?by=7`);
  assertEquals(requestOf(sink.destination, batch, null).body, '[{"name":"Ann"},{"name":"Bob"}]');
  assertEquals(sink.destination.address, `${URL_}/{list}/members`);
  const routes = [["a", 1, ""], ["a", 2, ""]].map((values) => encode(sink, 1, values));
  assertEquals(routes[0] === routes[1], false);
});

const UNSENDABLE: [value: Value][] = [[undefined], ["."], [".."], ["a\nb"], ["\ud800"]];

for (const [value] of UNSENDABLE) {
  Deno.test(`${JSON.stringify(value)} in a URL rejects its row`, () => {
    const sink = sinkFor(fileOf({ url: `${URL_}/{id}` }, ["{id}", "x"]));
    const encoded = encode(sink, 1, [value, "x"]);
    const told = typeof encoded === "object" && encoded.map(({ code, column }) => [code, column]);
    assertEquals(told, [["invalid-url", "c0"]]);
  });
}

const WRONG: [what: string, http: Record<string, unknown>, targets: string[], message: string][] = [
  [
    "a place of a URL that no column fills",
    { url: `${URL_}/{id}` },
    ["id"],
    "would be sent as it stands",
  ],
  ["a column for a place that the URL has not", {}, ["{id}"], "http.url has no {id}"],
  ["a place in the host", { url: "https://{id}.example.com/x" }, ["{id}"], "the host is the same"],
  ["a value where there is no body", { url: `${URL_}/{id}`, envelope: { format: "none" } }, [
    "{id}",
    "name",
  ], "without a body"],
  [
    "an item that no column fills",
    { envelope: { format: "array", item: "x" } },
    ["id"],
    "no column goes to",
  ],
];

for (const [what, http, targets, message] of WRONG) {
  Deno.test(`${what} is refused`, () => {
    assertThrows(() => compiled(fileOf(http, targets)), Error, message);
  });
}

const texts = fc.array(fc.tuple(fc.string({ unit: "binary" }), fc.string()), {
  minLength: 1,
  maxLength: 5,
});

/** Texts as a reader of UTF-8 gives them, none of them empty. */
const wellFormed = texts.map((rows) =>
  rows.map((row) => row.map((text) => `${text.toWellFormed()}.`))
);

Deno.test("whatever stands in a row is read back out of CSV as it was", () => {
  const sink = sinkFor(fileOf({ envelope: { format: "csv", delimiter: ";" } }, ["a", "b"]));
  fc.assert(fc.property(wellFormed, (rows) => {
    const { body } = requestOf(sink.destination, batchOf(sink, rows), null);
    const options = { delimiter: ";", record_delimiter: "\n", relax_column_count: false };
    assertEquals(parse(body, options), [["a", "b"], ...rows]);
  }));
});

Deno.test("whatever stands in a row is read back out of a form as it was", () => {
  const sink = sinkFor(fileOf({ envelope: { format: "form" } }, ["a", "b.c"]));
  fc.assert(fc.property(wellFormed, ([row]) => {
    const { body } = requestOf(sink.destination, batchOf(sink, [row ?? []]), null);
    // A form's own line ends are CRLF, which URLSearchParams leaves as they are.
    assertEquals([...new URLSearchParams(body).values()], row ?? []);
  }));
});

Deno.test("whatever stands in a row leads to its own URL and to no other place", () => {
  const sink = sinkFor(fileOf({ url: `${URL_}/{a}/x?b={b}` }, ["{a}", "{b}", "c"]));
  fc.assert(fc.property(fc.string(), fc.string(), (a, b) => {
    const encoded = encode(sink, 1, [a, b, "c"]);
    if (typeof encoded === "object") return;
    const batch = batchOf(sink, [[a, b, "c"]]);
    const url = new URL(sink.destination.request(batch, null).url);
    assertEquals(url.origin, "https://api.example.com");
    const [, , , first = "", last] = url.pathname.split("/");
    assertEquals([decodeURIComponent(first), last, url.searchParams.get("b")], [a, "x", b]);
  }));
});

/** The heads of HTTP messages, by RFC 9112. */

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import * as fc from "fast-check";

import { endOfHead, parseHead, requestHead } from "../../src/http/head.ts";

const URL_OF_ROWS = new URL("http://api.example.com:8080/v2/rows?dry=1#part");

/** The head of an answer with these lines. */
function answer(...lines: string[]) {
  return parseHead(`${lines.join("\r\n")}\r\n\r\n`);
}

Deno.test("a request's head names path, query, host and length, and ends in an empty line", () => {
  const head = requestHead("POST", URL_OF_ROWS, { "Content-Type": "application/json" }, 12);
  const [first, ...fields] = head.replace(/user-agent: .*\r\n/, "").split("\r\n");
  assertEquals(first, "POST /v2/rows?dry=1 HTTP/1.1");
  assertEquals(fields.slice(0, 1), ["host: api.example.com:8080"]);
  assertEquals(fields.slice(1), [
    "Content-Type: application/json",
    "accept: application/json, */*;q=0.5",
    "accept-encoding: identity",
    "content-length: 12",
    "",
    "",
  ]);
  assertStringIncludes(head, "\r\nuser-agent: rowferry/");
});

Deno.test("a request says who asks, unless its own headers do", () => {
  const head = requestHead("POST", URL_OF_ROWS, { "User-Agent": "nightly/1" }, 0);
  assertEquals(head.match(/user-agent: .*/gi), ["User-Agent: nightly/1"]);
});

Deno.test("a question says nothing of a body", () => {
  assertEquals(requestHead("GET", URL_OF_ROWS, {}, 0).includes("content-length"), false);
  assertStringIncludes(requestHead("DELETE", URL_OF_ROWS, {}, 0), "\r\ncontent-length: 0\r\n\r\n");
});

Deno.test("no header can change how a request is cut", () => {
  const headers = { Host: "evil", "Content-Length": "1", "Transfer-Encoding": "chunked" };
  const head = requestHead("POST", URL_OF_ROWS, headers, 5);
  assertEquals(head.match(/^(host|content-length|transfer-encoding):.*$/gim), [
    "host: api.example.com:8080",
    "content-length: 5",
  ]);
});

for (const value of ["a\r\nb: c", "a\nb", "a\0", "snow ☃"]) {
  Deno.test(`a header with ${JSON.stringify(value)} is refused and not quoted`, () => {
    const error = assertThrows(
      () => requestHead("POST", URL_OF_ROWS, { authorization: value }, 0),
      TypeError,
    );
    assertEquals(error.message, "A header is not valid");
  });
}

for (const name of ["", "a b", "a:b", "a\r\n"]) {
  Deno.test(`a header by the name ${JSON.stringify(name)} is refused`, () => {
    assertThrows(() => requestHead("POST", URL_OF_ROWS, { [name]: "" }, 0), TypeError);
  });
}

Deno.test("a head ends with its empty line, whichever line ends it has", () => {
  assertEquals(endOfHead("HTTP/1.1 200 OK\r\na: b\r\n\r\n{}"), 25);
  assertEquals(endOfHead("HTTP/1.1 200 OK\na: b\n\n{}"), 22);
  assertEquals(endOfHead("HTTP/1.1 200 OK\r\na: b\r\n"), -1);
});

Deno.test("an answer's headers are found in any letters, and repeated ones joined", () => {
  const head = answer("HTTP/1.1 207 Multi-Status", "Retry-After:  3\t", "X-A: 1", "x-a: 2", "X-E:");
  assertEquals(head?.status, 207);
  assertEquals(head?.headers.get("retry-after"), "3");
  assertEquals(head?.headers.get("X-A"), "1, 2");
  assertEquals(head?.headers.get("x-e"), "");
  assertEquals(head?.headers.get("x-b"), null);
});

/** Answers, and how far their bodies go; null where they are no HTTP. */
const FRAMINGS: readonly [string, string[], unknown][] = [
  ["a length", ["HTTP/1.1 200 OK", "Content-Length: 12"], { kind: "length", bytes: 12 }],
  ["the same length twice", ["HTTP/1.1 200 OK", "Content-Length: 1", "Content-Length: 1"], {
    kind: "length",
    bytes: 1,
  }],
  ["two lengths", ["HTTP/1.1 200 OK", "Content-Length: 1", "Content-Length: 2"], null],
  ["a length below zero", ["HTTP/1.1 200 OK", "Content-Length: -1"], null],
  ["chunks", ["HTTP/1.1 200 OK", "Transfer-Encoding: chunked"], { kind: "chunked" }],
  ["chunks within another coding", ["HTTP/1.1 200 OK", "Transfer-Encoding: gzip, Chunked"], {
    kind: "chunked",
  }],
  ["another coding", ["HTTP/1.1 200 OK", "Transfer-Encoding: gzip"], { kind: "close" }],
  ["chunks and a length", ["HTTP/1.1 200 OK", "Content-Length: 1", "Transfer-Encoding: chunked"], {
    kind: "chunked",
  }],
  ["neither", ["HTTP/1.1 200 OK"], { kind: "close" }],
  ["204", ["HTTP/1.1 204 No Content"], { kind: "length", bytes: 0 }],
  ["304 with a length", ["HTTP/1.1 304 Not Modified", "Content-Length: 9"], {
    kind: "length",
    bytes: 0,
  }],
  ["no reason", ["HTTP/1.1 200", "Content-Length: 0"], { kind: "length", bytes: 0 }],
  ["a status of four digits", ["HTTP/1.1 2000 OK"], null],
  ["HTTP/2", ["HTTP/2 200"], null],
  ["another protocol", ["SSH-2.0-OpenSSH_9.2"], null],
  ["a control character", ["HTTP/1.1 200 OK", "Content-Length: 0", "a: b\x01"], null],
  ["a line without a name", ["HTTP/1.1 200 OK", ": b"], null],
];

for (const [name, lines, framing] of FRAMINGS) {
  Deno.test(`the body of an answer with ${name} is framed so`, () => {
    assertEquals(answer(...lines)?.framing ?? null, framing);
  });
}

/** Answers, and how long their connections can be kept. */
const KEPT: readonly [string, string[], number][] = [
  ["HTTP/1.1", ["HTTP/1.1 200 OK", "Content-Length: 0"], 50_000],
  ["HTTP/1.1 that closes", ["HTTP/1.1 200 OK", "Content-Length: 0", "Connection: Close"], 0],
  ["HTTP/1.0", ["HTTP/1.0 200 OK", "Content-Length: 0"], 0],
  ["HTTP/1.0 that doesn't", [
    "HTTP/1.0 200 OK",
    "Content-Length: 0",
    "Connection: x, keep-alive",
  ], 50_000],
  ["a body that ends with it", ["HTTP/1.1 200 OK"], 0],
  [
    "chunks and a length",
    ["HTTP/1.1 200 OK", "Content-Length: 1", "Transfer-Encoding: chunked"],
    0,
  ],
  ["a server that waits 5 s", [
    "HTTP/1.1 200 OK",
    "Content-Length: 0",
    "Keep-Alive: max=9, timeout=5",
  ], 4_000],
  ["a server that waits 1 s", ["HTTP/1.1 204 OK", "Keep-Alive: timeout=1"], 0],
  ["a server that waits for days", ["HTTP/1.1 204 OK", "Keep-Alive: timeout=500000"], 50_000],
];

for (const [name, lines, ms] of KEPT) {
  Deno.test(`the connection of ${name} is kept for ${ms} ms`, () => {
    assertEquals(answer(...lines)?.keepMs, ms);
  });
}

Deno.test("whatever bytes come, reading them as a head does not throw", () => {
  const line = fc.string({ unit: "binary-ascii" });
  fc.assert(fc.property(fc.array(line), fc.boolean(), (lines, isAnswer) => {
    parseHead([...isAnswer ? ["HTTP/1.1 200 OK"] : [], ...lines, "", ""].join("\r\n"));
  }));
});

Deno.test("a folded field is one line (RFC 9112 §5.2)", () => {
  const head = answer("HTTP/1.1 200 OK", "X-Notes: a", "\t b", "Content-Length: 0");
  assertEquals(head?.headers.get("x-notes"), "a b");
  assertEquals(head?.status, 200);
});

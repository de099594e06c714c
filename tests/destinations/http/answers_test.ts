import { assertEquals, assertStringIncludes } from "@std/assert";

import type { RowVerdict, Verdict } from "../../../src/model/answer.ts";
import { answerOf, batchOf, sinkFor } from "../../support/sinks.ts";

/** What an answer to three rows means by this section of a mapping. */
function classify(
  section: Record<string, unknown>,
  status: number,
  body: unknown = "",
  headers: Record<string, string> = {},
): Verdict {
  const sink = sinkFor({
    destination: "http",
    columns: [{ from: "id", to: "key.id" }],
    http: { url: "https://api.example.com/v1/items", ...section },
  }, { variables: { SECRET: "s3cret" } });
  const batch = batchOf(sink, [["a"], ["b"], ["c"]]);
  return sink.destination.classify(answerOf(status, body, headers), batch);
}

const BEARER = { auth: { type: "bearer", token: "${SECRET}" } };
const OAUTH = {
  auth: {
    type: "oauth2",
    tokenUrl: "https://login.example.com",
    clientId: "me",
    clientSecret: "${SECRET}",
  },
};

const STATUSES: [section: Record<string, unknown>, status: number, kind: Verdict["kind"]][] = [
  [{}, 200, "accepted"],
  [{}, 204, "accepted"],
  [{}, 302, "broken"],
  [{}, 400, "refused"],
  [{}, 404, "broken"],
  [{}, 408, "retry"],
  [{}, 413, "refused"],
  [{}, 429, "retry"],
  [{}, 503, "retry"],
  [BEARER, 401, "forbidden"],
  [OAUTH, 401, "unauthorized"],
  [OAUTH, 403, "forbidden"],
  [{ statuses: { accepted: [201] } }, 200, "broken"],
  [{ statuses: { accepted: ["2xx", 409] } }, 409, "accepted"],
  [{ statuses: { split: ["4xx"], retried: [429] } }, 429, "retry"],
  [{ statuses: { split: ["4xx"], retried: [429] } }, 418, "refused"],
  [{ statuses: { accepted: ["2xx"], retried: [202] } }, 202, "retry"],
  [{ statuses: { refused: [409] } }, 409, "partial"],
];

Deno.test("by default each status means what the manual says", () => {
  const meant = (status: number): Verdict["kind"] => {
    if (status >= 200 && status < 300) return "accepted";
    if ([408, 429].includes(status) || status >= 500) return "retry";
    if ([400, 413, 422].includes(status)) return "refused";
    return [401, 403].includes(status) ? "forbidden" : "broken";
  };
  for (let status = 100; status < 600; status++) {
    assertEquals([status, classify({}, status).kind], [status, meant(status)]);
  }
  assertEquals(classify({}, 600).kind, "broken");
});

for (const [section, status, kind] of STATUSES) {
  Deno.test(`${status} by ${JSON.stringify(section)} is ${kind}`, () => {
    assertEquals(classify(section, status).kind, kind);
  });
}

Deno.test("a key in the URL's path is not repeated where the endpoint is named", () => {
  const verdict = classify({ url: "https://api.example.com/hooks/${SECRET}" }, 404);
  assertEquals(
    verdict.kind === "broken" && verdict.reason,
    "api.example.com answered 404 to /hooks/…: check http.url of the mapping",
  );
});

Deno.test("a status that refuses rejects all rows of the request at once", () => {
  const verdict = classify({ statuses: { refused: [409] } }, 409, { message: "conflict" });
  const results = verdict.kind === "partial" ? verdict.results : [];
  assertEquals(results.map((result) => result?.kind), ["refused", "refused", "refused"]);
});

Deno.test("forbidden names the variables that hold the credentials", () => {
  const verdict = classify(BEARER, 403);
  assertStringIncludes("reason" in verdict ? verdict.reason : "", "check SECRET");
});

Deno.test("code and message of a refusal come from where the mapping says", () => {
  const section = { error: { code: "meta.code", message: "meta.text" } };
  assertEquals(classify(section, 400, { meta: { code: "BAD_ID", text: "no\nid" }, message: "x" }), {
    kind: "refused",
    problem: {
      code: "refused-bad-id",
      column: null,
      message: "api.example.com refused the row",
      words: "no\nid",
    },
  });
});

Deno.test("where nothing stands there, the answer's own message is taken", () => {
  assertEquals(classify({ error: { message: "meta.text" } }, 400, { message: "x" }), {
    kind: "refused",
    problem: {
      code: "refused-400",
      column: null,
      message: "api.example.com refused the row with 400",
      words: "x",
    },
  });
});

Deno.test("a code that may hold a row's value is left out", () => {
  const section = { ...BEARER, error: { code: "code", message: "text" } };
  const verdict = classify(section, 400, { code: "jo@example.com", text: "no" });
  assertEquals(verdict.kind === "refused" ? verdict.problem.code : null, "refused-400");
});

const PAGE = "<!doctype html><html><head><title>Sign in</title></head></html>";

for (const section of [{}, { results: { at: "errors", match: { by: "index", path: "row" } } }]) {
  Deno.test(`a web page is no acceptance by ${JSON.stringify(section)}, and is named`, () => {
    assertEquals(classify(section, 200, PAGE), {
      kind: "broken",
      taken: true,
      reason: "api.example.com answered 200 to /v1/items with a web page, which is none of its " +
        "API's answers: check http.url of the mapping, and what stands before it (a proxy, a sign-in)",
      words: "Sign in",
    });
  });
}

Deno.test("an acceptance that is not packed as it says is none", () => {
  const sink = sinkFor({
    destination: "http",
    columns: [{ from: "id", to: "id" }],
    http: { url: "https://api.example.com/v1/items" },
  });
  const answer = { ...answerOf(200, ""), bodyFault: "a body", isCorrupt: true };
  assertEquals(sink.destination.classify(answer, batchOf(sink, [["a"]])).kind, "broken");
  assertEquals(sink.destination.classify({ ...answer, isCorrupt: false }, null).kind, "accepted");
});

Deno.test("a 403 that asks to be left alone throttles, and one that a mapping has tried again", () => {
  const body = [{ errorCode: "REQUEST_LIMIT_EXCEEDED", message: "Too many." }];
  const words = "REQUEST_LIMIT_EXCEEDED: Too many.";
  const reason = "api.example.com answered 403";
  assertEquals(classify(BEARER, 403, body, { "retry-after": "2" }), {
    kind: "retry",
    reason,
    afterMs: 2_000,
    words,
  });
  assertEquals(classify({ statuses: { retried: ["4xx"] } }, 403), {
    kind: "retry",
    reason,
    afterMs: null,
  });
  const verdict = classify(BEARER, 403, body);
  assertEquals([verdict.kind, "words" in verdict && verdict.words], ["forbidden", words]);
});

Deno.test("a 403 that is a web page comes from what stands before the API", () => {
  const verdict = classify(BEARER, 403, "<html><title>Request blocked</title></html>");
  assertEquals(verdict, {
    kind: "forbidden",
    reason: "api.example.com answered 403 with a web page, as a firewall or proxy before it does " +
      "that refuses the request: ask who runs it, and check SECRET",
    words: "Request blocked",
  });
});

const REFUSED: RowVerdict = {
  kind: "refused",
  problem: {
    code: "refused-bad",
    column: null,
    message: "api.example.com refused the row",
    words: "no",
  },
};
const ERROR = { code: "bad", message: "no" };
const PATHS = { code: "error.code", message: "error.message" };

const POSITION = { at: "items", match: { by: "position" }, status: "status", ...PATHS };
const FAILED = { at: "items", match: { by: "position" }, failed: "error", ...PATHS };
const INDEX = { at: "errors", match: { by: "index", path: "row" }, ...PATHS };
const KEY = { at: "errors", match: { by: "key", path: "ids", record: "key.id" }, ...PATHS };

const PARTIAL: [what: string, results: unknown, body: unknown, rows: (RowVerdict | null)[]][] = [
  [
    "by position and status",
    POSITION,
    { items: [{ status: 201 }, { status: 400, error: ERROR }, { status: "200" }] },
    [null, REFUSED, null],
  ],
  [
    "by position, one to be tried again",
    POSITION,
    { items: [{ status: 201 }, { status: 201 }, { status: 429 }] },
    [null, null, { kind: "retry", reason: "api.example.com answered 429 for the row" }],
  ],
  [
    "by position and what stands where rows failed",
    FAILED,
    { items: [{ error: null }, {}, { error: ERROR }] },
    [null, null, REFUSED],
  ],
  ["by index", INDEX, { errors: [{ row: 2, error: ERROR }] }, [null, null, REFUSED]],
  ["by index as text", INDEX, { errors: [{ row: "0", error: ERROR }] }, [REFUSED, null, null]],
  ["by key", KEY, { errors: [{ ids: "b", error: ERROR }] }, [null, REFUSED, null]],
  ["by keys", KEY, { errors: [{ ids: ["a", "c"], error: ERROR }] }, [REFUSED, null, REFUSED]],
];

for (const [what, results, body, rows] of PARTIAL) {
  Deno.test(`rows' errors ${what} reject those rows alone`, () => {
    assertEquals(classify({ results }, 200, body), { kind: "partial", results: rows });
  });
}

const WHOLE: [what: string, results: unknown, body: unknown][] = [
  ["all rows by position were taken", POSITION, { items: Array(3).fill({ status: 200 }) }],
  ["the list of errors is empty", INDEX, { errors: [] }],
  ["there is no list of errors", INDEX, {}],
  ["the list of errors is null", INDEX, { errors: null }],
  ["the answer is empty and errors would be by key", KEY, ""],
];

for (
  const nothing of [null, [], {}, 0, "", "0", "false", "none", "OK", [[]], { code: 0, text: "" }]
) {
  Deno.test(`${JSON.stringify(nothing)} says that nothing failed`, () => {
    const body = { items: Array(3).fill({ error: nothing }) };
    assertEquals(classify({ results: FAILED }, 200, body), { kind: "accepted" });
  });
}

for (
  const [yes, no] of [[true, false], ["true", "false"], ["OK", "error"], ["success", "failed"]]
) {
  Deno.test(`${JSON.stringify(yes)} and ${JSON.stringify(no)} are statuses of results, too`, () => {
    const body = { items: [{ status: yes }, { status: no }, { status: yes }] };
    const verdict = classify({ results: POSITION }, 200, body);
    const results = verdict.kind === "partial" ? verdict.results : [];
    assertEquals(results.map((result) => result?.kind ?? null), [null, "refused", null]);
  });
}

for (const [what, results, body] of WHOLE) {
  Deno.test(`a request is accepted as a whole when ${what}`, () => {
    assertEquals(classify({ results }, 200, body), { kind: "accepted" });
  });
}

const UNREADABLE: [what: string, results: unknown, body: unknown][] = [
  ["no JSON", INDEX, "all is well"],
  ["more results than rows", POSITION, { items: Array(4).fill({ status: 200 }) }],
  ["a result that says neither yes nor no", POSITION, {
    items: Array(3).fill({ status: "maybe" }),
  }],
  ["no list of all rows", POSITION, {}],
  ["an object in place of the list", INDEX, { errors: { row: 0, error: ERROR } }],
  ["a text in place of the list", KEY, { errors: "two of them" }],
  ["fewer results than rows", POSITION, { items: [{ status: 200 }] }],
  ["a result without a status", POSITION, { items: [{}, {}, {}] }],
  ["an index beyond the request", INDEX, { errors: [{ row: 3 }] }],
  ["an index that is none", INDEX, { errors: [{ row: -1 }] }],
  ["an empty index", INDEX, { errors: [{ row: "" }] }],
  ["a key that no row has", KEY, { errors: [{ ids: "z" }] }],
  ["keys of which no row has one", KEY, { errors: [{ ids: ["a", "z"] }] }],
  ["an error without a key", KEY, { errors: [{}] }],
];

for (const [what, results, body] of UNREADABLE) {
  Deno.test(`${what} in an accepted answer stops the run, since rows may have been refused`, () => {
    const verdict = classify({ results }, 200, body);
    assertEquals(verdict.kind, "broken");
    assertStringIncludes("reason" in verdict ? verdict.reason : "", "check http.results");
    assertEquals("taken" in verdict && verdict.taken, true);
  });
}

Deno.test("the body of an accepted answer is read only where it says something of rows", () => {
  const reads = (section: Record<string, unknown>) =>
    sinkFor({
      destination: "http",
      columns: [{ from: "id", to: "id" }],
      http: { url: "https://api.example.com", ...section },
    }).destination.readsAcceptedBody;
  assertEquals([reads({}), reads({ results: INDEX })], [false, true]);
});

Deno.test("an accepted answer whose results can't be unpacked may have taken the rows", () => {
  const sink = sinkFor({
    destination: "http",
    columns: [{ from: "id", to: "key.id" }],
    http: { url: "https://api.example.com/v1/items", results: INDEX },
  });
  const answer = { ...answerOf(200, ""), bodyFault: "a body that can't be unpacked (gzip)" };
  const verdict = sink.destination.classify(answer, batchOf(sink, [["a"]]));
  assertEquals(verdict, {
    kind: "broken",
    taken: true,
    reason:
      "api.example.com answered 200 to /v1/items with a body that can't be unpacked (gzip): " +
      "check http.results of the mapping",
  });
});

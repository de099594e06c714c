/**
 * What became of rows when an answer refuses some of them, counts them, or says in its body what its
 * status doesn't.
 *
 * @module
 */

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";

import type { Verdict } from "../../../src/model/answer.ts";
import { loadPatterns } from "../../../src/mapping/pattern.ts";
import { answerOf, batchOf, sinkFor } from "../../support/sinks.ts";

await loadPatterns("matches");

function classify(
  section: Record<string, unknown>,
  status: number,
  body: unknown,
  ids: readonly string[] = ["a", "b", "c"],
): Verdict {
  const sink = sinkFor({
    destination: "http",
    columns: [{ from: "id", to: "id" }],
    http: { url: "https://api.example.com/import", ...section },
  });
  const batch = batchOf(sink, ids.map((id) => [id]));
  return sink.destination.classify(answerOf(status, body), batch);
}

/** The verdict's kind, or those of its rows. */
function kinds(verdict: Verdict): string | (string | null)[] {
  return verdict.kind === "partial"
    ? verdict.results.map((result) => result?.kind ?? null)
    : verdict.kind;
}

const FAILED = { at: "failed", match: { by: "index", path: "index" }, message: "message" };
const BY_KEY = { at: "failed", match: { by: "key", path: "id", record: "id" } };
const COUNTED = { ...FAILED, taken: "taken", failedCount: "bad" };
const ONE_BAD = { failed: [{ index: 1, message: "no" }] };

Deno.test("a refused answer that names rows rejects them, and what it took is accepted", () => {
  const results = { ...FAILED, others: "taken" };
  assertEquals(kinds(classify({ results }, 400, ONE_BAD)), [null, "refused", null]);
  assertEquals(kinds(classify({ results: FAILED }, 400, ONE_BAD)), "refused");
});

Deno.test("where a refusal took nothing, the others are sent again without the bad rows", () => {
  const results = { ...FAILED, others: "nothing" };
  assertEquals(kinds(classify({ results }, 400, ONE_BAD)), ["again", "refused", "again"]);
  const section = { results, statuses: { refused: [400], split: [] } };
  assertEquals(kinds(classify(section, 400, ONE_BAD)), ["again", "refused", "again"]);
});

Deno.test("counts are held against refused answers, too", () => {
  const taken = { results: { ...COUNTED, others: "taken" } };
  const some = { ...ONE_BAD, taken: 1, bad: 1 };
  assertEquals(kinds(classify(taken, 400, some)), ["unknown", "refused", "unknown"]);
  const nothing = { results: { ...COUNTED, others: "nothing" } };
  assertEquals(kinds(classify(nothing, 400, some)), ["unknown", "refused", "unknown"]);
  for (const body of [{ ...ONE_BAD, taken: 0, bad: 1 }, ONE_BAD]) {
    assertEquals(kinds(classify(nothing, 400, body)), ["again", "refused", "again"]);
  }
});

for (const others of ["taken", "nothing"]) {
  Deno.test(`a refused answer that names no row is split, with others: ${others}`, () => {
    const section = { results: { ...FAILED, others } };
    for (const body of [{}, { failed: [] }, "", "Bad Request", { error: "bad token" }]) {
      assertEquals(kinds(classify(section, 400, body)), "refused");
    }
  });
}

Deno.test("a refused answer that calls its only row taken never has it sent again and again", () => {
  const failed = { failed: [{ index: 0, status: 200 }], taken: 0 };
  const results = { ...FAILED, status: "status" };
  const nothing = { repeatsAreSafe: true, results: { ...results, others: "nothing" } };
  assertEquals(kinds(classify(nothing, 400, failed, ["a"])), "refused");
  const taken = { repeatsAreSafe: true, results: { ...results, others: "taken", taken: "taken" } };
  assertEquals(kinds(classify(taken, 400, failed, ["a"])), ["refused"]);
});

Deno.test("a refused answer whose list can't be read stops the run where others may be taken", () => {
  const body = { failed: [{ index: 9 }] };
  assertEquals(kinds(classify({ results: { ...FAILED, others: "taken" } }, 400, body)), "broken");
  assertEquals(
    kinds(classify({ results: { ...FAILED, others: "nothing" } }, 400, body)),
    "refused",
  );
});

Deno.test("a list that is left out means accepted on 2xx only", () => {
  const section = { results: FAILED, statuses: { accepted: ["2xx", 400], split: [413] } };
  assertEquals(kinds(classify(section, 200, {})), "accepted");
  assertEquals(kinds(classify(section, 400, { error: "bad" })), "refused");
  assertEquals(kinds(classify(section, 400, ONE_BAD)), [null, "refused", null]);
});

const COUNTS: [what: string, body: unknown, rows: string | (string | null)[]][] = [
  ["all taken", { taken: 3 }, "accepted"],
  ["all but the named", { taken: 2, bad: 1, ...ONE_BAD }, [null, "refused", null]],
  ["none", { taken: 0 }, ["unknown", "unknown", "unknown"]],
  ["fewer than the others", { taken: 1, ...ONE_BAD }, ["unknown", "refused", "unknown"]],
  ["as text", { taken: "3", bad: "0" }, "accepted"],
  ["more failed than named", { taken: 3, bad: 1 }, ["unknown", "unknown", "unknown"]],
  ["no count", {}, ["unknown", "unknown", "unknown"]],
];

for (const [what, body, rows] of COUNTS) {
  Deno.test(`counts are held against the rows: ${what}`, () => {
    assertEquals(kinds(classify({ results: COUNTED }, 200, body)), rows);
  });
}

Deno.test("what doesn't add up is sent again to find out, where repeats are safe", () => {
  const section = { results: { taken: "taken" }, repeatsAreSafe: true };
  assertEquals(kinds(classify(section, 200, { taken: 2 })), ["again", "again", "again"]);
  assertEquals(kinds(classify(section, 200, { taken: 0, message: "no" }, ["a"])), ["refused"]);
  assertEquals(kinds(classify(section, 200, { taken: 1 }, ["a"])), "accepted");
});

Deno.test("a 200 that took none of one row rejects it, and one that doesn't say leaves it unknown", () => {
  const results = { taken: "taken" };
  assertEquals(kinds(classify({ results }, 200, { taken: 0 }, ["a"])), ["refused"]);
  assertEquals(kinds(classify({ results }, 200, {}, ["a"])), ["unknown"]);
});

Deno.test("an unknown row says why, without its values", () => {
  const verdict = classify({ results: COUNTED }, 200, { taken: 1, ...ONE_BAD });
  const [first] = verdict.kind === "partial" ? verdict.results : [];
  assertStringIncludes(
    first?.kind === "unknown" ? first.problem.message : "",
    "says that it took 1 of 3, and names 1 that it did not take",
  );
});

Deno.test("a key that stands twice in a request is not refused twice for one error", () => {
  const one = { failed: [{ id: "a" }] };
  const ids = ["a", "b", "a"];
  assertEquals(kinds(classify({ results: BY_KEY }, 200, one, ids)), ["unknown", null, "unknown"]);
  const two = { failed: [{ id: "a" }, { id: "a" }] };
  assertEquals(kinds(classify({ results: BY_KEY }, 200, two, ids)), ["refused", null, "refused"]);
  const safe = { results: BY_KEY, repeatsAreSafe: true };
  assertEquals(kinds(classify(safe, 200, one, ids)), ["again", null, "again"]);
  const counted = { results: { ...BY_KEY, taken: "taken" } };
  assertEquals(kinds(classify(counted, 200, { ...one, taken: 2 }, ids)), [
    "unknown",
    null,
    "unknown",
  ]);
});

Deno.test("keys are found in whatever letters they come back", () => {
  const ids = ["Ann@Example.com", "b", "c"];
  const answer = { failed: [{ id: " ann@example.com" }] };
  assertEquals(kinds(classify({ results: BY_KEY }, 200, answer, ids)), ["refused", null, null]);
  // Where letters tell keys apart, they do.
  const exact = { failed: [{ id: "A" }] };
  assertEquals(kinds(classify({ results: BY_KEY }, 200, exact, ["a", "A", "c"])), [
    null,
    "refused",
    null,
  ]);
});

Deno.test("a list can be the answer itself, several lists, or hold the keys as they are", () => {
  const root = { match: { by: "position" }, status: "success" };
  const body = [{ success: true }, { success: false }, { success: true }];
  assertEquals(kinds(classify({ results: root }, 200, body)), [null, "refused", null]);
  const keys = { at: ["invalid.emails", "forgotten"], match: { by: "key", record: "id" } };
  assertEquals(kinds(classify({ results: keys }, 200, { invalid: { emails: ["c"] } })), [
    null,
    null,
    "refused",
  ]);
  const both = { invalid: { emails: ["c"] }, forgotten: ["a"] };
  assertEquals(kinds(classify({ results: keys }, 200, both)), ["refused", null, "refused"]);
});

Deno.test("an entry that names no row is left to the counts where there are any", () => {
  const results = { ...BY_KEY, failedCount: "bad" };
  const body = { failed: [{ id: "strange" }, { id: "b" }], bad: 2 };
  assertEquals(kinds(classify({ results: BY_KEY }, 200, body)), "broken");
  assertEquals(kinds(classify({ results }, 200, body)), ["unknown", "refused", "unknown"]);
  const safe = { results, repeatsAreSafe: true };
  assertEquals(kinds(classify(safe, 200, body)), ["again", "refused", "again"]);
  assertEquals(kinds(classify(safe, 200, { failed: [{ id: "?" }], bad: 1 }, ["a"])), ["refused"]);
});

Deno.test("an entry may name a row by any of several values that the record holds", () => {
  const results = { at: "failed", match: { by: "key", record: ["email", "id"] } };
  const answer = { failed: ["c", "unknown@example.com"] };
  assertEquals(kinds(classify({ results }, 200, { failed: ["c"] })), [null, null, "refused"]);
  assertEquals(kinds(classify({ results }, 200, answer)), "broken");
  const paths = { ...results, match: { by: "key", path: ["key.email", "key.id"], record: "id" } };
  assertEquals(kinds(classify({ results: paths }, 200, { failed: [{ key: { id: "c" } }] })), [
    null,
    null,
    "refused",
  ]);
  const nowhere = { at: "failed", match: { by: "key", record: ["email", "phone"] } };
  assertThrows(() => classify({ results: nowhere }, 200, {}), Error, "no column or constant");
});

const WHEN: [
  what: string,
  rule: Record<string, unknown>,
  status: number,
  body: unknown,
  kind: string,
][] = [
  [
    "a rate limit that comes as 400",
    { path: "code", equals: "rate" },
    400,
    { code: "rate" },
    "retry",
  ],
  ["a rate limit that comes as 403", { path: "[0].errorCode", equals: "LIMIT" }, 403, [
    { errorCode: "LIMIT" },
  ], "retry"],
  ["another 403", { path: "[0].errorCode", equals: "LIMIT" }, 403, [{}], "forbidden"],
  [
    "a pattern",
    { path: "message", matches: "^too (many|fast)" },
    400,
    { message: "too fast" },
    "retry",
  ],
  ["a pattern that is not there", { path: "message", matches: "^too" }, 400, {}, "refused"],
  ["a number as text", { path: "code", equals: 11 }, 400, { code: "11" }, "retry"],
  ["another status", { status: 429, path: "code", equals: 11 }, 400, { code: 11 }, "refused"],
  [
    "the class of the status",
    { status: "4xx", path: "code", equals: 11 },
    400,
    { code: 11 },
    "retry",
  ],
  [
    "all of a body in plain text",
    { status: 200, equals: 0, means: "refused" },
    200,
    "0",
    "partial",
  ],
  ["bad credentials that come as 400", { path: "code", equals: 7, means: "credentials" }, 400, {
    code: 7,
  }, "forbidden"],
];

for (const [what, rule, status, body, kind] of WHEN) {
  Deno.test(`a body decides what ${status} means: ${what}`, () => {
    const when = [{ means: "retried", ...rule }];
    assertEquals(classify({ statuses: { when } }, status, body).kind, kind);
  });
}

Deno.test("a rate limit by the body slows down all requests", () => {
  const when = [{ status: 400, path: "code", equals: "rate", means: "retried" }];
  const verdict = classify({ statuses: { when } }, 400, { code: "rate" });
  assertEquals(verdict.kind === "retry" && verdict.throttled, true);
});

Deno.test("423 is no matter of the URL", () => {
  const reason = (status: number) => {
    const verdict = classify({}, status, "");
    return verdict.kind === "broken" ? verdict.reason : verdict.kind;
  };
  assertStringIncludes(reason(423), "check http.statuses of the mapping");
  assertStringIncludes(reason(404), "check http.url of the mapping");
});

const WRONG: [what: string, section: Record<string, unknown>, message: string][] = [
  [
    "a rule with neither equals nor matches",
    { statuses: { when: [{ means: "split" }] } },
    "either",
  ],
  ["a pattern that can't be read", {
    statuses: { when: [{ matches: "(", means: "split" }] },
  }, "expected"],
  ["results that read nothing", { results: { code: "x" } }, "match, taken or failedCount"],
  ["others without a list", { results: { taken: "n", others: "taken" } }, "add match"],
  ["a path that is none", { results: { taken: "a..b" } }, "a..b"],
];

for (const [what, section, message] of WRONG) {
  Deno.test(`${what} is refused`, () => {
    assertThrows(() => classify(section, 200, {}), Error, message);
  });
}

Deno.test("what is wrong may be a field that holds the positions of its rows", () => {
  const results = { at: ["invalid", "silenced"], match: { by: "field" }, others: "taken" };
  const body = { invalid: { bad_email: [0], deep: { missing: ["2"] } }, silenced: [2] };
  const verdict = classify({ results }, 400, body);
  assertEquals(kinds(verdict), ["refused", null, "refused"]);
  const [first] = verdict.kind === "partial" ? verdict.results : [];
  assertEquals(first?.kind === "refused" && [first.problem.code, first.problem.words], [
    "refused-bad-email",
    "bad_email",
  ]);
  assertEquals(kinds(classify({ results }, 200, { invalid: {} })), "accepted");
  assertEquals(kinds(classify({ results }, 200, { invalid: { bad_email: [7] } })), "broken");
  assertEquals(kinds(classify({ results }, 200, { invalid: "bad" })), "broken");
});

Deno.test("a position may stand in a longer text", () => {
  const match = { by: "index", path: "source.pointer", after: "/profiles/data/" };
  const results = { at: "errors", match };
  const body = (pointer: string) => ({ errors: [{ source: { pointer } }] });
  const pointer = "/data/attributes/profiles/data/1/attributes/email";
  assertEquals(kinds(classify({ results }, 200, body(pointer))), [null, "refused", null]);
  assertEquals(kinds(classify({ results }, 200, body("/data/1"))), "broken");
});

const WAITS: [
  what: string,
  wait: Record<string, unknown> | undefined,
  headers: Record<string, string>,
  body: unknown,
  ms: number | null,
][] = [
  ["seconds of a header", { header: "X-Wait" }, { "x-wait": "2.5" }, {}, 2_500],
  ["milliseconds of a body", { path: "error.wait", unit: "milliseconds" }, {}, {
    error: { wait: 1_200 },
  }, 1_200],
  [
    "an epoch of seconds, by the server's clock",
    { header: "X-Reset", unit: "epochSeconds" },
    { "x-reset": "1718452807", date: "Sat, 15 Jun 2024 12:00:00 GMT" },
    {},
    7_000,
  ],
  [
    "an epoch of milliseconds, by ours",
    { header: "X-Reset", unit: "epochMilliseconds" },
    { "x-reset": "1718452801500" },
    {},
    1_500,
  ],
  [
    "Retry-After, where its own says nothing",
    { header: "X-Wait" },
    { "retry-after": "3" },
    {},
    3_000,
  ],
  ["nothing that can be", { header: "X-Wait" }, { "x-wait": "soon" }, {}, null],
  [
    "nothing of a point in time that is past",
    { header: "X-Reset", unit: "epochSeconds" },
    {
      "x-reset": "1718452790",
    },
    {},
    null,
  ],
  ["Retry-After, unasked", undefined, { "retry-after": "3" }, {}, 3_000],
];

for (const [what, wait, headers, body, ms] of WAITS) {
  Deno.test(`an API is left alone for as long as it asks: ${what}`, () => {
    const sink = sinkFor({
      destination: "http",
      columns: [{ from: "id", to: "id" }],
      http: { url: "https://api.example.com/import", ...(wait && { wait }) },
    });
    const answer = answerOf(429, body, headers);
    const verdict = sink.destination.classify(answer, batchOf(sink, [["a"]]));
    assertEquals(verdict.kind === "retry" && verdict.afterMs, ms);
  });
}

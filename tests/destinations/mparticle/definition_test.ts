import { assertEquals, assertStringIncludes } from "@std/assert";

import type { Verdict } from "../../../src/model/answer.ts";
import {
  answerOf,
  batchOf,
  builtin,
  payloadOf,
  payloadsOf,
  requestOf,
  sinkFor,
} from "../../support/sinks.ts";

const HOST = "https://s2s.eu1.mparticle.com/v2";

const FILE = {
  destination: "mparticle",
  columns: [
    { from: "id", to: "user_identities.customer_id" },
    { from: "t", to: "timestamp", type: "datetime" },
  ],
  mparticle: { event: { name: "Seen" } },
};

Deno.test("rows go to bulkevents as an array of batches, with Basic credentials", () => {
  const sink = sinkFor(FILE);
  const batch = batchOf(sink, [["C1"], ["C2"]]);
  const request = requestOf(sink.destination, batch, null);
  assertEquals(request.method, "POST");
  assertEquals(request.url, `${HOST}/bulkevents`);
  assertEquals(request.headers, {
    "Authorization": `Basic ${btoa("the-key:the-secret")}`,
    "Content-Type": "application/json",
  });
  const payloads = [1, 2].map((number) => payloadOf(sink, number, [`C${number}`]));
  assertEquals(request.body, `[${payloads.join()}]`);
});

Deno.test("with single, a row goes to events as the body itself", () => {
  const sink = sinkFor(FILE, { single: true });
  const request = requestOf(sink.destination, batchOf(sink, [["C1"]]), null);
  assertEquals([request.url, request.body], [
    `${HOST}/events`,
    payloadOf(sink, 1, ["C1"]),
  ]);
  assertEquals(sink.destination.limits.rowsPerRequest, 1);
});

for (const single of [false, true]) {
  Deno.test(`rows older than 30 days go to bulkevents/historical, single: ${single}`, () => {
    const sink = sinkFor(FILE, { single });
    const request = requestOf(sink.destination, batchOf(sink, [["C1", 0]]), null);
    assertEquals([request.url, request.body], [
      `${HOST}/bulkevents/historical`,
      `[${payloadOf(sink, 1, ["C1", 0])}]`,
    ]);
  });
}

for (const single of [false, true]) {
  for (const moment of [undefined, 0]) {
    const age = moment === undefined ? "recent" : "old";
    Deno.test(`the frame is what a body of ${age} rows has beside its payloads, single: ${single}`, () => {
      const sink = sinkFor(FILE, { single });
      // Old rows go to the bulk endpoint even alone, where one is sent at a time all the same.
      const count = single ? 1 : 3;
      const batch = batchOf(sink, Array.from({ length: count }, (_, n) => [`Č${n}`, moment]));
      const { head, separator, tail } = sink.destination.frame(batch.route);
      const { body } = requestOf(sink.destination, batch, null);
      assertEquals(body, head + payloadsOf(batch).join(separator) + tail);
      const rows = payloadsOf(batch).map((payload) => JSON.parse(payload));
      assertEquals(JSON.parse(body), single && age === "recent" ? rows[0] : rows);
    });
  }
}

Deno.test("mParticle's documented limits are kept, and repeats are dropped by it", () => {
  const { destination } = sinkFor(FILE);
  assertEquals(destination.limits, {
    rowsPerRequest: 100,
    bytesPerRequest: 262_144,
    bytesPerRow: 131_072,
    rowsPerSecond: 270,
    requestLimits: [],
    concurrency: 4,
    answerMs: 60_000,
  });
  assertEquals(destination.dropsRepeats, "rows");
  assertEquals(destination.login, null);
});

const ERRORS = { errors: [{ code: "BAD", message: "email is\ninvalid" }] };

const VERDICTS: [status: number, body: unknown, headers: Record<string, string>, Verdict][] = [
  [202, "", {}, { kind: "accepted" }],
  [202, "", { "X-mp-rate-limit-percentage-used": "85" }, { kind: "accepted", quotaUsed: 0.85 }],
  [202, "", { "X-mp-rate-limit-percentage-used": "12.5" }, { kind: "accepted", quotaUsed: 0.125 }],
  [202, "", { "X-mp-rate-limit-percentage-used": "much" }, { kind: "accepted" }],
  [400, ERRORS, {}, {
    kind: "refused",
    problem: {
      code: "refused-400",
      column: null,
      message: "mParticle refused the row with 400",
      words: "email is\ninvalid",
    },
  }],
  [413, "<html>Too large</html>", {}, {
    kind: "refused",
    problem: { code: "refused-413", column: null, message: "mParticle refused the row with 413" },
  }],
  [422, "", {}, {
    kind: "refused",
    problem: { code: "refused-422", column: null, message: "mParticle refused the row with 422" },
  }],
  [429, "", { "Retry-After": "2", "X-mp-rate-limit-exceeded": "acceleration" }, {
    kind: "retry",
    reason: "mParticle answered 429 (limit: acceleration)",
    afterMs: 2000,
  }],
  [429, "", { "X-mp-rate-limit-exceeded": "Zaphod" }, {
    kind: "retry",
    reason: "mParticle answered 429",
    afterMs: null,
  }],
  [429, "", {}, { kind: "retry", reason: "mParticle answered 429", afterMs: null }],
  [429, "", { "Retry-After": "Sat, 15 Jun 2024 12:00:07 GMT" }, {
    kind: "retry",
    reason: "mParticle answered 429",
    afterMs: 7000,
  }],
  [408, "", {}, { kind: "retry", reason: "mParticle answered 408", afterMs: null }],
  [503, "", { "Retry-After": "x" }, {
    kind: "retry",
    reason: "mParticle answered 503",
    afterMs: null,
  }],
];

for (const [status, body, headers, verdict] of VERDICTS) {
  Deno.test(`${status} with ${JSON.stringify(headers)} is ${verdict.kind}`, () => {
    const { destination } = sinkFor(FILE);
    assertEquals(destination.classify(answerOf(status, body, headers), null), verdict);
  });
}

for (const status of [401, 403]) {
  Deno.test(`${status} names the variables that hold the credentials`, () => {
    assertEquals(sinkFor(FILE).destination.classify(answerOf(status), null), {
      kind: "forbidden",
      reason: `mParticle refused the credentials with ${status}: ` +
        "check MPARTICLE_API_KEY and MPARTICLE_API_SECRET",
    });
  });
}

for (const status of [301, 302, 307, 404, 405, 410, 415]) {
  Deno.test(`${status} is nobody's row's fault: it names the path and the setting`, () => {
    const verdict = sinkFor(builtin("mparticle")).destination.classify(answerOf(status), null);
    assertEquals(verdict.kind, "broken");
    const reason = "reason" in verdict ? verdict.reason : "";
    for (const word of [String(status), "/v2/bulkevents", "MPARTICLE_HOST"]) {
      assertStringIncludes(reason, word);
    }
  });
}

Deno.test("the key and the secret are what nothing may tell of the API's words", () => {
  const { secrets } = sinkFor(FILE).destination;
  assertEquals(secrets, ["the-key", "the-secret", btoa("the-key:the-secret")]);
});

for (
  const [status, body, headers] of [
    [200, "", {}],
    [200, { ok: true }, {}],
    [204, "", {}],
    [202, "<html>Sign in</html>", {}],
    [202, "", { "Content-Type": "text/html" }],
    [200, "  <!DOCTYPE html>", { "Content-Type": "application/json" }],
  ] as const
) {
  const what = `${status} ${JSON.stringify(body)} ${JSON.stringify(headers)}`;
  Deno.test(`${what} is no acceptance, and stops the run`, () => {
    const verdict = sinkFor(FILE).destination.classify(answerOf(status, body, headers), null);
    assertEquals([verdict.kind, "taken" in verdict && verdict.taken], ["broken", true]);
    assertStringIncludes("reason" in verdict ? verdict.reason : "", `${status} to /v2/bulkevents`);
  });
}

Deno.test("a 202 that is not packed as it says is no acceptance", () => {
  const bodyFault = "a body that can't be unpacked (gzip)";
  const { classify } = sinkFor(FILE).destination;
  const verdict = classify({ ...answerOf(202, ""), bodyFault, isCorrupt: true }, null);
  assertStringIncludes("reason" in verdict ? verdict.reason : "", `with ${bodyFault}`);
  assertEquals(classify({ ...answerOf(202, ""), bodyFault }, null).kind, "accepted");
});

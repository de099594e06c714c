import { assertEquals, assertThrows } from "@std/assert";

import { DestinationError } from "../../../src/model/errors.ts";
import {
  answerOf,
  batchOf,
  builtin,
  payloadOf,
  payloadsOf,
  requestOf,
  sinkFor,
} from "../../support/sinks.ts";

const FILE = {
  destination: "showads",
  columns: [
    { from: "Cookie", to: "VisitorCookie", required: true },
    { from: "Banner", to: "BannerId", type: "integer", required: true },
  ],
};

Deno.test("rows go to banners/show/bulk under Data, with the token", () => {
  const sink = sinkFor(FILE);
  const batch = batchOf(sink, [["č", 1], ["b", 99]]);
  assertEquals(requestOf(sink.destination, batch, "the-token"), {
    method: "POST",
    url: "https://showads.example.com/api/banners/show/bulk",
    headers: { "Authorization": "Bearer the-token", "Content-Type": "application/json" },
    body: '{"Data":[{"VisitorCookie":"č","BannerId":1},{"VisitorCookie":"b","BannerId":99}]}',
  });
});

Deno.test("with single, a row goes to banners/show as the body itself", () => {
  const sink = sinkFor(FILE, { single: true });
  const batch = batchOf(sink, [["a", 0]]);
  const { url, body } = requestOf(sink.destination, batch, "t");
  assertEquals(url, "https://showads.example.com/api/banners/show");
  assertEquals(body, '{"VisitorCookie":"a","BannerId":0}');
});

for (const single of [false, true]) {
  Deno.test(`the frame is what a body has beside its payloads, single: ${single}`, () => {
    const sink = sinkFor(FILE, { single });
    const batch = batchOf(sink, (single ? [1] : [1, 2, 3]).map((n) => ["č", n]));
    const { head, separator, tail } = sink.destination.frame(batch.route);
    const { body } = requestOf(sink.destination, batch, "t");
    assertEquals(body, head + payloadsOf(batch).join(separator) + tail);
    const rows = payloadsOf(batch).map((payload) => JSON.parse(payload));
    assertEquals(JSON.parse(body), single ? rows[0] : { Data: rows });
  });
}

Deno.test("a constant can stand for a field", () => {
  const sink = sinkFor({
    destination: "showads",
    columns: [{ from: "Cookie", to: "VisitorCookie", required: true }],
    constants: [{ to: "BannerId", value: 7 }],
  });
  assertEquals(payloadOf(sink, 1, ["a"]), '{"VisitorCookie":"a","BannerId":7}');
});

Deno.test("the token is asked for with the project key and lasts a day", () => {
  const { login } = sinkFor(builtin("showads")).destination;
  assertEquals(login?.request.url, "https://showads.example.com/api/auth");
  assertEquals(login?.request.body, '{"ProjectKey":"the-project-key"}');
  assertEquals(login?.read(answerOf(200, { AccessToken: "abc" })), {
    token: "abc",
    expiresInMs: 86_400_000,
  });
});

for (const body of ["", {}, { AccessToken: "" }, { AccessToken: 7 }, []]) {
  Deno.test(`an /auth that answers ${JSON.stringify(body)} stops the run`, () => {
    const { login } = sinkFor(builtin("showads")).destination;
    assertThrows(() => login?.read(answerOf(200, body)), DestinationError, "AccessToken");
  });
}

Deno.test("an /auth or a 200 that is a web page is named", () => {
  const { login, classify } = sinkFor(builtin("showads")).destination;
  const page = answerOf(200, "<html><title>Sign in</title>");
  assertThrows(() => login?.read(page), DestinationError, "/auth with a web page");
  const verdict = classify(page, null);
  assertEquals([verdict.kind, "taken" in verdict && verdict.taken], ["broken", true]);
  assertEquals(classify(answerOf(200, "<?xml version='1.0'?><fault/>"), null).kind, "broken");
  const garbage = { ...answerOf(200, ""), bodyFault: "a body", isCorrupt: true };
  assertEquals(classify(garbage, null).kind, "broken");
});

const VERDICTS: [status: number, kind: string][] = [
  [200, "accepted"],
  [400, "refused"],
  [401, "unauthorized"],
  [403, "forbidden"],
  [404, "broken"],
  [307, "broken"],
  [408, "retry"],
  [413, "refused"],
  [422, "refused"],
  [429, "retry"],
  [500, "retry"],
  [503, "retry"],
];

for (const [status, kind] of VERDICTS) {
  Deno.test(`${status} from ShowAds is ${kind}`, () => {
    const { destination } = sinkFor(builtin("showads"));
    assertEquals(destination.classify(answerOf(status), null).kind, kind);
  });
}

Deno.test("ShowAds takes 1000 rows a request and cannot drop repeats", () => {
  const { destination } = sinkFor(builtin("showads"));
  assertEquals(destination.limits.rowsPerRequest, 1000);
  assertEquals(destination.limits.rowsPerSecond, null);
  assertEquals(destination.dropsRepeats, "nothing");
});

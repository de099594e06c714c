import { assertEquals } from "@std/assert";

import { batchOf, NOW, requestOf } from "../support/sinks.ts";
import { logIn, send, withSandbox } from "./support.ts";

const FILE = {
  destination: "showads",
  columns: [
    { from: "Cookie", to: "VisitorCookie", required: true },
    { from: "Banner", to: "BannerId", type: "integer", required: true },
  ],
};

const DAY_MS = 24 * 60 * 60 * 1000;

for (const single of [false, true]) {
  Deno.test(`what the destination sends is accepted, single: ${single}`, () =>
    withSandbox(FILE, async (sandbox, sink) => {
      const batch = batchOf(sink, (single ? [0] : [0, 99]).map((n) => [`c${n}`, n]));
      const token = await logIn(sink);
      const answer = await send(requestOf(sink.destination, batch, token));
      assertEquals(sink.destination.classify(answer, batch), { kind: "accepted" });
      assertEquals(sandbox.received.rows, batch.length);
      assertEquals(sandbox.received.requests, 2);
    }, { single }));
}

Deno.test("a token is good for a day, and then 401 asks for another", () => {
  let now = NOW;
  return withSandbox(FILE, async (_, sink) => {
    const batch = batchOf(sink, [["c", 1]]);
    const request = requestOf(sink.destination, batch, await logIn(sink));
    now += DAY_MS - 1;
    assertEquals((await send(request)).status, 200);
    now += 1;
    const verdict = sink.destination.classify(await send(request), batch);
    assertEquals(verdict.kind, "unauthorized");
    const again = requestOf(sink.destination, batch, await logIn(sink));
    assertEquals((await send(again)).status, 200);
  }, { now: () => now });
});

Deno.test("a token that nobody handed out is answered 401", () =>
  withSandbox(FILE, async (_, sink) => {
    const request = requestOf(sink.destination, batchOf(sink, [["c", 1]]), "guessed");
    assertEquals((await send(request)).status, 401);
  }));

for (const body of ["", "{}", '{"ProjectKey":""}', '{"ProjectKey":1}']) {
  Deno.test(`an /auth with ${body || "an empty body"} is answered 400`, () =>
    withSandbox(FILE, async (_, { destination }) => {
      if (destination.login === null) throw new Error("ShowAds has a login");
      assertEquals((await send({ ...destination.login.request, body })).status, 400);
    }));
}

const BANNER = { VisitorCookie: "c", BannerId: 1 };
const WRONG: [what: string, body: unknown][] = [
  ["no Data", {}],
  ["empty Data", { Data: [] }],
  ["1001 banners", { Data: Array(1001).fill(BANNER) }],
  ["an empty cookie", { Data: [BANNER, { ...BANNER, VisitorCookie: "" }] }],
  ["a banner of 100", { Data: [{ ...BANNER, BannerId: 100 }] }],
  ["a banner of -1", { Data: [{ ...BANNER, BannerId: -1 }] }],
  ["a banner that is a text", { Data: [{ ...BANNER, BannerId: "1" }] }],
  ["another member", { Data: [{ ...BANNER, Name: "x" }] }],
];

for (const [what, body] of WRONG) {
  Deno.test(`a bulk request with ${what} is answered 400`, () =>
    withSandbox(FILE, async (sandbox, sink) => {
      const nothing = batchOf(sink, []);
      const request = requestOf(sink.destination, nothing, await logIn(sink));
      assertEquals((await send({ ...request, body: JSON.stringify(body) })).status, 400);
      assertEquals(sandbox.received.rows, 0);
    }));
}

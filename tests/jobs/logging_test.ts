import { assertEquals } from "@std/assert";
import type { DeliveryEvent } from "../../src/delivery/events.ts";
import { logDelivery } from "../../src/jobs/logging.ts";
import { logged } from "../support/logged.ts";

const ATTEMPT = { kind: "attempt", request: 3, attempt: 2, rows: 100, bytes: 20_000 } as const;
const ANSWER = {
  kind: "answer",
  request: 3,
  attempt: 2,
  rows: 100,
  status: 503,
  ms: 12,
  outcome: "retry",
  reason: "the API answered 503",
  waitMs: 1500,
} as const;
const LOGIN = { kind: "login", attempt: 1, status: 200, reason: null, waitMs: null } as const;

const CASES: [DeliveryEvent, string][] = [
  [ATTEMPT, "[DEBUG] rowferry.delivery: Request 3, attempt 2: 100 rows, 20000 bytes\n"],
  [
    ANSWER,
    "[WARNING] rowferry.delivery: Request 3, attempt 2: the API answered 503; again in 1.5 s\n",
  ],
  [
    { ...ANSWER, status: 200, outcome: "accepted", reason: null, waitMs: null },
    "[DEBUG] rowferry.delivery: Request 3, attempt 2: accepted (200) in 12 ms\n",
  ],
  [LOGIN, "[INFO] rowferry.delivery: Logged in\n"],
  [
    { ...LOGIN, status: 500, reason: "the login answered 500", waitMs: 20 },
    "[WARNING] rowferry.delivery: Login, attempt 1: the login answered 500; again in 20 ms\n",
  ],
  [
    { kind: "split", rows: 100, into: "halves" },
    "[INFO] rowferry.delivery: A refused request of 100 rows goes on in halves\n",
  ],
];

for (const [event, line] of CASES) {
  Deno.test(`what happens on the wire is logged as: ${line.trim()}`, async () => {
    assertEquals((await logged({}, () => logDelivery(event))).replace(/^\S+ /, ""), line);
  });
}

Deno.test("a JSON record of what happens on the wire has its facts as properties", async () => {
  const { properties } = JSON.parse(await logged({ format: "json" }, () => logDelivery(ANSWER)));
  const { kind: _kind, ...facts } = ANSWER;
  assertEquals(properties, facts);
});

Deno.test("what happens on the wire is logged from its level on", async () => {
  assertEquals(await logged({ level: "INFO" }, () => logDelivery(ATTEMPT)), "");
  assertEquals(await logged({ level: "WARNING" }, () => logDelivery(LOGIN)), "");
});

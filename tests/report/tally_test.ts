import { assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { checkEquation, Tally } from "../../src/report/tally.ts";
import type { Refusal, RowCounts, Settled } from "../../src/model/outcome.ts";
import type { Problem, Rejection } from "../../src/model/problem.ts";
import type { Place } from "../../src/model/row.ts";

const PROBLEM: Problem = { code: "refused", column: null, message: "The API refused it." };
const REFUSAL: Refusal = { place: { number: 1, line: 2 } as Place, problem: PROBLEM };
const REJECTION: Rejection = {
  row: 1,
  line: 2,
  stage: "check",
  problems: [PROBLEM],
  raw: new Uint8Array(),
};

interface Outcomes {
  accepted: number;
  refused: number;
  unknown: number;
  rejected: number;
  filtered: number;
}

function settled({ accepted, refused, unknown, rejected, filtered }: Outcomes): Settled {
  return {
    span: {
      rows: [],
      rejections: Array.from({ length: rejected }, () => REJECTION),
      filtered: filtered === 0 ? [] : [{ first: 1, last: filtered, rule: "age" }],
      at: { row: 0, offset: 0, line: 1, digest: "" },
    },
    accepted,
    refused: Array.from({ length: refused }, () => REFUSAL),
    unknown: Array.from({ length: unknown }, () => REFUSAL),
  };
}

Deno.test("rows that are read and not settled are pending", () => {
  const tally = new Tally();
  tally.read(10);
  tally.add(settled({ accepted: 3, refused: 1, unknown: 1, rejected: 2, filtered: 1 }));
  assertEquals(tally.counts(), {
    read: 10,
    accepted: 3,
    filtered: 1,
    rejected: 3,
    unknown: 1,
    pending: 2,
  });
  assertEquals(tally.filteredBy(), { age: 1 });
});

Deno.test("a resumed run counts on from what was settled", () => {
  const tally = new Tally({
    accepted: 5,
    filtered: 2,
    rejected: 1,
    unknown: 1,
    filteredBy: { age: 2 },
  });
  assertEquals(tally.counts().read, 9);
  tally.read(2);
  tally.add(settled({ accepted: 1, refused: 0, unknown: 0, rejected: 0, filtered: 1 }));
  assertEquals(tally.counts(), {
    read: 11,
    accepted: 6,
    filtered: 3,
    rejected: 1,
    unknown: 1,
    pending: 0,
  });
  assertEquals(tally.filteredBy(), { age: 3 });
});

Deno.test("the equation holds however rows are spread over spans", () => {
  const few = fc.nat({ max: 5 });
  const outcomes = fc.record({
    accepted: few,
    refused: few,
    unknown: few,
    rejected: few,
    filtered: few,
  });
  fc.assert(fc.property(fc.array(outcomes), (spans) => {
    const tally = new Tally();
    for (const span of spans) {
      tally.read(Object.values(span).reduce((a, b) => a + b, 0));
      checkEquation(tally.counts(), "stopped");
      tally.add(settled(span));
    }
    checkEquation(tally.counts(), "completed");
  }));
});

const GOOD: RowCounts = {
  read: 10,
  accepted: 6,
  filtered: 1,
  rejected: 2,
  unknown: 1,
  pending: 0,
};

const BAD: Record<string, [RowCounts, "completed" | "stopped"]> = {
  "a lost row": [{ ...GOOD, accepted: 5 }, "completed"],
  "a row settled twice": [{ ...GOOD, accepted: 7, pending: -1 }, "stopped"],
  "a completed run with pending rows": [{ ...GOOD, accepted: 5, pending: 1 }, "completed"],
};

for (const [name, [counts, status]] of Object.entries(BAD)) {
  Deno.test(`${name} is an internal error`, () => {
    const error = assertThrows(() => checkEquation(counts, status), Error, "do not add up");
    assertEquals(error.name, "Error");
  });
}

Deno.test("a stopped run may have pending rows", () => {
  checkEquation({ ...GOOD, accepted: 5, pending: 1 }, "stopped");
});

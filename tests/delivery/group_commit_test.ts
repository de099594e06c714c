import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { joinSettled } from "../../src/delivery/join.ts";
import { GroupCommit } from "../../src/delivery/group_commit.ts";
import type { Refusal, Settled } from "../../src/model/outcome.ts";
import type { RowRanges } from "../../src/model/row.ts";
import { makeMark, makeRow } from "./rig.ts";

/** A span of accepted rows. */
function settled(first: number, last: number): Settled {
  const span = { rows: [[first, last]] as RowRanges, rejections: [], filtered: [] };
  return {
    span: { ...span, at: makeMark(last) },
    accepted: last - first + 1,
    refused: [],
    unknown: [],
  };
}

function refusal(row: number): Refusal {
  return { place: makeRow(row), problem: { column: null, code: "refused", message: "No." } };
}

function rejection(row: number) {
  const problems = [{ column: null, code: "bad", message: "Bad." }];
  return { row, line: row + 1, stage: "check" as const, problems, raw: new Uint8Array() };
}

Deno.test("spans that are settled at one moment are recorded as one", async () => {
  const records: Settled[] = [];
  const commits = new GroupCommit((one) => {
    records.push(one);
    return Promise.resolve();
  });
  await Promise.all(
    [settled(1, 10), settled(21, 30), settled(11, 20)].map((one) => commits.add(one)),
  );
  assertEquals(records, [settled(1, 30)]);
  await commits.add(settled(31, 40));
  assertEquals(records.slice(1), [settled(31, 40)]);
});

Deno.test("what is settled while a record is made goes into the next, and waits for it", async () => {
  const records: { rows: RowRanges; done: () => void }[] = [];
  const commits = new GroupCommit(({ span }) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    records.push({ rows: span.rows, done: resolve });
    return promise;
  });
  const first = commits.add(settled(1, 1));
  await Promise.resolve();
  await Promise.resolve();
  const log: string[] = [];
  const others = [settled(2, 2), settled(3, 3)].map((one) =>
    commits.add(one).then(() => log.push("recorded"))
  );
  assertEquals(records.map(({ rows }) => rows), [[[1, 1]]]);
  records[0]?.done();
  await first;
  while (records.length < 2) await Promise.resolve();
  assertEquals([records[1]?.rows, log], [[[2, 3]], []]);
  records[1]?.done();
  await Promise.all(others);
  assertEquals(log, ["recorded", "recorded"]);
});

Deno.test("a record that fails fails for all that it holds, and for nothing after it", async () => {
  const rows: RowRanges[] = [];
  const commits = new GroupCommit(({ span }) => {
    rows.push(span.rows);
    return rows.length === 1 ? Promise.reject(new Error("full")) : Promise.resolve();
  });
  const failing = [settled(1, 1), settled(2, 2)].map((one) => commits.add(one));
  for (const one of failing) await assertRejects(() => one, Error, "full");
  await commits.add(settled(3, 3));
  assertEquals(rows, [[[1, 2]], [[3, 3]]]);
});

Deno.test("joined spans hold the rows of all of them, in source order", () => {
  const [a, b, c] = [settled(1, 10), settled(31, 50), settled(5_000, 5_000)];
  const joined = joinSettled([
    {
      ...b,
      span: {
        ...b.span,
        rejections: [rejection(32), rejection(36)],
        filtered: [{ first: 34, last: 34, rule: "age" }],
      },
      accepted: 13,
      refused: [refusal(33), refusal(37)],
      unknown: [refusal(35), refusal(38)],
    },
    {
      ...a,
      span: {
        ...a.span,
        rows: [[1, 10], [33_000, 33_001]],
        rejections: [rejection(2), rejection(33_000)],
        filtered: [{ first: 4, last: 5, rule: "age" }, {
          first: 33_001,
          last: 33_001,
          rule: "city",
        }],
      },
      accepted: 6,
      refused: [refusal(3)],
      unknown: [refusal(5)],
    },
    c,
  ]);
  assertEquals(joined, {
    span: {
      rows: [[1, 10], [31, 50], [5_000, 5_000], [33_000, 33_001]],
      rejections: [2, 32, 36, 33_000].map(rejection),
      filtered: [
        { first: 4, last: 5, rule: "age" },
        { first: 34, last: 34, rule: "age" },
        { first: 33_001, last: 33_001, rule: "city" },
      ],
      at: makeMark(5_000),
    },
    accepted: 20,
    refused: [3, 33, 37].map(refusal),
    unknown: [5, 35, 38].map(refusal),
  });
});

Deno.test("a single span stays what it is", () => {
  const one = settled(1, 2);
  assertStrictEquals(joinSettled([one]), one);
});

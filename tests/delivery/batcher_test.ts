import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";

import { Batcher, type BatchLimits } from "../../src/delivery/batcher.ts";
import { countRows } from "../../src/model/row_ranges.ts";
import { PayloadWriter } from "../../src/model/payload_writer.ts";
import { countFiltered, type Span } from "../../src/model/batch.ts";
import type { Frame } from "../../src/model/destination.ts";
import type { Position, Row } from "../../src/model/row.ts";
import { payloadsOf } from "../support/sinks.ts";
import { ARRAY, makeRow, written } from "./rig.ts";

const LIMITS: BatchLimits = {
  rowsPerRequest: [100],
  bytesPerRequest: 1_000,
  bytesPerRow: 500,
  frame: () => ARRAY,
};

const mark = (position: Position) => ({ ...position, digest: "" });

function rejection(row: Row) {
  const problems = [{ code: "bad", column: null, message: "It is bad." }];
  return {
    row: row.number,
    line: row.line,
    stage: "check" as const,
    problems,
    raw: new Uint8Array(),
  };
}

function drain(batcher: Batcher): Span[] {
  const spans: Span[] = [];
  for (let span = batcher.flush(); span; span = batcher.flush()) spans.push(span);
  return spans;
}

Deno.test("a span is full when it holds the rows of a request", () => {
  const batcher = new Batcher({ ...LIMITS, rowsPerRequest: [2] }, mark);
  batcher.add(makeRow(1), written("{}"), 0);
  assert(!batcher.full);
  batcher.add(makeRow(2), written("{}"), 0);
  assert(batcher.full);
  const span = batcher.take();
  assertEquals(span?.rows, [[1, 2]]);
  assertEquals(span?.at, { row: 2, offset: makeRow(2).end, line: 4, digest: "" });
  assertEquals(batcher.take(), null);
  assertEquals(batcher.flush(), null);
});

Deno.test("a span is cut before the row whose bytes would exceed the request", () => {
  const batcher = new Batcher({ ...LIMITS, bytesPerRequest: 12 }, mark);
  // Five bytes of frame and separator leave room for two rows of five, to the byte.
  batcher.add(makeRow(1), written('"abc"'), 0);
  batcher.add(makeRow(2), written('"de"'), 0);
  assert(!batcher.full);
  batcher.add(makeRow(3), written('""'), 0);
  const spans = [batcher.take(), ...drain(batcher)];
  assertEquals(spans.map((span) => span?.rows), [[[1, 2]], [[3, 3]]]);
});

Deno.test("a span is cut before a row that has a key again", () => {
  const batcher = new Batcher(LIMITS, mark);
  for (const [at, key] of ["a", "b", null, null, "a", "b", "a"].entries()) {
    batcher.add(makeRow(at + 1), written("{}"), 0, key);
  }
  const spans = [batcher.take(), batcher.take(), ...drain(batcher)];
  assertEquals(spans.map((span) => span?.rows), [[[1, 4]], [[5, 6]], [[7, 7]]]);
});

Deno.test("bytes are counted as UTF-8", () => {
  const batcher = new Batcher({ ...LIMITS, bytesPerRow: 5 }, mark);
  assertEquals(batcher.add(makeRow(1), written('"abc"'), 0), null);
  assertEquals(batcher.add(makeRow(2), written('"äöü"'), 0)?.code, "row-too-large");
});

Deno.test("a row of 300 KB is a problem that names both sizes, and is not added", () => {
  const batcher = new Batcher({ ...LIMITS, bytesPerRow: 131_072, bytesPerRequest: 262_144 }, mark);
  const problem = batcher.add(makeRow(1), written("x".repeat(300_000)), 0);
  assertEquals(problem?.code, "row-too-large");
  assert(problem?.message.includes("300000") && problem.message.includes("131072"));
  assertEquals(batcher.flush(), null);
});

Deno.test("rows that were decided without sending are settled with the rows around them", () => {
  const batcher = new Batcher({ ...LIMITS, rowsPerRequest: [2] }, mark);
  batcher.addFiltered(makeRow(1), "age");
  batcher.add(makeRow(2), written("{}"), 0);
  batcher.addRejection(makeRow(3), rejection(makeRow(3)));
  batcher.add(makeRow(4), written("{}"), 0);
  const span = batcher.take();
  assertEquals(span?.rows, [[1, 4]]);
  assertEquals(span?.batch?.length, 2);
  assertEquals([0, 1].map((index) => span?.batch?.place(index).number), [2, 4]);
  assertEquals(span?.filtered, [{ first: 1, last: 1, rule: "age" }]);
  assertEquals(span?.rejections.map(({ row }) => row), [3]);
});

Deno.test("rows of different routes go into spans of their own, whose ranges interleave", () => {
  const batcher = new Batcher({ ...LIMITS, rowsPerRequest: [2] }, mark);
  for (const number of [1, 2, 3, 4]) batcher.add(makeRow(number), written("{}"), number % 2);
  const spans = [batcher.take(), batcher.take()];
  assertEquals(spans.map((span) => span?.rows), [[[1, 1], [3, 3]], [[2, 2], [4, 4]]]);
  // Row 2 is in a later span than row 3, so the first span's mark is before it.
  assertEquals(spans.map((span) => span?.at.row), [1, 4]);
});

Deno.test("a file that is filtered throughout is cut all the same", () => {
  const batcher = new Batcher(LIMITS, mark);
  let number = 0;
  while (!batcher.full && number < 100_000) batcher.addFiltered(makeRow(++number), "age");
  const span = batcher.take();
  assertEquals(span?.rows, [[1, number]]);
  assertEquals(span?.filtered, [{ first: 1, last: number, rule: "age" }]);
  assert(number <= 50_000);
});

Deno.test("when batches are dropped, what was decided is kept with a mark before them", () => {
  const batcher = new Batcher({ ...LIMITS, rowsPerRequest: [2] }, mark);
  batcher.add(makeRow(1), written("{}"), 0);
  batcher.addFiltered(makeRow(2), "age");
  batcher.add(makeRow(3), written("{}"), 0);
  batcher.addRejection(makeRow(4), rejection(makeRow(4)));
  batcher.add(makeRow(5), written('"five"'), 0);
  batcher.dropBatches();
  const spans = [batcher.take(), batcher.flush()];
  assertEquals(spans.map((span) => span?.rows), [[[2, 2], [4, 4]], undefined]);
  assertEquals(spans[0]?.batch, null);
  assertEquals(spans[0]?.at.row, 0);

  // A request of later rows holds nothing of theirs.
  batcher.add(makeRow(6), written('"six"'), 0);
  const [next] = drain(batcher);
  assertEquals(next?.batch && payloadsOf(next.batch), ['"six"']);
});

/** What requests of each route have around their payloads. */
const FRAMES: readonly Frame[] = [
  ARRAY,
  { head: '{"č":[', separator: ", ", tail: "]}" },
  { head: "", separator: "\n", tail: "\n" },
];

const ROUTED = { ...LIMITS, frame: (route: number) => FRAMES[route] ?? ARRAY };

interface RowKind {
  readonly kind: "send" | "large" | "reject" | "filter";
  /** Bytes of the payload. */
  readonly size: number;
  readonly route: number;
}

const rowKinds: fc.Arbitrary<RowKind[]> = fc.array(
  fc.record({
    kind: fc.constantFrom("send", "send", "send", "large", "reject", "filter"),
    size: fc.integer({ min: 2, max: 40 }),
    route: fc.integer({ min: 0, max: 2 }),
  }),
  { maxLength: 200, size: "max" },
);

/** Limits under which any of these rows can be sent in a request of its own. */
const requestLimits = fc.record({
  rowsPerRequest: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 3 }),
  bytesPerRequest: fc.integer({ min: 49, max: 200 }),
});

/** A text that tells the row by its number and takes at most `size` bytes, if that is enough. */
function payloadText(number: number, size: number): string {
  return `${number}${"č".repeat(Math.max(0, size - 3) / 2)}`;
}

/** Hands rows in, all by the same writer, and returns the spans that they become. */
function spansOf(batcher: Batcher, kinds: readonly RowKind[]): Span[] {
  const payload = new PayloadWriter();
  for (const [index, { kind, size, route }] of kinds.entries()) {
    const row = makeRow(index + 1);
    if (kind === "filter") batcher.addFiltered(row, "age");
    else if (kind === "reject") batcher.addRejection(row, rejection(row));
    else {
      payload.length = 0;
      payload.text(kind === "large" ? "!".repeat(201) : payloadText(row.number, size));
      const problem = batcher.add(row, payload, route);
      assertEquals(problem?.code, kind === "large" ? "row-too-large" : undefined);
      if (problem) batcher.addRejection(row, rejection(row));
    }
  }
  return drain(batcher);
}

Deno.test("requests are filled in turn to the rows that they are to hold", () => {
  const batcher = new Batcher({ ...LIMITS, rowsPerRequest: [3, 1] }, mark);
  const kinds = Array.from({ length: 10 }, () => ({ kind: "send", size: 4, route: 0 }) as const);
  assertEquals(spansOf(batcher, kinds).map(({ batch }) => batch?.length), [3, 1, 3, 1, 2]);
});

Deno.test("every row is in exactly one span, and every span is within the limits", () => {
  fc.assert(fc.property(rowKinds, requestLimits, (kinds, limits) => {
    const { rowsPerRequest, bytesPerRequest } = limits;
    const spans = spansOf(new Batcher({ ...ROUTED, ...limits }, mark), kinds);
    const rows: number[] = [];
    const done = new Set<number>();
    for (const { batch, ...span } of spans) {
      const count = batch?.length ?? 0;
      assert(count <= Math.max(...rowsPerRequest));
      assert(batch === null || count > 0 && batch.body.length <= bytesPerRequest);
      const decided = span.rejections.length + countFiltered(span.filtered);
      assertEquals(countRows(span.rows), count + decided);
      for (const [first, last] of span.rows) {
        for (let row = first; row <= last; row++) {
          rows.push(row);
          done.add(row);
        }
      }
      for (let row = 1; row <= span.at.row; row++) assert(done.has(row), `row ${row}`);
    }
    assertEquals(rows.sort((a, b) => a - b), kinds.map((_, index) => index + 1));
    if (spans.length > 0) assertEquals(spans.at(-1)?.at.row, kinds.length);
  }));
});

Deno.test("rows of many URLs go to each in as few requests as can be filled at a time", () => {
  const batcher = new Batcher({ ...ROUTED, rowsPerRequest: [10] }, mark);
  const spans: Span[] = [];
  const take = () => {
    for (let span = batcher.take(); span; span = batcher.take()) spans.push(span);
  };
  for (let number = 1; number <= 1_000; number++) {
    const url = number <= 500 ? `few-${number % 5}` : `many-${number % 100}`;
    assertEquals(batcher.add(makeRow(number), written("{}"), url), null);
    take();
  }
  spans.push(...drain(batcher));
  const rows = spans.flatMap(({ batch }) =>
    Array.from({ length: batch?.length ?? 0 }, (_, at) => batch?.place(at).number)
  );
  assertEquals(new Set(rows).size, 1_000);
  assertEquals(spans.filter(({ batch }) => String(batch?.route).startsWith("few")).length, 50);
  const marks = spans.map(({ at }) => at.row);
  assertEquals(marks, marks.toSorted((a, b) => a - b));
  assertEquals(marks.at(-1), 1_000);
});

Deno.test("every row to send is in a batch of its route, in order, with its own payload", () => {
  fc.assert(fc.property(rowKinds, requestLimits, (kinds, limits) => {
    const spans = spansOf(new Batcher({ ...ROUTED, ...limits }, mark), kinds);
    const sent: number[][] = FRAMES.map(() => []);
    for (const { batch } of spans) {
      if (batch === null) continue;
      const { head, separator, tail } = ROUTED.frame(Number(batch.route));
      const payloads = payloadsOf(batch);
      for (const [index, payload] of payloads.entries()) {
        const { number } = batch.place(index);
        assertEquals(payload, payloadText(number, kinds[number - 1]?.size ?? 0));
        sent[Number(batch.route)]?.push(number);
      }
      assertEquals(new TextDecoder().decode(batch.body), head + payloads.join(separator) + tail);
    }
    const expected = FRAMES.map((_, route) =>
      kinds.flatMap((row, index) => row.kind === "send" && row.route === route ? [index + 1] : [])
    );
    assertEquals(sent, expected);
  }));
});

Deno.test("the totals are those of the batches, and the same where rows are only counted", () => {
  fc.assert(fc.property(rowKinds, requestLimits, (kinds, limits) => {
    const keeping = new Batcher({ ...ROUTED, ...limits }, mark);
    const counting = new Batcher({ ...ROUTED, ...limits }, mark, false);
    const spans = spansOf(keeping, kinds);
    const counted = spansOf(counting, kinds);
    assertEquals(counted, spans.map((span) => ({ ...span, batch: null })));
    const batches = spans.flatMap(({ batch }) => batch ?? []);
    assertEquals(keeping.totals, {
      rows: batches.reduce((sum, { length }) => sum + length, 0),
      requests: batches.length,
      bytes: batches.reduce((sum, { body }) => sum + body.length, 0),
    });
    assertEquals(counting.totals, keeping.totals);
  }));
});

Deno.test("a file that is rejected throughout is cut long before, since its rows are held", () => {
  const batcher = new Batcher(LIMITS, mark);
  let number = 0;
  while (!batcher.full && number < 100_000) {
    const row = makeRow(++number);
    batcher.addRejection(row, rejection(row));
  }
  assertEquals(batcher.take()?.rejections.length, number);
  assert(number <= 250);
});

Deno.test("rejected rows don't cut requests short, unless they are the most", () => {
  const batcher = new Batcher({ ...LIMITS, rowsPerRequest: [300] }, mark);
  for (let number = 1; number <= 800; number += 2) {
    batcher.addRejection(makeRow(number), rejection(makeRow(number)));
    batcher.add(makeRow(number + 1), written("{}"), 0);
  }
  assertEquals(batcher.take()?.batch?.length, 300);
});

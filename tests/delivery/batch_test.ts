import { assertEquals } from "@std/assert";
import fc from "fast-check";

import { BatchBuilder, fragmentsOf, type PackedBatch } from "../../src/delivery/batch.ts";
import { PayloadWriter } from "../../src/model/payload_writer.ts";
import type { Frame } from "../../src/model/destination.ts";
import type { Block, Place } from "../../src/model/row.ts";
import { payloadsOf } from "../support/sinks.ts";
import { written } from "./rig.ts";

const encoder = new TextEncoder();

/** A row to send. */
interface Sent {
  readonly place: Place;
  readonly payload: string;
}

const ROUTE = 7;

function batchOf(
  frame: Frame,
  rows: readonly Sent[],
  builder = new BatchBuilder(fragmentsOf(frame), ROUTE),
): PackedBatch {
  const payload = new PayloadWriter();
  for (const row of rows) {
    payload.length = 0;
    payload.text(row.payload);
    builder.add(row.place, payload);
  }
  return builder.finish();
}

/** Checks that a batch is made of these rows and nothing else. */
function assertHolds(batch: PackedBatch, frame: Frame, rows: readonly Sent[]): void {
  const body = frame.head + rows.map(({ payload }) => payload).join(frame.separator) + frame.tail;
  assertEquals(batch.body, encoder.encode(body));
  assertEquals(batch.length, rows.length);
  assertEquals(batch.route, ROUTE);
  assertEquals(payloadsOf(batch), rows.map(({ payload }) => payload));
  for (const [index, { place }] of rows.entries()) {
    const { block, ...numbers } = batch.place(index);
    const { block: wanted, ...others } = place;
    assertEquals(numbers, others);
    // The block itself: a copy would be held for every row.
    assertEquals(block === wanted, true);
  }
}

const ARRAY: Frame = { head: "[", separator: ",", tail: "]" };
const FRAMES: readonly Frame[] = [
  ARRAY,
  { head: '{"č":[', separator: ",\n ", tail: '],"n":1}' },
  { head: "", separator: "\n", tail: "\n" },
  { head: "", separator: ",", tail: "" },
];

/** Rows that follow each other, in as many blocks as `newBlock` begins, with gaps between them. */
const rowLists: fc.Arbitrary<Sent[]> = fc.array(
  fc.record({
    payload: fc.oneof(
      fc.string({ unit: "binary" }).map((text) => JSON.stringify(text)),
      fc.jsonValue().map((value) => JSON.stringify(value)),
      fc.string({ unit: "binary-ascii", minLength: 200, maxLength: 600 }),
    ),
    newBlock: fc.boolean(),
    skipped: fc.nat(3),
    bytes: fc.integer({ min: 1, max: 1_000 }),
  }),
  { maxLength: 30, size: "max" },
).map((rows) => {
  let block = makeBlock(0);
  let number = 0;
  let line = 1;
  // Beyond what 32 bits hold.
  let offset = 2 ** 40;
  return rows.map(({ payload, newBlock, skipped, bytes }) => {
    if (newBlock) block = makeBlock(offset);
    number += 1 + skipped;
    line += 1 + 2 * skipped;
    const start = offset + 10 * skipped;
    offset = start + bytes;
    return { payload, place: { number, line, start, end: offset, block } };
  });
});

function makeBlock(offset: number): Block {
  return { text: "", offset, unitBytes: 1, bigEndian: false };
}

/** Ascending indexes of some of the rows. */
function some<T>(rows: readonly T[], wanted: readonly boolean[]): number[] {
  return [...rows.keys()].filter((index) => wanted[index % wanted.length]);
}

const wishes = fc.array(fc.boolean(), { minLength: 1, maxLength: 30 });
const frames = fc.constantFrom(...FRAMES);

Deno.test("a body is its rows' payloads in their frame, and each row is found again", () => {
  fc.assert(fc.property(frames, rowLists, (frame, rows) => {
    assertHolds(batchOf(frame, rows), frame, rows);
  }));
});

Deno.test("rows that are picked are a batch as if there had been no others", () => {
  fc.assert(fc.property(frames, rowLists, wishes, (frame, rows, wanted) => {
    const batch = batchOf(frame, rows);
    const indexes = some(rows, wanted);
    const picked = indexes.flatMap((index) => rows[index] ?? []);
    assertHolds(batch.pick(indexes), frame, picked);
    assertEquals(batch.pick(indexes).body, batchOf(frame, picked).body);
    // Nothing became of the batch that they were picked from.
    assertHolds(batch, frame, rows);
  }));
});

Deno.test("rows can be picked from those that were picked", () => {
  fc.assert(fc.property(frames, rowLists, wishes, wishes, (frame, rows, first, second) => {
    const picked = some(rows, first);
    const twice = some(picked, second);
    const batch = batchOf(frame, rows).pick(picked).pick(twice);
    assertHolds(batch, frame, twice.flatMap((index) => rows[picked[index] ?? -1] ?? []));
  }));
});

Deno.test("a batch of which all rows are picked is the same, byte for byte", () => {
  fc.assert(fc.property(frames, rowLists, (frame, rows) => {
    const batch = batchOf(frame, rows);
    assertHolds(batch.pick([...rows.keys()]), frame, rows);
  }));
});

Deno.test("a batch stays as it is when its builder makes the next one", () => {
  fc.assert(fc.property(frames, rowLists, rowLists, (frame, first, second) => {
    const builder = new BatchBuilder(fragmentsOf(frame), ROUTE);
    const batch = batchOf(frame, first, builder);
    const next = batchOf(frame, second, builder);
    assertHolds(batch, frame, first);
    assertHolds(next, frame, second);
  }));
});

Deno.test("a body is no larger in memory than it is long", () => {
  const place = { number: 1, line: 2, start: 10, end: 20, block: makeBlock(0) };
  const { body } = batchOf(ARRAY, [{ place, payload: "{}" }]);
  assertEquals([body.length, body.byteOffset, body.buffer.byteLength], [4, 0, 4]);
});

Deno.test("a frame is written in UTF-8, and counted in bytes", () => {
  const { head, separator, tail } = fragmentsOf({ head: "č", separator: "€", tail: "😀" });
  assertEquals([head.length, separator.length, tail.length], [2, 3, 4]);
});

Deno.test("rows lie in the block that they came in, whichever of many is asked for first", () => {
  const blocks = [0, 100, 200, 300].map(makeBlock);
  const rows = blocks.flatMap((block, b) =>
    [1, 2, 3].map((n) => {
      const number = 3 * b + n;
      const start = block.offset + 10 * n;
      const place = { number, line: number + 1, start, end: start + 10, block };
      return { place, payload: `{"id":"č${number}"}` };
    })
  );
  const batch = new BatchBuilder(fragmentsOf(ARRAY), 0);
  for (const { place, payload } of rows) batch.add(place, written(payload));
  const finished = batch.finish();
  for (const index of [11, 0, 6, 5, 3, 2, 8, 9]) {
    assertEquals(finished.place(index), rows[index]?.place);
    assertEquals(finished.payload(index), rows[index]?.payload);
  }
  const picked = finished.pick([2, 3, 10]);
  assertEquals([0, 1, 2].map((index) => picked.place(index).number), [3, 4, 11]);
  assertEquals([0, 1, 2].map((index) => picked.place(index).block.offset), [0, 100, 300]);
});

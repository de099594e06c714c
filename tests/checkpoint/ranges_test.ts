import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { areRowRanges, RangeSet } from "../../src/checkpoint/ranges.ts";
import { countRows } from "../../src/model/row_ranges.ts";

Deno.test("a range set holds what a set of numbers holds", () => {
  const range = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat(8))
    .map(([first, more]) => [first, first + more] as const);
  fc.assert(fc.property(fc.array(range), (ranges) => {
    const set = new RangeSet();
    const model = new Set<number>();
    for (const [first, last] of ranges) {
      let added = 0;
      for (let row = first; row <= last; row++) {
        if (!model.has(row)) added++;
        model.add(row);
      }
      assertEquals(set.add(first, last), added);
    }
    for (let row = 0; row <= 50; row++) assertEquals(set.has(row), model.has(row));
    let watermark = 0;
    while (model.has(watermark + 1)) watermark++;
    assertEquals(set.watermark, watermark);
    assertEquals(countRows(set.ranges), model.size);
    for (const [index, [first]] of set.ranges.entries()) {
      const before = set.ranges[index - 1];
      if (before) assertEquals(first > before[1] + 1, true, "ranges that touch are merged");
    }
  }));
});

Deno.test("rows that are added in order stay one range", () => {
  const set = new RangeSet();
  for (let row = 1; row <= 100_000; row++) set.add(row, row);
  assertEquals(set.ranges, [[1, 100_000]]);
});

Deno.test("ranges that overlap, go back or hold no whole numbers are told apart", () => {
  for (const good of [[], [[1, 1]], [[1, 2], [3, 9]]]) assertEquals(areRowRanges(good), true);
  const bad = [null, [[0, 1]], [[2, 1]], [[1, 2], [2, 3]], [[1]], [[1, 1.5]], ["1"]];
  for (const ranges of bad) assertEquals(areRowRanges(ranges), false);
});

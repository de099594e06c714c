import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";

import { countRows } from "../../src/checkpoint/ranges.ts";
import { halves, Pieces, spread } from "../../src/delivery/split.ts";
import type { Item, Span } from "../../src/types.ts";
import { makeItem, makeMark } from "./rig.ts";

Deno.test("samples are spread evenly over the rows", () => {
  assertEquals(spread(100, 4), [12, 37, 62, 87]);
  assertEquals(spread(3, 16), [0, 1, 2]);
  assertEquals(spread(0, 16), []);
});

Deno.test("a span that is settled in one piece keeps its ranges", () => {
  const span: Span = {
    rows: [[1, 3]],
    items: [makeItem(1), makeItem(3)],
    rejections: [],
    filtered: [{ row: 2, rule: "age" }],
    at: makeMark(3),
  };
  assertEquals(new Pieces(span).take(span.items), span);
});

Deno.test("pieces are disjoint, together are the span, and the first holds what was decided", () => {
  fc.assert(fc.property(
    fc.array(fc.boolean(), { minLength: 2, maxLength: 60 }),
    fc.infiniteStream(fc.boolean()),
    (sent, splits) => {
      const numbers = sent.map((_, index) => index + 1);
      const items = numbers.filter((number) => sent[number - 1]).map((number) => makeItem(number));
      const filtered = numbers.filter((number) => !sent[number - 1])
        .map((row) => ({ row, rule: "age" }));
      const span: Span = {
        rows: [[1, sent.length]],
        items,
        rejections: [],
        filtered,
        at: makeMark(sent.length),
      };
      const pieces = new Pieces(span);
      const taken: Span[] = [];
      const cut = (group: readonly Item[]): void => {
        if (group.length > 1 && splits.next().value) return halves(group).forEach(cut);
        taken.push(pieces.take(group));
      };
      cut(items);
      const rows = taken.flatMap((piece) => piece.rows)
        .flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i));
      assertEquals(rows.sort((a, b) => a - b), numbers);
      assertEquals(taken.flatMap((piece) => piece.items), items);
      assertEquals(taken[0]?.filtered, filtered);
      for (const piece of taken.slice(1)) {
        assertEquals(piece.filtered, []);
        assert(countRows(piece.rows) === piece.items.length);
      }
    },
  ));
});

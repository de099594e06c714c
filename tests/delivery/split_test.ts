import { assertEquals } from "@std/assert";
import fc from "fast-check";

import { halves, Pieces, spread } from "../../src/delivery/split.ts";
import type { SpanRows } from "../../src/model/batch.ts";
import type { Rejection } from "../../src/model/problem.ts";
import { makeMark, numbersOf } from "./rig.ts";

Deno.test("samples are spread evenly over the rows", () => {
  assertEquals(spread(100, 4), [12, 37, 62, 87]);
  assertEquals(spread(3, 16), [0, 1, 2]);
  assertEquals(spread(0, 16), []);
});

Deno.test("a span that is settled in one piece keeps its ranges", () => {
  const span: SpanRows = {
    rows: [[1, 3]],
    rejections: [],
    filtered: [{ first: 2, last: 2, rule: "age" }],
    at: makeMark(3),
  };
  assertEquals(new Pieces(span).takeAll(), span);
  assertEquals(new Pieces(span).take([1, 3]), span);
});

Deno.test("pieces are disjoint, together are the span, and the first holds what was decided", () => {
  fc.assert(fc.property(
    fc.array(fc.constantFrom("sent", "sent", "filtered", "rejected"), {
      minLength: 2,
      maxLength: 60,
      size: "max",
    }),
    fc.infiniteStream(fc.boolean()),
    (fates, splits) => {
      const numbers = fates.map((_, index) => index + 1);
      const having = (fate: string) => numbers.filter((number) => fates[number - 1] === fate);
      const toSend = having("sent");
      const filtered = having("filtered").map((row) => ({ first: row, last: row, rule: "age" }));
      const rejections = having("rejected").map((row): Rejection => ({
        row,
        line: row + 1,
        stage: "check",
        problems: [{ code: "bad", column: null, message: "It is bad." }],
        raw: new Uint8Array(),
      }));
      const span: SpanRows = {
        rows: [[1, numbers.length]],
        rejections,
        filtered,
        at: makeMark(numbers.length),
      };
      const pieces = new Pieces(span);
      const taken: SpanRows[] = [];
      const cut = (group: readonly number[]): void => {
        if (group.length > 1 && splits.next().value) return halves(group).forEach(cut);
        const piece = pieces.take(group);
        assertEquals(numbersOf(piece).sent, group);
        assertEquals(piece.at, span.at);
        taken.push(piece);
      };
      cut(toSend);
      const rows = taken.flatMap((piece) => numbersOf(piece).all);
      assertEquals(rows.sort((a, b) => a - b), numbers);
      assertEquals(taken.flatMap((piece) => numbersOf(piece).sent), toSend);
      assertEquals([taken[0]?.filtered, taken[0]?.rejections], [filtered, rejections]);
      for (const piece of taken.slice(1)) {
        assertEquals([piece.filtered, piece.rejections], [[], []]);
      }
    },
  ));
});

import { assertEquals } from "@std/assert";
import { encodeLine, type SpanLine } from "../../src/checkpoint/lines.ts";
import { SpanLines } from "../../src/checkpoint/span_lines.ts";

const SPAN: SpanLine = {
  type: "span",
  rows: [[1, 1000]],
  accepted: 990,
  filtered: 1,
  rejected: 2,
  unknown: 7,
  at: { row: 1000, offset: 54_321, line: 1002, digest: "0123456789abcdef".repeat(4) },
  rejectedCsv: { bytes: 345, crc: "00ab12cd" },
  errorsJsonl: { bytes: 2345, crc: "ffffffff" },
  unknownCsv: { bytes: 0, crc: "00000000" },
  synced: 678,
};

Deno.test("a span's line is the one that any object of its kind makes", () => {
  const lines = new SpanLines();
  const far = 5_000_000_000_000;
  const spans: SpanLine[] = [
    SPAN,
    { ...SPAN, rows: [[1, 1], [3, 400], [1002, 1_000_000_007]], accepted: 0 },
    { ...SPAN, at: { row: far, offset: 2 * far, line: far + 2, digest: "" } },
    { ...SPAN, unknownCsv: { bytes: 67, crc: "0123abcd" } },
    { ...SPAN, rejectedCsv: { bytes: 0, crc: "00000000" }, synced: far },
    SPAN,
  ];
  for (const span of spans) {
    const text = new TextDecoder().decode(lines.bytes(span));
    assertEquals(text, new TextDecoder().decode(encodeLine(span)));
  }
});

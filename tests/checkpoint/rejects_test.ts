import { assertEquals } from "@std/assert";
import { type ErrorLine, ErrorLines } from "../../src/checkpoint/rejects.ts";

const LINE: ErrorLine = {
  row: 1,
  line: 2,
  column: "E-Mail",
  code: "invalid-email",
  message: 'The value is no "e-mail" address.',
  stage: "check",
};
const MORE = [{ column: "Age", code: "required", message: "The value is missing." }];

/** The lines as they are read back. */
function readBack(lines: readonly ErrorLine[], errorLines = new ErrorLines()): unknown[] {
  const text = new TextDecoder().decode(errorLines.bytes(lines));
  assertEquals(text.at(-1), "\n");
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

Deno.test("error lines say what each row's own is, however alike they are", () => {
  const lines: ErrorLine[] = [
    LINE,
    { ...LINE, row: 1_000_000_007, line: 1_000_000_008 },
    { ...LINE, more: MORE },
    { ...LINE, row: 3, sourceRow: 30 },
    { ...LINE, row: 4, sourceRow: 40 },
    { ...LINE, column: "Mail" },
    { ...LINE, column: null },
    { ...LINE, column: "" },
    { ...LINE, column: "null" },
    { ...LINE, code: "too-long" },
    { ...LINE, message: "Příliš dlouhé ☃" },
    { ...LINE, stage: "send" },
  ];
  const errorLines = new ErrorLines();
  assertEquals(readBack(lines, errorLines), lines);
  assertEquals(readBack(lines.toReversed(), errorLines), lines.toReversed());
});

Deno.test("an error line's fields stand in the documented order", () => {
  const line = { ...LINE, sourceRow: 9, more: MORE };
  const [read] = readBack([line]) as Record<string, unknown>[];
  assertEquals(Object.keys(read ?? {}), [
    ...["row", "line", "column", "code", "message", "stage", "sourceRow", "more"],
  ]);
});

Deno.test("thousands of different messages are worded right", () => {
  const lines = Array.from({ length: 2_500 }, (_, index) => ({
    ...LINE,
    message: `The API said ${index % 1_100}.`,
  }));
  assertEquals(readBack(lines), lines);
});

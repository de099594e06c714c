import { assertEquals } from "@std/assert";
import { errorLines } from "../../src/checkpoint/rejects.ts";
import type { Problem, Rejection } from "../../src/model/problem.ts";

const PROBLEM: Problem = {
  column: "E-Mail",
  code: "invalid-email",
  message: 'The value is no "e-mail" address.',
};
const MORE = { column: "Age", code: "required", message: "The value is missing." };
const RAW = new TextEncoder().encode("Ada,36\n");

function rejected(row: number, changes: Partial<Problem> = {}): Rejection {
  return { row, line: row + 1, stage: "check", problems: [{ ...PROBLEM, ...changes }], raw: RAW };
}

function unanswered(row: number, message: string): Rejection {
  return { ...rejected(row, { column: null, code: "no-answer", message }), stage: "send" };
}

/** The lines as they are read back. */
function readBack(
  rejections: readonly Rejection[],
  { unknown = [], sourceRows = null }: {
    unknown?: readonly Rejection[];
    sourceRows?: readonly number[] | null;
  } = {},
): Record<string, unknown>[] {
  const text = new TextDecoder().decode(errorLines(rejections, unknown, sourceRows));
  assertEquals(text.at(-1), "\n");
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** What the line of a rejected row should say. */
function told({ row, line, stage, problems: [problem] }: Rejection) {
  const { column, code, message } = problem as Problem;
  return { row, line, column, code, message, stage };
}

Deno.test("error lines say what each row's own is, however alike they are", () => {
  const rejections: Rejection[] = [
    rejected(1),
    rejected(1_000_000_007),
    rejected(3, { column: "Mail" }),
    rejected(4, { column: null }),
    rejected(5, { column: "" }),
    rejected(6, { column: "null" }),
    rejected(7, { code: "too-long" }),
    rejected(8, { message: "Příliš dlouhé ☃" }),
    { ...rejected(9), stage: "send" },
    rejected(10),
  ];
  assertEquals(readBack(rejections), rejections.map(told));
});

Deno.test("an error line's fields stand in the documented order", () => {
  const rejection = { ...rejected(1), problems: [{ ...PROBLEM, suggestion: "a@b.c" }, MORE] };
  const [read] = readBack([rejection], { sourceRows: [9] });
  assertEquals(read, { ...told(rejection), sourceRow: 9, more: [MORE] });
  assertEquals(Object.keys(read ?? {}), [
    ...["row", "line", "column", "code", "message", "stage", "sourceRow", "more"],
  ]);
});

Deno.test("rows that were mended name the rows that they came from", () => {
  const lines = readBack([rejected(1), rejected(3)], {
    unknown: [unanswered(2, "The API gave no answer")],
    sourceRows: [10, 20, 30],
  });
  assertEquals(lines.map(({ row, sourceRow }) => [row, sourceRow]), [[1, 10], [2, 20], [3, 30]]);
});

Deno.test("a problem on a further line of its row names that line", () => {
  const [read] = readBack([rejected(1, { line: 7 })]);
  assertEquals(read?.line, 7);
});

Deno.test("rows without an answer stand among the rejected ones, in the source's order", () => {
  const message = "The API gave no answer (timeout)";
  const lines = readBack([rejected(2), rejected(5)], {
    unknown: [1, 3, 4, 6, 7].map((row) => unanswered(row, message)),
  });
  assertEquals(lines.map(({ row }) => row), [1, 2, 3, 4, 5, 6, 7]);
  const unknown = { column: null, code: "unknown", message, stage: "send" };
  assertEquals(lines[0], { row: 1, line: 2, ...unknown });
  assertEquals(lines[6], { row: 7, line: 8, ...unknown });
});

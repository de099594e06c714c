import { assertEquals } from "@std/assert";
import { readEnvLines } from "../../src/config/env_lines.ts";

/** What is wrong with a file, by line. */
function faults(text: string): [number, string][] {
  return readEnvLines(text).faults.map(({ line, text }) => [line, text]);
}

Deno.test("lines that set a variable are no fault, however they are written", () => {
  const text = [
    "# a comment",
    "",
    "A=1",
    "export B = 2",
    "C: 3",
    "D='several",
    "lines, = and all'",
    'E="x" # with a comment',
    "F=",
    "G.h-i=1\r",
  ].join("\n");
  const { lines, faults } = readEnvLines(text);
  assertEquals(faults, []);
  assertEquals(lines.map(({ line, name }) => [line, name]), [
    ...[[3, "A"], [4, "B"], [5, "C"], [6, "D"], [8, "E"], [9, "F"], [10, "G.h-i"]],
  ]);
});

Deno.test("a line that sets nothing, one that is set again, and quotes that are none are told", () => {
  assertEquals(faults("A=1\nwhat is this\nA=2\nB=“x”\n"), [
    [2, "it is no NAME=value"],
    [3, "A stands on line 1 already, and this one counts"],
    [4, "the value of B is in typographic quotes, which belong to it"],
  ]);
});

Deno.test("a quote that is never closed is told where it opens", () => {
  assertEquals(faults('A=1\nB="x\nC=2\n'), [[2, "its quote is never closed"]]);
});

Deno.test("no fault holds a value", () => {
  const text = 'KEY=secret1\nKEY=secret2\nsecret3\nKEY2="secret4\nX=“secret5”';
  assertEquals(JSON.stringify(faults(text)).includes("secret"), false);
});

/**
 * The tables of docs/mapping.md whose columns are called column, value and becomes.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { parse } from "yaml";
import { jsonText } from "../../src/destinations/quote.ts";
import { loadNeeds } from "../../src/mapping/needs.ts";
import type { Sendable } from "../../src/model/value.ts";
import { compile, rowOf } from "./support.ts";

const PAGE = await Deno.readTextFile(new URL("../../docs/mapping.md", import.meta.url));

/** The cells of a table's line, without their code marks. */
function cellsOf(line: string): string[] {
  return line.split("|").slice(1, -1).map((cell) => cell.trim());
}

/** What stands between code marks; null for a plain word. */
function codeIn(cell: string): string | null {
  return /^`(.*)`$/.exec(cell)?.[1] ?? null;
}

let inTable = false;
let count = 0;
for (const line of PAGE.split("\n")) {
  const [column = "", value = "", becomes = ""] = line.startsWith("|") ? cellsOf(line) : [];
  if (column === "column" && value === "value" && becomes === "becomes") inTable = true;
  else if (column === "") inTable = false;
  else if (inTable && !column.startsWith("-")) {
    count++;
    Deno.test(`docs/mapping.md tells the truth: ${column} makes ${value} ${becomes}`, async () => {
      await loadNeeds(column);
      const parts = parse(`{ ${codeIn(column)} }`);
      const mapping = compile({ columns: [{ from: "A", to: "a", ...parts }] }, ["A"]);
      const text = (codeIn(value) ?? "").replace(
        /\\u([0-9a-f]{4})/g,
        (_, code) => String.fromCharCode(parseInt(code, 16)),
      );
      const row = rowOf([text]);
      const values = mapping.check(row) ?? [];
      mapping.convert?.(values);
      const [result] = values;
      const wanted = codeIn(becomes);
      if (wanted === null) {
        assertEquals(mapping.problems(row).map(({ code }) => code), [becomes]);
      } else {
        assertEquals(typeof result === "string" ? result : jsonText(result as Sendable), wanted);
      }
    });
  }
}

Deno.test("docs/mapping.md has its tables", () => assert(count > 40, String(count)));

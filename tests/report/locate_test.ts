import { assertEquals } from "@std/assert";
import { locateField } from "../../src/report/locate.ts";

const CASES: [name: string, record: string, field: number, delimiter: string, at: string][] = [
  ["the first field", "a,b,c\n", 0, ",", "0:1"],
  ["a later field", "a,b,c\n", 2, ",", "0:5"],
  ["a field after a quoted delimiter", '"a,b",c\n', 1, ",", "0:7"],
  ["a field after doubled quotes", '"a""b,",c\n', 1, ",", "0:9"],
  ["a quoted field, at its quote", 'a,"b"\n', 1, ",", "0:3"],
  ["a field after a line break in quotes", '"a\nbc",d\n', 1, ",", "1:5"],
  ["a field after a CRLF in quotes", '"a\r\nb",d\r\n', 1, ",", "1:4"],
  ["an empty field", "a;;c\n", 1, ";", "0:3"],
  ["a field after text beyond the BMP", "🚀é,b\n", 1, ",", "0:4"],
  ["a field after text behind a closing quote", '"a"b,c\n', 1, ",", "0:6"],
  ["a field that is not there, at the record's end", "a,b", 5, ",", "0:4"],
  ["a field after an unclosed quote, at the record's end", '"a,b', 1, ",", "0:5"],
];

for (const [name, record, field, delimiter, at] of CASES) {
  Deno.test(`locates ${name}`, () => {
    const { linesDown, column } = locateField(record, field, delimiter);
    assertEquals(`${linesDown}:${column}`, at);
  });
}

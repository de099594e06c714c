import { assertEquals, assertMatch } from "@std/assert";
import { Buffer } from "node:buffer";
import { describeOtherFormat } from "../../src/csv/not_csv.ts";

const told = (head: string) => describeOtherFormat(Buffer.from(head, "latin1"));

const OTHERS: readonly [head: string, name: string][] = [
  ["PK\x03\x04\x14\0", "a ZIP archive"],
  ["\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a workbook of old Excel"],
  ["7z\xbc\xaf\x27\x1c\0\x04", "a 7z archive"],
  ["%PDF-1.7\n", "a PDF document"],
  ["PAR1\x15", "a Parquet file"],
  ["SQLite format 3\0\x10", "an SQLite database"],
  [`customers.csv${"\0".repeat(244)}ustar\x0000`, "a tar archive"],
  ["<!DOCTYPE html>\n<html>", "an HTML page"],
  ["\xef\xbb\xbf\n  <html lang=en>", "an HTML page"],
  ["<table><tr>", "an HTML page"],
  ['<?xml version="1.0"?>', "an XML document"],
  ["version https://git-lfs.github.com/spec/v1\noid", "a pointer of Git LFS"],
  ["\x1f\x8b\x08\0", "a file that was gzipped twice"],
  ["FEA1\0\0\0\0", "an Arrow file"],
  ['{"id": 1, "name": "Anna"}', "JSON"],
  ['[\n  {"id": 1}', "JSON"],
  ["\x89PNG\r\n\x1a\n", "an image"],
];

for (const [head, name] of OTHERS) {
  Deno.test(`${name} is called by its name, from ${JSON.stringify(head.slice(0, 12))} on`, () => {
    assertMatch(told(head) ?? "", new RegExp(`^it is ${name}.*: [a-z].*CSV`));
  });
}

Deno.test("what may be CSV is not called anything else", () => {
  for (
    const head of [
      "",
      "id,email\n1,a@b.c\n",
      "<b>,c\n",
      "Pk,name\n",
      "[id],[name]\n",
      '{id},"name"\n',
      "%PDF,pages\n",
      "GIF,PNG\n",
      "Obj,ORC\n",
      '"a","b"\n',
      "ustar,x\n",
    ]
  ) {
    assertEquals(told(head), null, head);
  }
});

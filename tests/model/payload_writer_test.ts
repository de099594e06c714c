import { assertEquals } from "@std/assert";
import fc from "fast-check";

import { Fragment, PayloadWriter } from "../../src/model/payload_writer.ts";
import type { Row } from "../../src/model/row.ts";
import { rowOf, textOf } from "../support/sinks.ts";

const encoder = new TextEncoder();

/** What is written behind and in front of something else, whose bytes must stay. */
function around(write: (writer: PayloadWriter) => void): Uint8Array {
  const writer = new PayloadWriter();
  writer.fragment(BEFORE);
  write(writer);
  writer.fragment(AFTER);
  return writer.bytes.slice(0, writer.length);
}

const BEFORE = new Fragment('{"č":');
const AFTER = new Fragment(',"end":true}');

/** The bytes that {@linkcode around} gives for a JSON text. */
function expected(json: string): Uint8Array {
  return encoder.encode(`{"č":${json},"end":true}`);
}

/** Of each kind of character some, so that kinds meet in one text: JSON's, and UTF-8's lengths. */
const CHARACTERS = [
  ..."aZ09 /'~",
  ...'"\\',
  ..."\0\x01\b\t\n\f\r\x1f\x7f",
  ..."\x80éčß\u07ff",
  ..."\u0800€\u2028\ud7ff\ue000\ufeff\uffff",
  ..."😀\u{10000}\u{10ffff}",
  ...["\ud800", "\udbff", "\udc00", "\udfff"],
];

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "binary-ascii", maxLength: 40 }),
  fc.string({ unit: fc.constantFrom(...CHARACTERS), maxLength: 40 }),
  // Any UTF-16 units, most of them beyond what a random character hits, lone surrogates too.
  fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) }),
);

Deno.test("a text is written as JSON.stringify words it, in UTF-8", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const json = JSON.stringify(text);
      assertEquals(around((writer) => writer.quoted(text)), expected(json));
      assertEquals(around((writer) => writer.text(json)), expected(json));
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("a field is written as any text where its row has no bytes to copy", () => {
  fc.assert(fc.property(anyText, (text) => {
    const wanted = expected(JSON.stringify(text));
    const inHand = (row: Row, field: number) => {
      const writer = new PayloadWriter();
      writer.begin(row);
      writer.fragment(BEFORE);
      writer.field(text, field);
      writer.fragment(AFTER);
      return writer.bytes.slice(0, writer.length);
    };
    assertEquals(around((writer) => writer.field(text, 0)), wanted);
    assertEquals(inHand(rowOf(1, [text]), 0), wanted);
    assertEquals(inHand(rowOf(1, ["another"]), 0), wanted);
    assertEquals(inHand(rowOf(1, [text]), -1), wanted);
  }));
});

Deno.test("every character is written as JSON.stringify words it, wherever in a text it stands", () => {
  for (const character of CHARACTERS) {
    for (let length = 0; length < 10; length++) {
      for (let at = 0; at <= length; at++) {
        const text = "x".repeat(at) + character + "y".repeat(length - at);
        const wanted = expected(JSON.stringify(text));
        assertEquals(around((writer) => writer.quoted(text)), wanted);
        assertEquals(around((writer) => writer.field(text, 0)), wanted);
      }
    }
  }
});

const NUMBERS = [
  ...[0, -0, 1, 9, 10, 11, 99, 100, 101, 999, 1000, 65_535, 123_456_789],
  ...[9_999_999_999, 21_474_836_480, 123_456_789_012, 1_718_452_800_000, 1e15 + 1],
  ...[99_999_999, 100_000_000, 999_999_998, 999_999_999, 1e9, 1e9 + 1, 2 ** 31, 2 ** 32],
  ...[-1, -9, -10, -999_999_999, -1e9, 0.5, -0.5, 1.1, 9.99, 999_999_998.5, 1e-7, 5e-324],
  ...[Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 1e21, -1e21, 1e300, Number.MAX_VALUE],
  ...[NaN, Infinity, -Infinity],
];

Deno.test("every number is written as JSON.stringify words it", () => {
  for (const number of NUMBERS) {
    assertEquals(around((writer) => writer.number(number)), expected(JSON.stringify(number)));
  }
  const numbers = fc.oneof(
    // Of each count of digits as many.
    fc.double({ min: 0, max: 15, noNaN: true }).map((digits) => Math.floor(10 ** digits)),
    fc.maxSafeInteger(),
    fc.double(),
  );
  fc.assert(
    fc.property(numbers, (number) => {
      assertEquals(around((writer) => writer.number(number)), expected(JSON.stringify(number)));
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("literals of every length are written whole, and nothing of them beyond", () => {
  const alphabets = [
    "abcdefghijklmnopqrstuvwxyz",
    "čďéěíňóřšťúůýž€😀áàâäãåāăą",
    // Bytes that are nearest to those of NaN, in which a number does not tell all of its bits.
    "\x7f\x7f😀\x7f\u{10ffff}\x7f\uffff\x7f\u{10ffff}\x7f\x7f\x7f\x7f\x7f\x7f\u{10ffff}\x7f\x7f\x7f\x7f",
  ];
  for (const letters of alphabets) {
    for (let length = 0; length <= 20; length++) {
      const text = [...letters].slice(0, length).join("");
      const literal = new Fragment(text);
      assertEquals(literal.length, encoder.encode(text).length);
      assertEquals(around((writer) => writer.fragment(literal)), expected(text));
      // The same literal stands in many payloads.
      assertEquals(around((writer) => writer.fragment(literal)), expected(text));
    }
  }
});

/** Short lengths, and those around the one from which more is copied at once. */
const LENGTHS = [...Array(21).keys(), 254, 255, 256, 257, 258, 259, 260, 1_000, 5_000];

Deno.test("bytes that stand elsewhere are copied, few and many, and stay there", () => {
  for (const length of LENGTHS) {
    const text = "0123456789".repeat(Math.ceil(length / 10)).slice(0, length);
    const other = new PayloadWriter();
    other.text(text);
    assertEquals(around((writer) => writer.append(other)), expected(text));
    assertEquals(textOf(other), text);
    const bytes = encoder.encode(`<${text}>`);
    assertEquals(around((writer) => writer.copy(bytes.subarray(1, length + 1))), expected(text));
    assertEquals(bytes, encoder.encode(`<${text}>`));
  }
});

Deno.test("what another writer held before, and is longer, is not appended", () => {
  const other = new PayloadWriter();
  other.text("z".repeat(400));
  other.begin(rowOf(1));
  other.text("short");
  assertEquals(around((writer) => writer.append(other)), expected("short"));
});

Deno.test("every byte is appended, whatever a writer held before behind it", () => {
  // As numbers of eight bytes, some of which are none: these must not be taken for such.
  const characters = ["\x7f", "x", "č", "€", "\u{10ffff}"];
  const texts = characters.flatMap((character) =>
    Array.from({ length: 18 }, (_, count) => character.repeat(count))
  );
  const other = new PayloadWriter();
  const writer = new PayloadWriter();
  for (const before of texts) {
    for (const text of texts) {
      other.length = 0;
      other.text(before);
      other.length = 0;
      other.text(text);
      writer.length = 0;
      writer.append(other);
      assertEquals(textOf(writer), text);
    }
  }
});

Deno.test("a writer that begins with a row holds nothing", () => {
  const writer = new PayloadWriter();
  writer.quoted("of the row before");
  writer.begin(rowOf(2));
  assertEquals(writer.length, 0);
  writer.number(2);
  assertEquals(textOf(writer), "2");
});

interface Step {
  readonly name: string;
  readonly write: (writer: PayloadWriter) => void;
  readonly text: string;
}

/** A text written in each way that there is, and what stands there then. */
function stepsOf(text: string, number: number): Step[] {
  const literal = new Fragment(text);
  const json = JSON.stringify(text);
  const other = new PayloadWriter();
  other.text(json);
  const bytes = encoder.encode(json);
  return [
    // A literal is no JSON string: nothing escapes the lone surrogates that UTF-8 can't hold.
    { name: "literal", write: (writer) => writer.fragment(literal), text: text.toWellFormed() },
    { name: "quoted", write: (writer) => writer.quoted(text), text: json },
    { name: "field", write: (writer) => writer.field(text, 0), text: json },
    { name: "text", write: (writer) => writer.text(json), text: json },
    { name: "append", write: (writer) => writer.append(other), text: json },
    { name: "copy", write: (writer) => writer.copy(bytes), text: json },
    { name: "number", write: (writer) => writer.number(number), text: `${number}` },
  ];
}

Deno.test("whatever is written one after the other stands there in that order", () => {
  const steps = fc.array(
    fc.tuple(fc.oneof(anyText, fc.string({ minLength: 200, maxLength: 2_000 })), fc.integer())
      .chain(([text, number]) => fc.constantFrom(...stepsOf(text, number))),
    { maxLength: 60, size: "max" },
  );
  fc.assert(fc.property(steps, (steps) => {
    const writer = new PayloadWriter();
    for (const { write } of steps) write(writer);
    const wanted = encoder.encode(steps.map(({ text }) => text).join(""));
    assertEquals(writer.length, wanted.length);
    assertEquals(writer.bytes.slice(0, writer.length), wanted);
  }));
});

/** Texts of many lengths, and of one, two, three and four bytes a character. */
const TEXTS = ["x", "č", "€", "😀"].flatMap((character) =>
  [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 33, 50].map((count) => character.repeat(count))
);

for (const [index, { name }] of stepsOf("", 0).entries()) {
  Deno.test(`a writer grows by ${name} wherever its room ends, and keeps what it holds`, () => {
    for (const text of [...TEXTS, "a\\b", "\ud800", "\x7f😀\x7f\x7f"]) {
      const step = stepsOf(text, 10 ** (text.length % 9))[index] as Step;
      for (let before = 0; before < 8; before++) {
        const writer = new PayloadWriter();
        writer.copy(new Uint8Array(before).fill(0x2d));
        let count = 0;
        // Beyond the room that a writer has at first, and beyond twice that.
        for (; writer.length < 2_500; count++) step.write(writer);
        assertEquals(textOf(writer), "-".repeat(before) + step.text.repeat(count));
      }
    }
  });
}

Deno.test("100,000 writes in a row are all there", () => {
  const writer = new PayloadWriter();
  const wanted: string[] = [];
  const comma = new Fragment(",");
  for (let number = 0; number < 50_000; number++) {
    writer.number(number);
    writer.fragment(comma);
    wanted.push(`${number},`);
  }
  assertEquals(textOf(writer), wanted.join(""));
});

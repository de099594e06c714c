import { assertEquals } from "@std/assert";
import type * as z from "zod";
import {
  decimalNumber,
  delimiter,
  duration,
  encoding,
  errorBound,
  oneOf,
  shard,
  toggle,
  wholeNumber,
} from "../../src/config/values.ts";

/** Text → value, or `!` and the message for text that is refused. */
const tables: [string, z.ZodType<unknown, string>, Record<string, unknown>][] = [
  ["a whole number is parsed whole", wholeNumber(1, 100), {
    "1": 1,
    "100": 100,
    "007": 7,
    "0": "!takes a whole number between 1 and 100",
    "101": "!takes a whole number between 1 and 100",
    "10abc": "!takes a whole number between 1 and 100",
    "1e2": "!takes a whole number between 1 and 100",
    "-1": "!takes a whole number between 1 and 100",
    " 1": "!takes a whole number between 1 and 100",
  }],
  ["a decimal number has a lower bound", decimalNumber(0), {
    "0": 0,
    "0.25": 0.25,
    ".5": 0.5,
    "1,5": "!takes a number of at least 0",
    "Infinity": "!takes a number of at least 0",
  }],
  ["a rate is above zero", decimalNumber(0, { exclusive: true }), {
    "0.5": 0.5,
    "0": "!takes a number above 0",
  }],
  ["a duration needs its unit and comes out in milliseconds", duration(), {
    "90s": 90_000,
    "5m": 300_000,
    "1h30m": 5_400_000,
    "500ms": 500,
    "1.5s": 1_500,
    "30d": 2_592_000_000,
    "90": "!takes a length of time with its unit, such as 90s, 5m or 1h30m",
    "5 m": "!takes a length of time with its unit, such as 90s, 5m or 1h30m",
  }],
  ["a switch knows the usual words in any case", toggle(), {
    "true": true,
    "1": true,
    "Yes": true,
    "OFF": false,
    "maybe": "!takes true or false",
  }],
  ["an error bound is a number of rows or a percentage", errorBound(), {
    "0": { rows: 0 },
    "25": { rows: 25 },
    "2.5%": { percent: 2.5 },
    "101%": "!takes a number of rows or a percentage, e.g. 25 or 2%",
    "-1": "!takes a number of rows or a percentage, e.g. 25 or 2%",
  }],
  ["a word is taken in any case and comes out as written", oneOf(["DEBUG", "INFO"]), {
    "debug": "DEBUG",
    "INFO": "INFO",
    "TRACE": "!takes one of DEBUG, INFO",
  }],
  ["a shard counts from one", shard(), {
    "1/1": { index: 1, count: 1 },
    "3/8": { index: 3, count: 8 },
    "0/8": "!takes i/n with i from 1 to n, e.g. 3/8",
    "9/8": "!takes i/n with i from 1 to n, e.g. 3/8",
    "1-8": "!takes i/n with i from 1 to n, e.g. 3/8",
  }],
  ["a delimiter is one character or its name", delimiter(), {
    ";": ";",
    "tab": "\t",
    "\\t": "\t",
    "pipe": "|",
    '"': "!takes one ASCII character other than a quote, or comma, semicolon, tab, pipe",
    "::": "!takes one ASCII character other than a quote, or comma, semicolon, tab, pipe",
  }],
  ["an encoding is named as TextDecoder knows it", encoding(), {
    "utf-8": "utf-8",
    "latin1": "windows-1252",
    "UTF-16": "utf-16",
    "unicode": "utf-16le",
    "klingon": "!takes an encoding's name, such as utf-8, windows-1252, utf-16le or cp850",
  }],
];

for (const [name, check, table] of tables) {
  Deno.test(name, () => {
    const results = Object.keys(table).map((text) => {
      const result = check.safeParse(text);
      return [text, result.success ? result.data : `!${result.error.issues[0]?.message}`];
    });
    assertEquals(Object.fromEntries(results), table);
  });
}

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";

import { scrub, scrubProblem } from "../../src/delivery/scrub.ts";
import { makeItem } from "./rig.ts";

const CASES: readonly [string, string, string[], string][] = [
  ["a value", "The name Ada is taken.", ["Ada"], "The name … is taken."],
  ["a value in other letters", "ada@x.org is not valid.", ["ADA@X.org"], "… is not valid."],
  ["a value within another", "Ann Annable: no.", ["Ann", "Ann Annable"], "…: no."],
  ["a value with line ends", "Got a\n b here.", ["a\r\nb"], "Got … here."],
  ["a value as JSON", 'Got "a\\"b".', ['a"b'], 'Got "…".'],
  ["signs of regular expressions", "Got (.*)+ here.", ["(.*)+"], "Got … here."],
  ["a value that was cut off", "Unknown person jane.d…", ["jane.doe@x.org"], "Unknown person ……"],
  ["a value both whole and cut off", "Got jane.doe, jane.d…", ["jane.doe"], "Got …, ……"],
  ["a short value that is a word", "Banner 12 of 0 to 120.", ["12", "o"], "Banner … of 0 to 120."],
  ["no part of a word by a short value", "Row 12 is bad.", ["b", "2", "i"], "Row 12 is bad."],
];

for (const [name, message, values, expected] of CASES) {
  Deno.test(`an API's message is scrubbed of ${name}`, () => {
    assertEquals(scrub(message, values), expected);
  });
}

Deno.test("a scrubbed message is one line of at most 300 characters", () => {
  assertEquals(scrub("word ".repeat(1_000), []).length, 300);
  assertEquals(scrub(" two\n\tlines ", []), "two lines");
});

Deno.test("no value of three characters or more survives", () => {
  fc.assert(fc.property(
    fc.array(fc.stringMatching(/^[a-z0-9@.]{3,12}$/), { minLength: 1, maxLength: 5 }),
    fc.array(fc.stringMatching(/^[A-Z ]{0,4}$/), { maxLength: 5 }),
    (values, words) => {
      const message = values.map((value, index) => value + (words[index] ?? " ")).join(" ");
      const scrubbed = scrub(message, values).toLowerCase();
      for (const value of values) assert(!scrubbed.includes(value));
    },
  ));
});

Deno.test("what became of a row's values and the request's secrets are scrubbed too", () => {
  const item = { ...makeItem(7), payload: '{"a":[{"b":"2024-02-01"}],"n":12345}' };
  const message = "2024-02-01, 12345 and person-7 by k3y:s3cret with azN5OnMzY3JldA==";
  const request = {
    method: "POST",
    url: "http://x/",
    headers: { authorization: "Basic azN5OnMzY3JldA==" },
    body: "",
  };
  const problem = { code: "refused-400", column: null, message };
  assertEquals(scrubProblem(problem, [item], request).message, "…, … and … by …:… with …");
});

import { assertEquals } from "@std/assert";

import { apiMessage } from "../../src/destinations/answers.ts";

const CASES: [body: string, message: string | null][] = [
  ["", null],
  ["   ", null],
  ["Bad cookie", "Bad cookie"],
  ["<html><body>502</body></html>", null],
  ["<html><head><TITLE lang=en>Bad\nGateway</TITLE>", "Bad\nGateway"],
  ["<title>never ends", null],
  ['[{"errorCode":"LIMIT","message":"no"}]', "LIMIT: no"],
  ['{"message":"no"}', "no"],
  ['{"error":"invalid_client"}', "invalid_client"],
  ['{"error":{"message":"deep"}}', "deep"],
  ['{"error":{"reason":"mapper"}}', "mapper"],
  ['{"detail":"a"}', "a"],
  ['{"errors":[{"code":"x","message":"a"},{"message":"b"}]}', "a; b"],
  ['{"errors":["a","b"]}', "a; b"],
  ['{"errors":[]}', null],
  ['{"errors":[],"message":"m"}', "m"],
  ['"just text"', "just text"],
  ["{}", null],
  ["[1,2]", null],
  ['{"message":{"message":{"message":{"message":{"message":{"message":"too deep"}}}}}}', null],
  ['{"cut off', null],
];

for (const [body, message] of CASES) {
  Deno.test(`the message in ${body || "an empty body"} is ${message}`, () => {
    assertEquals(apiMessage(body), message);
  });
}

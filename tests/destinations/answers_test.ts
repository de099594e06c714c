import { assertEquals } from "@std/assert";

import { apiMessage, isWebPage, notAnAnswer } from "../../src/destinations/answers.ts";

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

const PAGES: [body: string, isPage: boolean][] = [
  ["<!doctype html><p>", true],
  [" \n<HTML lang=en>", true],
  ["<!-- portal --><!-- v2 -->\n<html>", true],
  ['<?xml version="1.0"?>\n<!-- x --><!DOCTYPE html PUBLIC "…">', true],
  ['<?xml version="1.0"?><result>ok</result>', false],
  ["<!-- never ends <html>", false],
  ["<!--".repeat(50_000), false],
  ["<htmlish/>", false],
  ['{"html":"<html>"}', false],
  ["", false],
];

for (const [body, isPage] of PAGES) {
  Deno.test(`${body.slice(0, 60) || "an empty body"} is ${isPage ? "a" : "no"} web page`, () => {
    assertEquals(isWebPage({ status: 200, headers: new Headers(), body }), isPage);
  });
}

Deno.test("what is not packed as it says is no API's answer", () => {
  const endpoint = { title: "An API", path: "/rows", setting: "API_URL" };
  const answer = { status: 200, headers: new Headers(), body: "" };
  const bodyFault = "a body that can't be unpacked (br)";
  assertEquals(notAnAnswer(endpoint, { ...answer, bodyFault }), null);
  assertEquals(notAnAnswer(endpoint, { ...answer, bodyFault, isCorrupt: true }), {
    kind: "broken",
    taken: true,
    reason:
      "An API answered 200 to /rows with a body that can't be unpacked (br): check API_URL, " +
      "and what stands before it (a proxy, a sign-in)",
  });
});

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createLog, logLevel, type LogOptions, silentLog } from "../src/log.ts";
import { fakeStderr, logged } from "./support/logged.ts";

Deno.test("a text record has time, level, category and message with its values", async () => {
  const text = await logged({}, (log) => {
    log.of("delivery").warning("Attempt {attempt} of {request} failed: {reason}", {
      attempt: 2,
      request: "rows 1 to 100",
      reason: "status 503",
    });
  });
  assertEquals(
    text.replace(/^\S+/, "<time>"),
    "<time> [WARNING] rowferry.delivery: Attempt 2 of rows 1 to 100 failed: status 503\n",
  );
});

Deno.test("a JSON record is one object on one line, with its properties", async () => {
  const text = await logged({ format: "json" }, (log) => log.of("run").info("Began", { rows: 3 }));
  const record = JSON.parse(text);
  assertEquals(text.split("\n").length, 2);
  assertEquals(
    { ...record, "@timestamp": "" },
    {
      "@timestamp": "",
      level: "INFO",
      message: "Began",
      logger: "rowferry.run",
      properties: { rows: 3 },
    },
  );
});

Deno.test("values can't start a new line or drive the terminal", async () => {
  const text = await logged({}, (log) => {
    log.of("run").info("Got {value}", { value: "a\nb\x1b[2Jc" });
  });
  assertEquals(text.split("\n").length, 2);
  assert(!text.includes("\x1b"));
});

const LEVEL_TABLE: [LogOptions["level"], string[]][] = [
  ["DEBUG", ["debug", "info", "warning", "error"]],
  ["INFO", ["info", "warning", "error"]],
  ["WARNING", ["warning", "error"]],
  ["ERROR", ["error"]],
  ["CRITICAL", []],
];

for (const [level, expected] of LEVEL_TABLE) {
  Deno.test(`level ${level} lets through: ${expected.join(", ") || "nothing"}`, async () => {
    const text = await logged({ level }, (log) => {
      for (const method of ["debug", "info", "warning", "error"] as const) {
        log.of("run")[method]("x");
      }
    });
    assertEquals(text.match(/\[\w+\]/g)?.map((m) => m.slice(1, -1).toLowerCase()) ?? [], expected);
  });
}

Deno.test("flags decide the level before the environment does", () => {
  const none = { quiet: false, verbose: false, debug: false, loglevel: "WARNING" as const };
  assertEquals(logLevel(none), "WARNING");
  assertEquals(logLevel({ ...none, loglevel: "CRITICAL" }), "CRITICAL");
  assertEquals(logLevel({ ...none, verbose: true }), "INFO");
  assertEquals(logLevel({ ...none, verbose: true, loglevel: "ERROR" }), "INFO");
  assertEquals(logLevel({ ...none, verbose: true, loglevel: "DEBUG" }), "DEBUG");
  assertEquals(logLevel({ ...none, debug: true, loglevel: "INFO" }), "DEBUG");
  assertEquals(logLevel({ ...none, quiet: true, debug: true, loglevel: "DEBUG" }), "ERROR");
});

const KEY = "us1-k3y/with+signs";
const SECRET = 's3cr"et\\&=%ü';
const FORMS: Record<string, string> = {
  "as it is": SECRET,
  "in Basic credentials": basic(KEY, SECRET),
  "URL-encoded": encodeURIComponent(SECRET),
  "as form data": new URLSearchParams({ a: SECRET }).toString().slice(2),
  "inside JSON": JSON.stringify(["ProjectKey", SECRET]),
  "in Base64": basic(SECRET),
};

function basic(...parts: string[]): string {
  const bytes = new TextEncoder().encode(parts.join(":"));
  return btoa(String.fromCharCode(...bytes));
}

for (const format of ["text", "json"] as const) {
  for (const [name, form] of Object.entries(FORMS)) {
    Deno.test(`a secret ${name} never gets into a ${format} log`, async () => {
      const text = await logged({ format, secrets: [KEY, SECRET] }, (log) => {
        const { info, error } = log.of("delivery");
        info(`Sent with ${form} to the API`);
        info("Sent with {it}", { it: form });
        info("Sent", { headers: { authorization: [`x ${form}`] } });
        error("Failed: {error}", { error: new Error(`no route to https://${form}@host/`) });
      });
      assertEquals(text.match(/\[redacted\]/g)?.length ?? 0, format === "json" ? 6 : 3);
      const shown = format === "json"
        ? text.trim().split("\n").map((line) => JSON.stringify(JSON.parse(line))).join()
        : text;
      for (const hidden of [KEY, SECRET, form, JSON.stringify(SECRET).slice(1, -1)]) {
        assert(!text.includes(hidden) && !shown.includes(hidden), `${hidden} in ${text}`);
      }
    });
  }
}

Deno.test("credentials that were not known beforehand are kept out by their scheme", async () => {
  const text = await logged({}, (log) => {
    log.of("delivery").info("Header {value}", {
      value: "Authorization: Bearer eyJh.b-c_d~e+f/g==",
    });
    log.of("delivery").info("Header {value}", { value: "authorization: basic dXNlcjpwYXNz" });
  });
  assertStringIncludes(text, "Authorization: Bearer [redacted]\n");
  assertStringIncludes(text, "authorization: basic [redacted]\n");
});

Deno.test("one secret inside another is redacted as a whole", async () => {
  const text = await logged(
    { secrets: ["abc", "abc-def"] },
    (log) => log.of("run").info("key abc-def"),
  );
  assert(text.endsWith("key [redacted]\n"), text);
});

Deno.test("a secret of a few letters is redacted where it stands, and garbles no other word", async () => {
  const text = await logged(
    { secrets: ["a", "row", "test"] },
    (log) =>
      log.of("run").info("100 rows a second, the last row: {reason}, {count} rows", {
        reason: "key=test was refused by the latest API",
        count: 3,
      }),
  );
  assert(
    text.endsWith(
      "100 rows a second, the last row: key=[redacted] was refused by the latest API, 3 rows\n",
    ),
    text,
  );
});

Deno.test("an empty secret redacts nothing", async () => {
  const text = await logged({ secrets: [""] }, (log) => log.of("run").info("plain words"));
  assert(text.endsWith("plain words\n"), text);
});

Deno.test("runs in one process log to their own standard errors, each without all its secrets", async () => {
  const [one, other] = [fakeStderr(), fakeStderr()];
  const first = await createLog(one.io, { level: "INFO", format: "text" });
  first.redact(["s3cret"]);
  const second = await createLog(other.io, { level: "ERROR", format: "json" });
  second.redact(["0ther"]);
  first.of("run").info("s3cret and 0ther");
  second.of("run").info("too low");
  first.redact(["m0re"]);
  first.of("run").info("s3cret and {more}", { more: "m0re" });
  assertEquals(one.text().match(/: (.*)/g), [
    ": [redacted] and 0ther",
    ": [redacted] and [redacted]",
  ]);
  assertEquals(other.text(), "");
});

Deno.test("a silent log says nothing", () => {
  silentLog.redact(["s3cret"]);
  silentLog.of("run").error("nobody hears it");
});

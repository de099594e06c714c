import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../src/model/errors.ts";
import { decideStart, type StartSettings } from "../../src/jobs/decide.ts";

const decide = (settings: StartSettings, hasUnfinished: boolean, canAsk = false) =>
  decideStart("policies.csv", settings, hasUnfinished, canAsk);

Deno.test("without an unfinished run an import starts, whatever the flags but --resume", () => {
  assertEquals(decide({}, false), "start");
  assertEquals(decide({ restart: true }, false), "start");
  assertEquals(decide({ resumeOrStart: true }, false), "start");
  assertThrows(
    () => decide({ resume: true }, false),
    UsageError,
    "No unfinished run of policies.csv to resume",
  );
});

Deno.test("with an unfinished run the flags decide", () => {
  assertEquals(decide({ resume: true }, true), "resume");
  assertEquals(decide({ restart: true }, true), "start");
  assertEquals(decide({ resumeOrStart: true }, true), "resume");
});

Deno.test("with an unfinished run and no flag, a person is asked and a script is refused", () => {
  assertEquals(decide({}, true, true), "ask");
  assertThrows(
    () => decide({}, true),
    UsageError,
    "An unfinished run of policies.csv exists",
  );
});

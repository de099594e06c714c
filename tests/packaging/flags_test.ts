import { assert } from "@std/assert";
import { V8_FLAGS } from "../../.ci/executable.ts";
import manifest from "../../deno.json" with { type: "json" };

Deno.test("the program's source runs with the executable's V8 flags", () => {
  const { start, demo, serve } = manifest.tasks;
  for (const task of [start, demo, serve]) assert(task.includes(V8_FLAGS));
});

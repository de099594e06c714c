import { assertStringIncludes } from "@std/assert";
import { renderFindingsText } from "../../src/report/findings.ts";

Deno.test("a command that an examination tells to give stands on a line of its own, to be pasted", () => {
  const command = `rowferry resume log/${"long".repeat(20)}.csv.mparticle/20261121T181500Z-3f9c`;
  const text = renderFindingsText([{
    topic: "runs",
    health: "warning",
    text: "A run is unfinished",
    todo: `Go on with:\n${command}`,
  }], { color: false });
  assertStringIncludes(text, `Go on with:\n           ${command}\n`);
});

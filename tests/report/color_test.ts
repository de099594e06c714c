import { assertEquals } from "@std/assert";
import { useColor } from "../../src/report/color.ts";

Deno.test("colours are for terminals, and not where NO_COLOR is set to something", () => {
  assertEquals(useColor(true, undefined), true);
  assertEquals(useColor(true, ""), true);
  assertEquals(useColor(true, "1"), false);
  assertEquals(useColor(false, undefined), false);
});

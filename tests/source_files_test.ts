import { assertEquals } from "@std/assert";
import { sourceFile } from "./support/source_files.ts";

Deno.test("a file's imports are found however they are written, with the types", () => {
  const { imports } = sourceFile(
    "src/csv/a.ts",
    `import type { A } from "./b.ts"; import "../io.ts"; export { c } from "./c.ts";
    export * from "./d.ts"; await import("./e.ts"); import { Buffer } from "node:buffer";`,
  );
  assertEquals(
    [...imports].sort(),
    ["node:buffer", "src/csv/b.ts", "src/csv/c.ts", "src/csv/d.ts", "src/csv/e.ts", "src/io.ts"],
  );
});

Deno.test("a name is used where it stands for something, in templates too, and not as a property", () => {
  const { names, uses, texts } = sourceFile(
    "src/a.ts",
    "const { a, process: b } = io; f({ Deno: 1 }).setTimeout; interface I { Worker: string }\n" +
      "// Deno.exit\nconst t = `${performance.now()} Deno`; new Date(); g(new Date(0));",
  );
  for (const name of ["process", "Deno", "setTimeout", "Worker"]) {
    assertEquals(names.has(name), false);
  }
  assertEquals(names.has("performance"), true);
  assertEquals([...uses].sort(), ["new Date()", "performance.now"]);
  assertEquals(texts.includes(" Deno"), true);
});

Deno.test("functions are measured whole, signature and all", () => {
  const { functions, exports, lines } = sourceFile(
    "src/a.ts",
    "export function f(\n  a: number,\n) {\n  return a;\n}\nexport class C {\n  #m() {\n  }\n}\n" +
      "export const g = () => {\n};\nexport type T = 1;\nexport interface I {}\n",
  );
  assertEquals(functions, [
    { name: "f", lines: 5 },
    { name: "m", lines: 2 },
    { name: "an arrow function", lines: 2 },
  ]);
  assertEquals(exports, ["f", "C", "g", "T", "I"]);
  assertEquals(lines, 13);
});

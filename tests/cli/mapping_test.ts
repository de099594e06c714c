import { assertEquals, assertMatch } from "@std/assert";
import { mappingHeader } from "../../src/mapping/header.ts";
import { assertCode, Workdir } from "../support/workdir.ts";
import { builtinMapping, compileMapping, parseMapping } from "../support/destinations.ts";

Deno.test("mapping prints the built-in mapping as a file that means the same", async () => {
  await using dir = await Workdir.make();
  for (const destination of ["mparticle", "showads"]) {
    const { stdout } = await dir.run(["mapping", destination]);
    const printed = await parseMapping(stdout, "printed.yaml");
    assertEquals(printed, builtinMapping(destination));
    const [again, builtin] = [printed, builtinMapping(destination) ?? printed].map((file) =>
      compileMapping(file, mappingHeader(file), "a.csv", { now: 0 }).digest()
    );
    assertEquals(again, builtin);
  }
});

Deno.test("a printed mapping can be used for --mapping", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", "Name,Age,Cookie,Banner_id\nAnn Lee,30,c1,7\n");
  assertCode(await dir.run(["mapping", "showads", "--output", "mine.yaml"]), 0);
  assertEquals(await dir.tree(), ["customers.csv", "mine.yaml", "rowferry.schema.json"]);
  assertCode(await dir.run(["validate", "customers.csv", "--mapping", "mine.yaml"]), 0);
});

Deno.test("a destination without a built-in mapping is told, with the way to one", async () => {
  await using dir = await Workdir.make();
  const http = await dir.run(["mapping", "http"]);
  assertCode(http, 2);
  assertMatch(
    http.stderr,
    /^rowferry: http has no .*: let rowferry init make one from a CSV file\n$/,
  );
  const misspelt = await dir.run(["mapping", "showad"]);
  assertCode(misspelt, 2);
  assertMatch(misspelt.stderr, /did you mean showads\?/);
});

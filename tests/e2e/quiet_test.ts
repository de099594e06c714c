import { assertEquals, assertStringIncludes } from "@std/assert";
import { standIn } from "../support/stand_in.ts";
import { Workdir } from "../support/workdir.ts";

const GOOD = "Name,Age,Cookie,Banner_id\nAnn,30,c1,1\nBo,17,c2,2\n";
const SET = ["Name=Ann", "Age=30", "Cookie=c1", "Banner_id=1"].flatMap((pair) => ["--set", pair]);

Deno.test("a quiet call prints nothing where all went well, so that cron mails nothing", async () => {
  await using dir = await Workdir.make();
  await using api = await standIn("showads");
  await dir.write("rows.csv", GOOD);
  for (
    const args of [
      ["validate", "rows.csv"],
      ["import", "rows.csv"],
      ["import", "rows.csv", "--skip-if-imported"],
      ["send", ...SET],
    ]
  ) {
    for (const terminal of [false, true]) {
      const again = args[0] === "import" && args.length === 2 && terminal ? ["--again"] : [];
      const all = [...args, ...again, "--to", "showads", "--quiet"];
      const ended = await dir.run(all, { env: api.env, terminal });
      assertEquals(ended, { code: 0, stdout: "", stderr: "" }, all.join(" "));
    }
  }
});

Deno.test("a quiet call that did not go well prints its result, and one for a script always", async () => {
  await using dir = await Workdir.make();
  await using api = await standIn("showads");
  await dir.write("bad.csv", `${GOOD}Cy,31,c3,900\n`);
  const quiet = ["--to", "showads", "--quiet"];
  const checked = await dir.run(["validate", "bad.csv", ...quiet], { env: api.env });
  assertEquals([checked.code, checked.stderr], [1, ""]);
  assertStringIncludes(checked.stdout, "1 of 3 rows invalid");
  const imported = await dir.run(["import", "bad.csv", ...quiet], { env: api.env });
  assertEquals([imported.code, imported.stderr], [1, ""]);
  assertStringIncludes(imported.stdout, "1 rejected");
  const missing = await dir.run(["import", "none.csv", ...quiet], { env: api.env });
  assertEquals(missing.stderr, "rowferry: Cannot read none.csv: no such file or folder\n");
  await dir.write("rows.csv", GOOD);
  const { status } = await dir.json(["import", "rows.csv", ...quiet], { env: api.env });
  assertEquals(status, "completed");
});

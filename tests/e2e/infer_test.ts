import { assertEquals, assertStringIncludes } from "@std/assert";
import { standIn } from "../support/stand_in.ts";
import { assertCode, Workdir } from "../support/workdir.ts";

const ROWS = "Name,Age,Cookie,Banner_id\nAnn,30,c1,1\n";
const SAID = "To showads, the only destination that has settings (API_URL and PROJECT_KEY in\n" +
  "the environment).\n";

Deno.test("without --to, rows go to the only destination that has settings, and that is said", async () => {
  await using dir = await Workdir.make();
  await using api = await standIn("showads");
  const { env } = api;
  await dir.write("rows.csv", ROWS);
  for (const args of [["validate", "rows.csv"], ["import", "rows.csv"]]) {
    const ended = await dir.run(args, { env });
    assertCode(ended, 0);
    assertEquals(ended.stderr, SAID);
  }
  const columns = ["Name=Ann", "Age=30", "Cookie=c1", "Banner_id=1"];
  const sent = await dir.run(["send", ...columns.flatMap((set) => ["--set", set])], { env });
  assertCode(sent, 0);
  assertEquals(sent.stderr, SAID);
  const drafted = await dir.run(["init", "rows.csv"], { env });
  assertStringIncludes(drafted.stderr, SAID);
  assertStringIncludes(drafted.stdout, "destination: showads");
});

Deno.test("in JSON logs the inferred destination is a record, and quiet calls say nothing of it", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", ROWS);
  const env = { API_URL: "https://showads.example.com", PROJECT_KEY: "the-project-key" };
  const { stderr } = await dir.run(["validate", "rows.csv", "--log-format", "json"], { env });
  const { properties } = JSON.parse(stderr.split("\n")[0] ?? "");
  assertEquals(properties.destination, "showads");
  assertEquals((await dir.run(["validate", "rows.csv", "-q"], { env })).stderr, "");
});

Deno.test("where several destinations have settings, none is inferred", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", ROWS);
  const env = { API_URL: "https://showads.example.com", MPARTICLE_API_KEY: "the-key" };
  const { code, stderr } = await dir.run(["import", "rows.csv"], { env });
  assertEquals(code, 2);
  assertStringIncludes(stderr, "--to is missing: name the destination: mparticle and showads have");
  const sandbox = await dir.run(["import", "rows.csv", "--to", "showads", "--sandbox"], { env });
  assertCode(sandbox, 0);
});

Deno.test("a file in a run's folder goes where its run went, whatever else has settings", async () => {
  await using dir = await Workdir.make();
  await using api = await standIn("showads");
  await dir.write("rows.csv", `${ROWS}Bo,31,c2,100\n`);
  await dir.write("showads.env", Object.entries(api.env).map(([k, v]) => `${k}=${v}\n`).join(""));
  const flags = ["--to", "showads", "--env-file", "showads.env"];
  const { files } = await dir.json(["import", "rows.csv", ...flags]);
  await dir.write(files.rejected, (await dir.read(files.rejected)).replace(",100", ",10"));
  const env = { MPARTICLE_API_KEY: "the-key" };
  const ended = await dir.run(["import", files.rejected], { env });
  assertCode(ended, 0);
  assertEquals(ended.stderr, "");
});

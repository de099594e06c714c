import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { assertCode, Workdir } from "../support/workdir.ts";
import { standIn } from "../support/stand_in.ts";

const CUSTOMERS = `Name,Age,Cookie,BannerId
Prof. J F,79,dddd,113
K M Valid,25,jjjj,28
Mr. A B,53,gggg,51
K B Valid,25,ffff,99
K M G,17,jjjj,30
K D Valid,38,ffff,80
K B M,38,ffff,120
`;

const ages: [flags: string[], accepted: number, filtered: number][] = [
  [[], 3, 1],
  [["--max-age", "30"], 2, 2],
  [["--min-age", "30"], 1, 3],
  [["--min-age", "27", "--max-age", "30"], 0, 4],
  [["--min-age", "8"], 4, 0],
];

for (const [flags, accepted, filtered] of ages) {
  Deno.test(`showads rows are filtered by age: ${flags.join(" ") || "default"}`, async () => {
    await using dir = await Workdir.make();
    await dir.write("customers.csv", CUSTOMERS);
    await using api = await standIn("showads");
    const result = await dir.json(["import", "customers.csv", "--to", "showads", ...flags], {
      env: api.env,
    });
    assertEquals(result.rows, {
      read: 7,
      accepted,
      filtered,
      rejected: 3,
      unknown: 0,
      pending: 0,
    });
    assertEquals(result.exitCode, 1);
    assertEquals(api.received.rows, accepted);
  });
}

Deno.test("rejected rows stand in rejected.csv as they stood, and in errors.jsonl with their reason", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", CUSTOMERS);
  await using api = await standIn("showads");
  const { files } = await dir.json(["import", "customers.csv", "--to", "showads"], {
    env: api.env,
  });
  assertEquals(
    await dir.read(files.rejected),
    "_problem,Name,Age,Cookie,BannerId\n" +
      "line 2: Name: The value holds other characters than letters and spaces. " +
      "BannerId: The value is not between 0 and 99.,Prof. J F,79,dddd,113\n" +
      "line 4: Name: The value holds other characters than letters and spaces.,Mr. A B,53,gggg,51\n" +
      "line 8: BannerId: The value is not between 0 and 99.,K B M,38,ffff,120\n",
  );
  const errors = (await dir.read(files.errors)).trimEnd().split("\n").map((line) =>
    JSON.parse(line)
  );
  assertEquals(
    errors.map(({ row, line, column, code, stage }) => ({ row, line, column, code, stage })),
    [
      { row: 1, line: 2, column: "Name", code: "invalid-characters", stage: "check" },
      { row: 3, line: 4, column: "Name", code: "invalid-characters", stage: "check" },
      { row: 7, line: 8, column: "BannerId", code: "out-of-range", stage: "check" },
    ],
  );
  for (const value of ["dddd", "gggg", "120", "113", "Prof"]) {
    assert(!JSON.stringify(errors).includes(value), `errors.jsonl holds the value ${value}`);
  }
});

Deno.test("the run's folder is private and named after file, destination and run", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", CUSTOMERS);
  await using api = await standIn("showads");
  const { runId } = await dir.json(["import", "customers.csv", "--to", "showads"], {
    env: api.env,
  });
  assertMatch(runId, /^\d{8}T\d{6}Z-[0-9a-f]{4}$/);
  const folder = dir.file("log", "customers.csv.showads", runId);
  assertEquals((await Deno.stat(folder)).mode ?? 0 & 0o777, (await Deno.stat(folder)).mode);
  assertEquals(((await Deno.stat(folder)).mode ?? 0) & 0o777, 0o700);
  for (const name of ["checkpoint.jsonl", "rejected.csv", "errors.jsonl"]) {
    assertEquals(((await Deno.stat(`${folder}/${name}`)).mode ?? 0) & 0o777, 0o600);
  }
});

Deno.test("a mended rejected.csv is imported as it is", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", CUSTOMERS);
  await using api = await standIn("showads");
  const first = await dir.json(["import", "customers.csv", "--to", "showads"], { env: api.env });
  const mended = (await dir.read(first.files.rejected))
    .replace("Prof. J F", "J F").replace("Mr. A B", "A B").replace("113", "13").replace(
      "120",
      "20",
    );
  await dir.write(first.files.rejected, mended);
  const second = await dir.json(["import", first.files.rejected, "--to", "showads"], {
    env: api.env,
  });
  assertEquals(second.exitCode, 0);
  assertEquals(second.rows.accepted, 3);
  assertEquals(api.received.rows, 6);
  const header = JSON.parse((await dir.read(second.files.checkpoint)).split("\n")[0] ?? "");
  assertEquals(header.parent.runId, first.runId);
});

Deno.test("300 policy rows reach mParticle in the documented shape", async () => {
  await using dir = await Workdir.make();
  const examples = await Deno.readTextFile(new URL("../../examples/policies.csv", import.meta.url));
  await dir.write("policies.csv", examples);
  // deno-lint-ignore no-explicit-any -- a request body is JSON of any shape
  const batches: any[] = [];
  await using api = await standIn("mparticle", {
    onRequest: ({ body }) => {
      batches.push(...JSON.parse(body));
    },
  });
  const result = await dir.json(
    ["import", "policies.csv", "--to", "mparticle", "--rate", "100000"],
    {
      env: {
        ...api.env,
        MPARTICLE_DATA_PLAN_NAME: "policies",
        MPARTICLE_DATA_PLAN_VERSION: "3",
      },
    },
  );
  assertEquals(result.exitCode, 0);
  assert(batches.length >= 300);
  assertEquals(batches.length, result.rows.accepted);
  assertEquals(new Set(batches.map((batch) => batch.source_request_id)).size, batches.length);
  for (const batch of batches) {
    assertEquals(batch.context, { data_plan: { plan_id: "policies", plan_version: 3 } });
    assertEquals(batch.environment, "development");
    assertEquals(batch.events.length, 1);
    assertEquals(batch.events[0].event_type, "custom_event");
    assertEquals(batch.events[0].data.event_name, "Policy Imported");
    assertEquals(batch.events[0].data.custom_event_type, "transaction");
    assert(Object.keys(batch.user_identities).length > 0);
  }
});

Deno.test("a run that delivers everything exits 0 and says in the summary that it was a sandbox", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", "Name,Age,Cookie,Banner_id\nAnn Lee,30,c1,7\n");
  const ended = await dir.run(["import", "customers.csv", "--to", "showads", "--sandbox"]);
  assertCode(ended, 0);
  assertStringIncludes(ended.stdout, "This was a sandbox");
  assertStringIncludes(ended.stdout, "1 of 1 row accepted");
});

/** A run belongs to its target: rows never go where their owner no longer points. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";

import { type Audiences, policies, startAudiences, upTo } from "../support/audiences.ts";
import { assertCode, Workdir } from "../support/workdir.ts";

const ROWS = policies(upTo(10));
const IMPORT = ["import", "rows.csv", "--to", "mparticle"];
const SLOW = ["--batch-size", "2", "--concurrency", "1", "--retry-for", "1ms"];

function sentTo(audiences: Audiences, environment: string): number {
  return audiences.taken.filter((row) => row.startsWith(`${environment} `)).length;
}

Deno.test("import leaves the unfinished run to another environment alone, and mentions it in one line", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", ROWS);
  await using there = await startAudiences();
  there.takes(2);
  const production = there.env("production");
  const stopped = await dir.json([...IMPORT, ...SLOW], { env: production });
  assertEquals([stopped.exitCode, stopped.rows.accepted], [3, 4]);
  assertEquals(stopped.target, {
    address: there.api.env.MPARTICLE_HOST,
    environment: "production",
  });

  there.takes(Infinity);
  const development = there.env("development");
  const other = await dir.run([...IMPORT, "--resume-or-start"], { env: development });
  assertCode(other, 0);
  assertStringIncludes(other.stdout, "environment development");
  assertEquals(other.stderr.trimEnd().split("\n").length, 1);
  assertStringIncludes(other.stderr, "(environment production) is left as it is");
  assertEquals(sentTo(there, "production"), 4);
  assertEquals(sentTo(there, "development"), 10);

  const { runs } = await dir.json(["status"]);
  assertEquals(
    // deno-lint-ignore no-explicit-any -- what is looked at is named
    runs.map(({ target, state }: any) => [target.environment, state]),
    [["production", "stopped"], ["development", "completed"]],
  );
  const resumed = await dir.json(["resume"], { env: production });
  assertEquals([resumed.exitCode, resumed.runId], [0, stopped.runId]);
  assertEquals(sentTo(there, "production"), 10);
});

Deno.test("resume refuses when the settings now name another environment or host, naming both", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", ROWS);
  await using there = await startAudiences();
  await using elsewhere = await startAudiences();
  there.takes(2);
  const production = there.env("production");
  assertEquals((await dir.json([...IMPORT, ...SLOW], { env: production })).exitCode, 3);
  there.takes(Infinity);
  const others = {
    "(environment development)": there.env("development"),
    [elsewhere.api.url]: elsewhere.env("production"),
    "data plan main 3": {
      ...production,
      MPARTICLE_DATA_PLAN_NAME: "main",
      MPARTICLE_DATA_PLAN_VERSION: "3",
    },
  };
  for (const [name, env] of Object.entries(others)) {
    for (const args of [["resume"], ["resume", "rows.csv"]]) {
      const refused = await dir.run(args, { env });
      assertCode(refused, 2);
      assertStringIncludes(refused.stderr, "(environment production)");
      assertStringIncludes(refused.stderr, name);
      assertStringIncludes(refused.stderr, "rowferry import");
    }
  }
  assertEquals([there.taken.length, elsewhere.taken.length], [4, 0]);
  // Secrets alone name no target.
  const { MPARTICLE_API_KEY = "", MPARTICLE_API_SECRET = "" } = there.api.env;
  const resumed = await dir.json(["resume"], { env: { MPARTICLE_API_KEY, MPARTICLE_API_SECRET } });
  assertEquals([resumed.exitCode, there.taken.length], [0, 10]);
});

Deno.test("the question about an unfinished run says where it goes, how far it came and what again means", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", ROWS);
  await using there = await startAudiences();
  there.takes(2);
  const env = there.env("development");
  assertEquals((await dir.json([...IMPORT, ...SLOW], { env })).exitCode, 3);
  let asked = "";
  const ended = await dir.run(IMPORT, {
    env,
    terminal: true,
    io: {
      prompts: {
        select: (message, options) => {
          asked = [message, ...options.map(({ label }) => label)].join("\n");
          return Promise.resolve(null);
        },
        confirm: () => Promise.resolve(null),
      },
    },
  });
  assertCode(ended, 130);
  for (
    const words of [
      there.api.url,
      "environment development",
      "4 rows settled, 39 % of the file; 4 of them accepted; last change 2",
      "4 accepted rows go",
    ]
  ) {
    assert(asked.includes(words), asked);
  }
});

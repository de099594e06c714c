/**
 * The `.env` files of the two systems that rowferry replaces work as they are, and each setting
 * comes from where it should.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { Buffer } from "node:buffer";
import { standIn } from "../support/stand_in.ts";
import { assertCode, Workdir } from "../support/workdir.ts";
import { csvOf, kinds } from "./fated_rows.ts";
import { withoutProblems } from "../support/rejected_rows.ts";

/** As made for the mParticle importer, with the stand-in's address. */
function mparticleEnv(url: string): string {
  return `# mParticle feed "Policies" (EU1)
MPARTICLE_API_KEY="eu1-0123456789abcdef"
MPARTICLE_API_SECRET='aB3_x#y=z$HOME "quoted"'   # from 1Password
export MPARTICLE_ENVIRONMENT=development

MPARTICLE_HOST=${url}/v2
MPARTICLE_DATA_PLAN_NAME=policies
MPARTICLE_DATA_PLAN_VERSION=2
# MPARTICLE_DATA_PLAN_VERSION=1
MPARTICLE_IMPORT_BATCH_SIZE=100
MPARTICLE_IMPORT_SINGLE_BATCHES=false
MPARTICLE_IMPORT_FILE=./data/policies.csv
MPARTICLE_DEBUG=true
SLEEP_BETWEEN_REQUESTS_SECONDS=0.1
HTTP_PROXY=
NODE_ENV=production
EMPTY=
`;
}

/** As made for the ShowAds connector. */
function showadsEnv(url: string): string {
  return `API_URL=${url}
PROJECT_KEY=2b8e1a
MIN_AGE=18
MAX_AGE=
FAILED_RECORDS_DIRPATH=failed
LOGLEVEL=INFO
LOG_DIRPATH=/var/log/showads
LOG_FORMAT=%(asctime)s %(levelname)s %(message)s
CSV_FILEPATH = customers.csv
BATCH_SIZE=1000
`;
}

const lineEnds: readonly [string, (text: string) => string][] = [
  ["as it is", (text) => text],
  ["with the line ends of Windows", (text) => text.replaceAll("\n", "\r\n")],
  ["with a byte order mark", (text) => `\uFEFF${text}`],
];

for (const [how, change] of lineEnds) {
  Deno.test(`an .env of the mParticle importer works unchanged, ${how}`, async () => {
    const seen: { path: string; authorization: string; body: string }[] = [];
    await using dir = await Workdir.make();
    await using api = await standIn("mparticle", {
      onRequest: ({ path, headers, body }) => {
        seen.push({ path, authorization: headers.get("authorization") ?? "", body });
      },
    });
    await dir.write(".env", change(mparticleEnv(api.url)));
    await dir.write("rows.csv", csvOf(kinds.mparticle, 6));
    const ended = await dir.run(["import", "rows.csv", "--to", "mparticle"]);
    assertCode(ended, 1); // One row's address is wrong.
    const [request, ...others] = seen;
    assertEquals(others, []);
    assertEquals(request?.path, "/v2/bulkevents");
    assertEquals(
      Buffer.from(request?.authorization.slice(6) ?? "", "base64").toString(),
      'eu1-0123456789abcdef:aB3_x#y=z$HOME "quoted"',
    );
    const batches = JSON.parse(request?.body ?? "");
    assertEquals(batches.length, 5);
    assertEquals(batches[0].environment, "development");
    assertEquals(batches[0].context.data_plan, { plan_id: "policies", plan_version: 2 });
    assertMatch(ended.stderr, /Request 1, attempt 1: 5 rows/); // MPARTICLE_DEBUG
  });

  Deno.test(`an .env of the ShowAds connector works unchanged, ${how}`, async () => {
    const keys: unknown[] = [];
    await using dir = await Workdir.make();
    await using api = await standIn("showads", {
      onRequest: ({ path, body }) => {
        if (path === "/auth") keys.push(JSON.parse(body));
      },
    });
    await dir.write(".env", change(showadsEnv(api.url)));
    await dir.write("rows.csv", csvOf(kinds.showads, 7));
    const ended = await dir.run(["import", "rows.csv", "--to", "showads"]);
    assertCode(ended, 1);
    assertEquals(keys, [{ ProjectKey: "2b8e1a" }]);
    assertEquals(api.received.rows, 5);
    assertMatch(ended.stdout, /filtered +1 /); // MIN_AGE
    assertMatch(withoutProblems(await dir.read("failed/rejected.csv")), /^Name.*\n4nn.*\n$/);
    assertMatch(ended.stderr, /INFO.*Logged in/);
  });
}

for (
  const [lines, accepted] of [
    ["MIN_AGE_FILTER=50\n", 1],
    ["MIN_AGE=18\nMIN_AGE_FILTER=50\n", 2],
    ["MIN_AGE=18\nMAX_AGE_FILTER=40\n", 1],
  ] as const
) {
  Deno.test(`the ages that the ShowAds connector really read count: ${lines.trim()}`, async () => {
    await using dir = await Workdir.make();
    await dir.write(".env", lines);
    await dir.write("rows.csv", "Name,Age,Cookie,Banner_id\nAnn,30,a,1\nBob,60,b,2\n");
    const result = await dir.json(["import", "rows.csv", "--to", "showads", "--sandbox"]);
    assertEquals([result.rows.accepted, result.rows.filtered], [accepted, 2 - accepted]);
  });
}

Deno.test("one .env for both systems serves each", async () => {
  await using dir = await Workdir.make();
  await using mparticle = await standIn("mparticle");
  await using showads = await standIn("showads");
  await dir.write(".env", mparticleEnv(mparticle.url) + showadsEnv(showads.url));
  await dir.write("policies.csv", csvOf(kinds.mparticle, 6));
  await dir.write("customers.csv", csvOf(kinds.showads, 7));
  assertCode(await dir.run(["import", "policies.csv", "--to", "mparticle"]), 1);
  assertCode(await dir.run(["import", "customers.csv", "--to", "showads"]), 1);
  assertEquals([mparticle.received.rows, showads.received.rows], [5, 5]);
});

Deno.test("a batch size above the limit is cut in an older .env, and refused as a flag", async () => {
  await using dir = await Workdir.make();
  const sizes: number[] = [];
  await using api = await standIn("mparticle", {
    onRequest: ({ body }) => {
      sizes.push(JSON.parse(body).length);
    },
  });
  await dir.write(
    "rows.csv",
    kinds.mparticle.header + kinds.mparticle.row(1, "accepted").repeat(250),
  );
  await dir.write(".env", "MPARTICLE_IMPORT_BATCH_SIZE=500\n");
  const args = ["import", "rows.csv", "--to", "mparticle"];
  assertCode(await dir.run([...args, "--rate", "100000"], { env: api.env }), 0);
  assertEquals(sizes.toSorted((a, b) => b - a), [100, 100, 50]);
  const refused = await dir.run([...args, "--batch-size", "500"], { env: api.env });
  assertCode(refused, 2);
  assertMatch(refused.stderr, /--batch-size 500: mparticle takes at most 100 rows a request/);
});

Deno.test("MPARTICLE_IMPORT_SINGLE_BATCHES sends one row a request, and only to mParticle", async () => {
  await using dir = await Workdir.make();
  const paths: string[] = [];
  const onRequest = ({ path }: { path: string }) => {
    paths.push(path);
  };
  await using mparticle = await standIn("mparticle", { onRequest });
  await using showads = await standIn("showads", { onRequest });
  await dir.write(".env", "MPARTICLE_IMPORT_SINGLE_BATCHES=True\n");
  const { header, row } = kinds.mparticle;
  await dir.write("policies.csv", header + row(1, "accepted") + row(2, "accepted"));
  await dir.write("customers.csv", csvOf(kinds.showads, 1));
  const rate = ["--rate", "100000"];
  await dir.run(["import", "policies.csv", "--to", "mparticle", ...rate], { env: mparticle.env });
  await dir.run(["import", "customers.csv", "--to", "showads"], { env: showads.env });
  assertEquals(paths, ["/v2/events", "/v2/events", "/auth", "/banners/show/bulk"]);
});

Deno.test("a destination that the mapping file names has its variables all the same", async () => {
  await using dir = await Workdir.make();
  const sizes: number[] = [];
  await using api = await standIn("mparticle", {
    onRequest: ({ body }) => {
      sizes.push(JSON.parse(body).length);
    },
  });
  const { header, row } = kinds.mparticle;
  await dir.write("policies.csv", header + row(1, "accepted") + row(2, "accepted"));
  await dir.write("policies.yaml", (await dir.run(["mapping", "mparticle"])).stdout);
  await dir.write(".env", "MPARTICLE_IMPORT_BATCH_SIZE=1\n");
  const args = ["import", "policies.csv", "--mapping", "policies.yaml"];
  assertCode(await dir.run(args, { env: api.env }), 0);
  assertEquals(sizes, [1, 1]);
});

const ages: readonly [string, { file?: string; env?: string; flag?: string }, number][] = [
  ["the default", {}, 18],
  [".env", { file: "20" }, 20],
  ["the environment over .env", { file: "20", env: "30" }, 30],
  ["the flag over both", { file: "20", env: "30", flag: "40" }, 40],
  [".env where the environment is empty", { file: "20", env: "" }, 20],
];

for (const [what, { file, env, flag }, expected] of ages) {
  Deno.test(`a setting comes from ${what}`, async () => {
    await using dir = await Workdir.make();
    await using api = await standIn("showads");
    const rows = [17, 18, 20, 30, 40].map((age) => `Ann,${age},c${age},7\n`).join("");
    await dir.write("rows.csv", `Name,Age,Cookie,Banner_id\n${rows}`);
    await dir.write(".env", `MIN_AGE=${file ?? ""}\n`);
    const result = await dir.json(
      ["import", "rows.csv", "--to", "showads", ...(flag ? ["--min-age", flag] : [])],
      { env: { ...api.env, ...(env === undefined ? {} : { MIN_AGE: env }) } },
    );
    const accepted = [17, 18, 20, 30, 40].filter((age) => age >= expected).length;
    assertEquals(result.rows.accepted, accepted);
  });
}

Deno.test("ROWFERRY_<FLAG> stands for any flag, and goes before the older name", async () => {
  await using dir = await Workdir.make();
  await using api = await standIn("showads");
  await dir.write("rows.csv", "Name,Age,Cookie,Banner_id\nAnn,30,c1,7\nBob,50,c2,7\n");
  const env = {
    ...api.env,
    ROWFERRY_TO: "showads",
    ROWFERRY_LOG_DIR: "elsewhere",
    ROWFERRY_MIN_AGE: "40",
    MIN_AGE: "60",
    ROWFERRY_JSON: "true",
  };
  const ended = await dir.run(["import", "rows.csv"], { env });
  assertCode(ended, 0);
  const result = JSON.parse(ended.stdout);
  assertEquals(result.rows.accepted, 1);
  assert(result.files.checkpoint.startsWith("elsewhere/"));
});

Deno.test("--env-file reads another file in place of .env", async () => {
  await using dir = await Workdir.make();
  await using api = await standIn("showads");
  await dir.write("rows.csv", "Name,Age,Cookie,Banner_id\nAnn,30,c1,7\n");
  await dir.write(".env", "MIN_AGE=99\nPROJECT_KEY=wrong\n");
  await dir.write("prod.env", `API_URL=${api.url}\nPROJECT_KEY=right\n`);
  const args = ["import", "rows.csv", "--to", "showads", "--env-file", "prod.env"];
  assertEquals((await dir.json(args)).rows.accepted, 1);
});

const precedence: readonly [string, { env?: Record<string, string>; file?: string }, string[]][] = [
  ["an older name in the environment over .env", {
    env: { MIN_AGE: "50" },
    file: "ROWFERRY_MIN_AGE=20\n",
  }, []],
  ["the environment's own over its older name", {
    env: { ROWFERRY_MIN_AGE: "50", MIN_AGE: "20" },
  }, []],
  ["a flag over all", { env: { ROWFERRY_MIN_AGE: "20" }, file: "MIN_AGE=30\n" }, [
    ...["--min-age", "50"],
  ]],
];

for (const [what, { env = {}, file = "" }, flags] of precedence) {
  Deno.test(`settings: ${what}`, async () => {
    await using dir = await Workdir.make();
    await dir.write("rows.csv", "Name,Age,Cookie,Banner_id\nAnn,30,c1,7\nBob,50,c2,7\n");
    await dir.write(".env", file);
    const result = await dir.json(["validate", "rows.csv", "--to", "showads", ...flags], { env });
    assertEquals(result.rows.filtered, 1);
  });
}

Deno.test("an older name in the environment goes before .env for mParticle's own settings too", async () => {
  await using dir = await Workdir.make();
  await using api = await standIn("mparticle");
  const { header, row } = kinds.mparticle;
  await dir.write("rows.csv", header + row(1, "accepted").repeat(6));
  await dir.write(".env", "ROWFERRY_BATCH_SIZE=6\n");
  const env = { ...api.env, MPARTICLE_IMPORT_BATCH_SIZE: "2" };
  const args = ["import", "rows.csv", "--to", "mparticle", "--rate", "100000"];
  assertEquals((await dir.json(args, { env })).requests.sent, 3);
});

Deno.test("a flag outdoes what variables say of its alternatives", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", "Name,Age,Cookie,Banner_id\nAnn,30,c1,7\n");
  const validate = ["validate", "rows.csv", "--to", "showads"];
  const json = await dir.run([...validate, "--json"], { env: { ROWFERRY_FORMAT: "github" } });
  assertEquals(JSON.parse(json.stdout).exitCode, 0);
  const text = await dir.run([...validate, "--format", "text"], { env: { ROWFERRY_JSON: "true" } });
  assertMatch(text.stdout, /^Checked/m);
  const wordy = await dir.run([...validate, "--verbose"], { env: { ROWFERRY_QUIET: "true" } });
  assertMatch(wordy.stderr, /INFO/);
  const start = ["import", "rows.csv", "--to", "showads", "--sandbox", "--restart"];
  assertCode(await dir.run(start, { env: { ROWFERRY_RESUME_OR_START: "true" } }), 0);
});

Deno.test("a # in an .env begins a comment behind white space only", async () => {
  await using dir = await Workdir.make();
  const keys: string[] = [];
  await using api = await standIn("showads", {
    onRequest: ({ path, body }) => {
      if (path === "/auth") keys.push(JSON.parse(body).ProjectKey);
    },
  });
  await dir.write("rows.csv", "Name,Age,Cookie,Banner_id\nAnn,30,c1,7\n");
  const files = [
    ["PROJECT_KEY=abc#def", "abc#def"],
    ["PROJECT_KEY=abc#d'e\"f # a comment", "abc#d'e\"f"],
    ["export PROJECT_KEY = abc #def", "abc"],
    ["PROJECT_KEY=#abc#", "#abc#"],
    ["PROJECT_KEY=abc\nMIN_AGE= # none, see ticket#12\nMAX_AGE=\t# see#12", "abc"],
    ["PROJECT_KEY=a'b\\nc#d", "a'b\\nc#d"],
    ["PROJECT_KEY: abc#d", "abc#d"],
    ['PROJECT_KEY="abc#def" # a comment', "abc#def"],
    ['NOTE="two\nPROJECT_KEY=x#y\nlines"\nPROJECT_KEY=abc#', "abc#"],
  ];
  for (const [text, key] of files) {
    await dir.write(".env", `API_URL=${api.url}\n${text}\n`);
    assertCode(await dir.run(["import", "rows.csv", "--to", "showads", "--again"]), 0);
    assertEquals(keys.at(-1), key);
  }
});

Deno.test("validate predicts with the settings of the environment, .env and flags, as import sends", async (t) => {
  const cases: [what: string, env: Record<string, string>, dotenv: string, flags: string[]][] = [
    ["a batch size", {}, "MPARTICLE_IMPORT_BATCH_SIZE=4\n", []],
    ["single rows", {}, "MPARTICLE_IMPORT_SINGLE_BATCHES=true\n", []],
    ["a rate", { ROWFERRY_RATE: "7" }, "", []],
    ["a rate and a batch size", { ROWFERRY_RATE: "70" }, "ROWFERRY_BATCH_SIZE=3\n", []],
    ["a flag", { ROWFERRY_BATCH_SIZE: "2" }, "", ["--batch-size", "5"]],
    ["none", {}, "", []],
  ];
  for (const [what, env, dotenv, flags] of cases) {
    await t.step(what, async () => {
      await using dir = await Workdir.make();
      const { header, row } = kinds.mparticle;
      const rows = Array.from({ length: 20 }, (_, i) => row(i + 1, "accepted"));
      await dir.write("policies.csv", header + rows.join(""));
      await dir.write(".env", dotenv);
      const args = ["policies.csv", "--to", "mparticle", ...flags];
      const checked = await dir.json(["validate", ...args], { env });
      const dump = ["--dry-run", "--dump", "bodies.txt"];
      assertCode(await dir.run(["import", ...args, ...dump], { env }), 0);
      const bodies = (await dir.read("bodies.txt")).trim().split("\n");
      assertEquals(checked.rows.valid, 20);
      assertEquals(checked.wouldSend.requests, bodies.length);
      const rate = Number(env.ROWFERRY_RATE ?? 270);
      assertEquals(checked.wouldSend.seconds, Math.round(10 * 20 / rate) / 10);
    });
  }
});

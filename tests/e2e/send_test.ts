/**
 * `send`, and `--dry-run` with `--dump` for both commands: what would be sent is what is sent.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Io } from "../../src/io.ts";
import { standIn } from "../support/stand_in.ts";
import { assertCode, Workdir } from "../support/workdir.ts";
import { csvOf, kinds } from "./fated_rows.ts";

const RECORDS = {
  mparticle: {
    set: ["--set", "customer_id=C1", "--set", "Email Address=Ann@Example.com"],
    json: { customer_id: "C1", "Email Address": "Ann@Example.com", $zip: null },
    path: "/v2/events",
  },
  showads: {
    set: [
      "--set",
      "Name=Ann Lee",
      "--set",
      "Age=30",
      "--set",
      "Cookie=c=1",
      "--set",
      "banner_id=7",
    ],
    json: { Name: "Ann Lee", Age: 30, Cookie: "c=1", Banner_id: 7 },
    path: "/banners/show",
  },
} as const;

/** A clock and chance that are the same in each call, so that run ids are too. */
function still(): Partial<Io> {
  return {
    now: () => Date.UTC(2026, 10, 21),
    randomBytes: (length) => new Uint8Array(length).fill(7),
  };
}

for (const destination of ["mparticle", "showads"] as const) {
  const record = RECORDS[destination];
  const stdin = JSON.stringify(record.json);

  Deno.test(`${destination}: send delivers one record, from flags or from JSON, and keeps no files`, async () => {
    await using dir = await Workdir.make();
    const bodies: string[] = [];
    await using api = await standIn(destination, {
      onRequest: ({ path, body }) => {
        if (path === record.path) bodies.push(body);
      },
    });
    const surroundings = { env: api.env, io: still() };
    const bySet = await dir.json(["send", "--to", destination, ...record.set], surroundings);
    const byJson = await dir.json(["send", "-", "--to", destination], { ...surroundings, stdin });
    for (const { exitCode, command, source, rows, files } of [bySet, byJson]) {
      assertEquals([exitCode, command, source], [0, "send", null]);
      assertEquals([rows.read, rows.accepted], [1, 1]);
      assertEquals(files, { checkpoint: null, rejected: null, errors: null });
    }
    assertEquals(bodies[0], bodies[1]);
    assertEquals(await dir.tree(), []);
  });

  Deno.test(`${destination}: what send dumps is byte for byte what it sends`, async () => {
    await using dir = await Workdir.make();
    const bodies: string[] = [];
    await using api = await standIn(destination, {
      onRequest: ({ path, body }) => {
        if (path === record.path) bodies.push(body);
      },
    });
    const args = ["send", "--to", destination, ...record.set];
    await dir.run(args, { env: api.env, io: still() });
    const { requests } = api.received;
    const dry = await dir.run([...args, "--dry-run", "--dump", "dump.jsonl"], {
      env: api.env,
      io: still(),
    });
    assertCode(dry, 0);
    assertStringIncludes(dry.stdout, "This was a dry run: no request was made");
    assertEquals(await dir.read("dump.jsonl"), `${bodies.join("\n")}\n`);
    assertEquals(api.received.requests, requests);
  });

  Deno.test(`${destination}: what import dumps is byte for byte what it sends`, async () => {
    await using dir = await Workdir.make();
    const kind = kinds[destination];
    // Rows that the API refuses would be sent again in halves, which no dry run can know.
    await dir.write("rows.csv", csvOf(kind, 60).replaceAll("-poison", ""));
    const bodies: string[] = [];
    await using api = await standIn(destination, {
      onRequest: ({ path, body }) => {
        if (path !== "/auth") bodies.push(body);
      },
    });
    const args = ["import", "rows.csv", "--to", destination, "--batch-size", "7"];
    const dump = ["--dry-run", "--dump", "dump.jsonl"];
    const dry = await dir.json([...args, ...dump], { env: api.env, io: still() });
    assertEquals(dry.exitCode, 1);
    assertEquals([api.received.requests, dry.requests.sent], [0, 0]);
    assertEquals(await dir.tree(), ["dump.jsonl", "rows.csv"]);
    assertEquals(((await Deno.stat(dir.file("dump.jsonl"))).mode ?? 0) & 0o777, 0o600);
    const real = await dir.json([...args, "--concurrency", "1", "--rate", "1000000"], {
      env: api.env,
      io: still(),
    });
    assertEquals(real.rows, dry.rows);
    assertEquals(await dir.read("dump.jsonl"), `${bodies.join("\n")}\n`);
  });

  Deno.test(`${destination}: a dry run needs no credentials`, async () => {
    await using dir = await Workdir.make();
    await dir.write("rows.csv", csvOf(kinds[destination], 6));
    const args = ["import", "rows.csv", "--to", destination, "--dry-run"];
    assertEquals((await dir.json(args)).exitCode, 1);
    const send = ["send", "--to", destination, "--dry-run", ...record.set];
    assertEquals((await dir.json(send)).exitCode, 0);
  });

  Deno.test(`${destination}: a record that is sent to the sandbox says so`, async () => {
    await using dir = await Workdir.make();
    const ended = await dir.run(["send", "--to", destination, "--sandbox", ...record.set]);
    assertCode(ended, 0);
    assertStringIncludes(ended.stdout, "This was a sandbox");
  });
}

Deno.test("a record that fails its checks is not sent; its problems are told without its values", async () => {
  await using dir = await Workdir.make();
  await using api = await standIn("showads");
  const args = ["send", "--to", "showads", "--set", "Name=4nn", "--set", "Age=x"];
  const ended = await dir.run(args, { env: api.env });
  assertCode(ended, 1);
  assertStringIncludes(ended.stdout, "Name: The value holds other characters");
  assertStringIncludes(ended.stdout, "Cookie: The value is missing.");
  assert(!ended.stdout.includes("4nn"));
  const { exitCode, rows, errors } = await dir.json(args, { env: api.env });
  assertEquals([exitCode, rows.rejected], [1, 1]);
  assertEquals(errors[0].column, "Name");
  assertEquals(errors.map(({ code }: { code: string }) => typeof code)[0], "string");
  assertEquals(api.received.requests, 0);
});

for (
  const [path, status] of [["/auth", 401], ["/auth", 503], ["/banners/show", 503]] as const
) {
  Deno.test(`a send that ${path} stops by ${status} points to no run that could be resumed`, async () => {
    await using dir = await Workdir.make();
    await using api = await standIn("showads", {
      onRequest: (request) => request.path === path ? new Response(null, { status }) : undefined,
    });
    const args = ["send", "--to", "showads", ...RECORDS.showads.set, "--retry-for", "1ms"];
    const ended = await dir.run(args, { env: api.env });
    assertCode(ended, status === 401 ? 4 : 3);
    assert(!/rowferry resume/.test(ended.stdout + ended.stderr), ended.stdout + ended.stderr);
  });
}

Deno.test("a record that the filter leaves out is not sent, and is no error", async () => {
  await using dir = await Workdir.make();
  await using api = await standIn("showads");
  const stdin = JSON.stringify({ Name: "Ann", Age: 17, Cookie: "c1", Banner_id: 7 });
  const result = await dir.json(["send", "-", "--to", "showads"], { env: api.env, stdin });
  assertEquals([result.exitCode, result.rows.filtered], [0, 1]);
  assertEquals(api.received.requests, 0);
});

Deno.test("a record that the API refuses exits 1 with the API's words", async () => {
  await using dir = await Workdir.make();
  await using api = await standIn("showads", {
    onRequest: ({ path }) =>
      path === "/auth"
        ? undefined
        : Response.json({ error: "No such banner, c=1" }, { status: 400 }),
  });
  const result = await dir.json(["send", "--to", "showads", ...RECORDS.showads.set], {
    env: api.env,
  });
  assertEquals([result.exitCode, result.rows.rejected], [1, 1]);
  assertEquals(result.errors, [{
    column: null,
    code: "refused-400",
    message: "ShowAds refused the row with 400: No such banner, …",
  }]);
});

const NOT_UTF8 = Uint8Array.from([...new TextEncoder().encode('{"Name":"Ann'), 0xff, 0x22, 0x7d]);

for (
  const [what, stdin, says] of [
    ["no JSON", "Name=Ann", /Standard input is not JSON/],
    ["a list", "[]", /Standard input holds no JSON object/],
    ["a nested value", '{"Name":{"a":1}}', /The column "Name" on standard input/],
    ["an unknown column", '{"Nmae":"Ann"}', /The mapping has no column "Nmae".*Name/],
    [
      "a column named like a prototype",
      '{"__proto__":"x"}',
      /The mapping has no column "__proto__"/,
    ],
    ["a NUL character", '{"Name":"A\\u0000"}', /The column "Name" holds a NUL character/],
    ["half a character", '{"Name":"\\ud800"}', /The column "Name" holds half a character/],
    ["a byte that is no UTF-8", NOT_UTF8, /Standard input is not UTF-8/],
  ] as const
) {
  Deno.test(`${what} on standard input of send is a usage error`, async () => {
    await using dir = await Workdir.make();
    await using api = await standIn("showads");
    const ended = await dir.run(["send", "-", "--to", "showads", "--json"], {
      env: api.env,
      stdin,
    });
    assertCode(ended, 2);
    assertMatch(ended.stderr, says);
    const { status, exitCode, reason } = JSON.parse(ended.stdout);
    assertEquals([status, exitCode, api.received.requests], ["refused", 2, 0]);
    assertMatch(reason, says);
  });
}

Deno.test("--dump takes the place of no file that is read, and means nothing without --dry-run", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", csvOf(kinds.showads, 3));
  await using api = await standIn("showads");
  const args = ["import", "rows.csv", "--to", "showads", "--dump"];
  await dir.write("more.env", "MIN_AGE=19\n");
  const { stdout: mapping } = await dir.run(["mapping", "showads"]);
  await dir.write("map.yaml", mapping);
  await Deno.link(dir.file("rows.csv"), dir.file("linked.csv"));
  const flags = ["--dry-run", "--env-file", "more.env", "--mapping", "map.yaml"];
  for (const name of ["rows.csv", "linked.csv", "more.env", "map.yaml"]) {
    const before = await dir.read(name);
    const onto = await dir.run([...args, name, ...flags], { env: api.env });
    assertCode(onto, 2);
    assertStringIncludes(onto.stderr, `--dump ${name}: it is a file that is read`);
    assertEquals(await dir.read(name), before);
  }
  const real = await dir.run([...args, "dump.jsonl"], { env: api.env });
  assertCode(real, 2);
  assertEquals(api.received.requests, 0);
});

Deno.test("numbers on standard input of send keep their digits", async () => {
  await using dir = await Workdir.make();
  const record = '{"customer_id": 12345678901234567890, "$zip": 1.10, "Email Address": "a@b.co", ' +
    '"Other 2": 34.0}';
  const args = ["send", "-", "--to", "mparticle", "--dry-run", "--dump", "dump.jsonl"];
  assertCode(await dir.run(args, { stdin: record }), 0);
  const { user_identities, user_attributes } = JSON.parse(await dir.read("dump.jsonl"));
  assertEquals(user_identities.customer_id, "12345678901234567890");
  assertEquals(user_attributes.$zip, "1.10");
  assertEquals(user_identities.other_id_2, "34");
});

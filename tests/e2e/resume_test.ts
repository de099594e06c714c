/**
 * What `resume` takes up and what it refuses: a file, mapping, destination or checkpoint that is
 * not what the run began with is told, and nothing is sent.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { gzipSync } from "node:zlib";
import type { Io } from "../../src/io.ts";
import { builtin } from "../support/sinks.ts";
import { standIn, type TestApi } from "../support/stand_in.ts";
import { assertCode, signals, type Surroundings, Workdir } from "../support/workdir.ts";
import { csvOf, idOf, kinds } from "./fated_rows.ts";

const kind = kinds.showads;
const ROWS = 14;
const CSV = csvOf(kind, ROWS);
/** Rows 2 and 9 are invalid, 4 and 11 filtered, 6 and 13 refused by the API. */
const COUNTS = { read: ROWS, accepted: 8, filtered: 2, rejected: 4, unknown: 0, pending: 0 };
const FLAGS = ["--batch-size", "2", "--concurrency", "1", "--retry-for", "1ms"];

/** A run that stopped in the middle of its file, since the API was down. */
interface Stopped {
  readonly dir: Workdir;
  readonly api: TestApi;
  readonly surroundings: Surroundings;
  /** Path of the run's checkpoint. */
  readonly checkpoint: string;
  /** Ids that the API took, in order. */
  readonly taken: string[];
  /** Makes sure that a call is refused in one sentence, and that nothing is sent. */
  refused(args: readonly string[], says: RegExp, more?: Surroundings): Promise<void>;
  /** Goes on to the end and compares with an undisturbed run. */
  goesOn(args?: readonly string[], more?: Surroundings): Promise<void>;
}

async function withStopped(
  test: (stopped: Stopped) => Promise<void>,
  {
    csv = CSV as string | Uint8Array,
    name = "rows.csv",
    flags = [] as readonly string[],
    stdin = undefined as string | undefined,
    env = {} as Record<string, string>,
  } = {},
): Promise<void> {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", "");
  await dir.write(name, csv);
  let down = true;
  const taken: string[] = [];
  await using api = await standIn("showads", {
    onRequest: ({ path, body }) => {
      if (path === "/auth") return undefined;
      const ids = kind.ids(path, body);
      if (down && taken.length >= 4) return new Response(null, { status: 503 });
      const refusal = kind.answer(path, body);
      if (!refusal) taken.push(...ids);
      return refusal ?? undefined;
    },
  });
  const surroundings = { env: { ...api.env, ...env }, stdin };
  const source = stdin === undefined ? name : "-";
  const first = await dir.json(
    ["import", source, "--to", "showads", ...FLAGS, ...flags],
    surroundings,
  );
  assertEquals([first.exitCode, first.rows.accepted], [3, 5]);
  down = false;
  await test({
    dir,
    api,
    surroundings,
    taken,
    checkpoint: first.files.checkpoint,
    async refused(args, says, more = {}) {
      const { requests } = api.received;
      const ended = await dir.run(args, { ...surroundings, ...more });
      assertCode(ended, 2);
      assertMatch(ended.stderr, says);
      assertMatch(ended.stderr, /^rowferry: .+\n$/);
      assertEquals(ended.stdout, "");
      assertEquals(api.received.requests, requests);
    },
    async goesOn(args = ["resume"], more = {}) {
      const result = await dir.json(args, { ...surroundings, ...more });
      assertEquals(result.rows, COUNTS, result.reason);
      assertEquals(result.exitCode, 1);
      assertEquals(taken, [1, 3, 5, 7, 8, 10, 12, 14].map(idOf));
    },
  });
}

Deno.test("a run goes on by its folder, its checkpoint, its file, from anywhere, or as the only one", async () => {
  const byRun: ((checkpoint: string, dir: Workdir) => string[])[] = [
    () => ["resume"],
    () => ["resume", "rows.csv"],
    (checkpoint) => ["resume", checkpoint],
    (checkpoint) => ["resume", checkpoint.replace(/\/checkpoint.jsonl$/, "")],
    (checkpoint, dir) => ["resume", dir.file(checkpoint)],
    () => ["import", "rows.csv", "--to", "showads", "--resume"],
    () => ["import", "rows.csv", "--to", "showads", "--resume-or-start"],
  ];
  for (const args of byRun) {
    await withStopped(({ dir, checkpoint, goesOn }) => goesOn(args(checkpoint, dir)));
  }
});

Deno.test("an import that goes on with a run tells its source as it was given", async () => {
  await withStopped(async ({ dir, surroundings }) => {
    const args = ["import", "rows.csv", "--to", "showads", "--resume"];
    assertEquals((await dir.json(args, surroundings)).source, "rows.csv");
  });
});

Deno.test("a run that is complete is not gone on with", async () => {
  await withStopped(async ({ checkpoint, goesOn, refused }) => {
    await goesOn();
    await refused(["resume"], /There is no unfinished run in log/);
    await refused(["resume", checkpoint], /is complete/);
  });
});

Deno.test("rows that were appended since are imported too", async () => {
  await withStopped(async ({ dir, surroundings, taken }) => {
    await dir.write("rows.csv", CSV + kind.row(ROWS + 1, "accepted"));
    const result = await dir.json(["resume"], surroundings);
    assertEquals(result.rows, { ...COUNTS, read: ROWS + 1, accepted: COUNTS.accepted + 1 });
    assertEquals(taken.at(-1), idOf(ROWS + 1));
  });
});

/** A run whose second request found the API down while all others were accepted. */
async function withSecondRequestMissing(
  source: { readonly name: string; readonly bytes: string | Uint8Array },
  test: (
    dir: Workdir,
    resume: (stdin?: string) => Promise<{ code: number; stderr: string }>,
    received: TestApi["received"],
  ) => Promise<void>,
): Promise<void> {
  const { name, bytes } = source;
  await using dir = await Workdir.make();
  const stdin = name === "-" ? bytes : undefined;
  if (name !== "-") await dir.write(name, bytes);
  let down = true;
  const others = Promise.withResolvers<void>();
  let accepted = 0;
  await using api = await standIn("showads", {
    onRequest: ({ path, body }) => {
      if (path === "/auth") return undefined;
      if (!body.includes('"c2"')) {
        if (++accepted === 3) others.resolve();
        return undefined;
      }
      return down ? new Response(null, { status: 503 }) : undefined;
    },
  });
  const flags = ["--batch-size", "1", "--concurrency", "3", "--retry-for", "2s"];
  const control = signalsWhen(others.promise);
  const stopped = await dir.json(["import", name, "--to", "showads", ...flags], {
    env: api.env,
    stdin,
    io: control,
  });
  assertEquals([stopped.exitCode, stopped.rows.accepted, stopped.rows.pending], [130, 3, 1]);
  down = false;
  await test(dir, (stdin) => dir.run(["resume"], { env: api.env, stdin }), api.received);
}

/** Ctrl-C when something has happened. */
function signalsWhen(happened: Promise<void>): Pick<Io, "onStopSignal"> {
  const { onStopSignal, send } = signals();
  happened.then(() => send("SIGINT"));
  return { onStopSignal };
}

const FOUR = "Name,Age,Cookie,Banner_id\nAnn,30,c1,1\nBo,31,c2,2\nCy,32,c3,3\nDi,33,c4,4";
const FOUR_IN_FILE = { name: "rows.csv", bytes: FOUR };

Deno.test("rows that were settled behind the place where the run goes on must not have changed either", async () => {
  await withSecondRequestMissing(FOUR_IN_FILE, async (dir, resume, received) => {
    await dir.write("rows.csv", FOUR.replace("Cy", "Ci"));
    const refused = await resume();
    assertEquals(refused.code, 2);
    assertStringIncludes(refused.stderr, "rows.csv was changed since the run stopped");
    await dir.write("rows.csv", FOUR);
    assertEquals((await resume()).code, 0);
    assertEquals(received.rows, 4); // What was settled behind that place is not sent again.
  });
});

Deno.test("nor must those of a gzipped file or of standard input", async () => {
  const changes = [
    FOUR.replace("Cy", "Ci"),
    FOUR.replace("Cy", "New,40,c9,9\nCy"),
    FOUR.slice(0, -9),
  ];
  const gzipped = { name: "rows.csv.gz", bytes: gzipSync(FOUR) };
  await withSecondRequestMissing(gzipped, async (dir, resume, received) => {
    for (const changed of changes) {
      await dir.write("rows.csv.gz", gzipSync(changed));
      const refused = await resume();
      assertEquals(refused.code, 2);
      assertStringIncludes(refused.stderr, "rows.csv.gz was changed since the run stopped");
    }
    await dir.write("rows.csv.gz", gzipSync(`${FOUR}\nEd,34,c5,5\n`));
    assertEquals((await resume()).code, 0);
    assertEquals(received.rows, 5);
  });
  await withSecondRequestMissing({ name: "-", bytes: FOUR }, async (_dir, resume, received) => {
    for (const changed of changes) {
      const refused = await resume(changed);
      assertEquals(refused.code, 2);
      assertStringIncludes(refused.stderr, "standard input was changed since the run stopped");
    }
    assertEquals((await resume(`${FOUR}\nEd,34,c5,5\n`)).code, 0);
    assertEquals(received.rows, 5);
  });
});

Deno.test("a last row without a line end that was settled must not have grown", async () => {
  await withSecondRequestMissing(FOUR_IN_FILE, async (dir, resume, received) => {
    await dir.write("rows.csv", `${FOUR}3`);
    const refused = await resume();
    assertEquals(refused.code, 2);
    assertStringIncludes(refused.stderr, "rows.csv was changed since the run stopped");
    await dir.write("rows.csv", `${FOUR}\nEd,34,c5,5\n`);
    assertEquals((await resume()).code, 0);
    assertEquals(received.rows, 5);
  });
});

Deno.test("any changed byte before the checkpoint is told, and nothing is sent", async () => {
  await withStopped(async ({ dir, checkpoint, refused, goesOn }) => {
    const { at } = (await dir.read(checkpoint)).trimEnd().split("\n")
      .map((line) => JSON.parse(line)).findLast(({ type }) => type === "span");
    const bytes = new TextEncoder().encode(CSV);
    for (let offset = 0; offset < at.offset; offset++) {
      const changed = bytes.slice();
      changed[offset] = (changed[offset] ?? 0) ^ 1;
      await dir.write("rows.csv", changed);
      await refused(["resume"], /rows\.csv was changed since the run stopped/);
    }
    await dir.write("rows.csv", bytes.slice(0, at.offset - 1));
    await refused(["resume"], /rows\.csv is shorter than when the run began/);
    await dir.write("rows.csv", `${CSV.slice(1)}\n`);
    await refused(["import", "rows.csv", "--to", "showads", "--resume"], /was changed since/);
    await dir.write("rows.csv", "");
    await refused(["resume"], /rows\.csv is shorter than/);
    await dir.write("rows.csv", bytes);
    await goesOn();
  });
});

Deno.test("a changed header of a run that settled nothing is told too", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", CSV);
  await using down = await standIn("showads", {
    onRequest: ({ path }) => path === "/auth" ? undefined : new Response(null, { status: 503 }),
  });
  const args = ["import", "rows.csv", "--to", "showads", "--retry-for", "1ms"];
  assertEquals((await dir.json(args, { env: down.env })).exitCode, 3);
  await dir.write("rows.csv", CSV.replace("Name,Age", "Age,Name"));
  const ended = await dir.run(["resume"], { env: down.env });
  assertCode(ended, 2);
  assertMatch(ended.stderr, /The header of .*rows\.csv differs/);
});

Deno.test("a file that is gone is told, by whatever the run is named", async () => {
  await withStopped(async ({ dir, checkpoint, refused, goesOn }) => {
    await Deno.remove(dir.file("rows.csv"));
    await refused(["resume"], /Cannot read .*rows\.csv: no such file/);
    await refused(["resume", checkpoint], /Cannot read .*rows\.csv: no such file/);
    await refused(["resume", "rows.csv"], /Cannot find rows\.csv: no such file/);
    await dir.write("rows.csv", CSV);
    await goesOn();
  });
});

Deno.test("a changed mapping file is told; put back, it goes on", async () => {
  await using dir = await Workdir.make();
  const mapping = JSON.stringify(builtin("showads"));
  const changed = mapping.replace('"max":99', '"max":98');
  assert(changed !== mapping);
  await dir.write("mapping.json", mapping);
  await withStopped(async (stopped) => {
    await dir.write("mapping.json", changed);
    await stopped.refused(["resume"], /The mapping differs/);
    await dir.write("other.json", changed);
    await dir.write("mapping.json", mapping);
    await stopped.refused(["resume", "--mapping", dir.file("other.json")], /The mapping differs/);
    await stopped.refused(["resume", "--mapping", dir.file("none.json")], /no such file/);
    await Deno.remove(dir.file("mapping.json"));
    await stopped.refused(["resume"], /Cannot read the mapping .*mapping\.json/);
    await dir.write("mapping.json", mapping);
    await stopped.goesOn();
  }, { flags: ["--mapping", dir.file("mapping.json")] });
});

Deno.test("other filters or another destination are told", async () => {
  await withStopped(async ({ refused, goesOn }) => {
    await refused(["resume", "--min-age", "21"], /The mapping differs .*filters/);
    await refused(["resume", "--max-age", "99"], /The mapping differs/);
    await refused(["resume", "--where", "Age > 20"], /The mapping differs/);
    await refused(["resume", "--to", "mparticle"], /The run went to showads, not to mparticle/);
    await refused(["resume", "--min-age", "x"], /--min-age takes a whole number/);
    await refused(
      ["import", "rows.csv", "--to", "showads", "--resume", "--min-age", "21"],
      /The mapping differs/,
    );
    await goesOn();
  });
});

Deno.test("a resumed run keeps its settings, whatever the environment says by now", async () => {
  for (
    const args of [["resume"], ["import", "rows.csv", "--to", "showads", "--resume"]]
  ) {
    await withStopped(async ({ surroundings, goesOn }) => {
      const env = { ...surroundings.env, MIN_AGE: "40" };
      const others: Record<string, string> = args[0] === "resume"
        ? { ROWFERRY_TO: "mparticle", ROWFERRY_CONCURRENCY: "none" }
        : { ROWFERRY_TO: "showads" };
      await goesOn(args, { env: { ...env, ...others } });
    });
  }
});

Deno.test("a run is read on as it began, and flags that ask for something else are refused", async () => {
  await withStopped(async ({ refused, goesOn }) => {
    const resume = ["import", "rows.csv", "--to", "showads", "--resume"];
    await refused(
      [...resume, "--delimiter", ";"],
      /started with another delimiter: leave --delimiter out/,
    );
    await refused([...resume, "--encoding", "utf-16le"], /started with another encoding/);
    await goesOn([...resume, "--delimiter", ",", "--encoding", "UTF8"]);
  });
});

Deno.test("a run that was replaced is not gone on with, by whatever it is named", async () => {
  await withStopped(async ({ dir, checkpoint, surroundings, refused }) => {
    const args = ["import", "rows.csv", "--to", "showads", "--restart"];
    const { files } = await dir.json([...args, "--max-errors", "0"], surroundings);
    const folder = checkpoint.replace("/checkpoint.jsonl", "");
    for (const name of [folder, checkpoint]) {
      await refused(["resume", name], /was replaced by .*, which sends its rows too/);
    }
    // Once its replacement is gone, nobody else sends its rows.
    await Deno.remove(dir.file(files.checkpoint.replace("/checkpoint.jsonl", "")), {
      recursive: true,
    });
    assertEquals((await dir.json(["resume", folder], surroundings)).status, "completed");
  });
});

Deno.test("a flipped bit in any line of the checkpoint but the last is told with its line", async () => {
  await withStopped(async ({ dir, checkpoint, refused, goesOn }) => {
    const text = await dir.read(checkpoint);
    const bytes = new TextEncoder().encode(text);
    const last = text.lastIndexOf("\n", text.length - 2);
    for (let offset = 0; offset <= last; offset += 13) {
      const damaged = bytes.slice();
      damaged[offset] = (damaged[offset] ?? 0) ^ 4;
      await dir.write(checkpoint, damaged);
      const line = text.slice(0, offset).split("\n").length;
      const says = new RegExp(`checkpoint\\.jsonl, line ${line}: it is damaged|is of version`);
      await refused(["resume", checkpoint], says);
    }
    const damaged = bytes.slice();
    damaged[20] = 0x20;
    await dir.write(checkpoint, damaged);
    await refused(["resume"], /checkpoint\.jsonl, line 1/);
    for (const flag of [[], ["--resume"], ["--resume-or-start"]]) {
      await refused(
        ["import", "rows.csv", "--to", "showads", ...flag],
        /checkpoint\.jsonl, line 1/,
      );
    }
    await dir.write(checkpoint, bytes);
    await goesOn();
  });
});

Deno.test("a torn last line is dropped, wherever it was torn", async () => {
  for (const left of [1, 40, 200]) {
    await withStopped(async ({ dir, checkpoint, surroundings, taken }) => {
      const text = await dir.read(checkpoint);
      const last = text.lastIndexOf("\n", text.length - 2) + 1;
      await dir.write(checkpoint, text.slice(0, last + left));
      const result = await dir.json(["resume"], surroundings);
      assertEquals([result.exitCode, result.rows], [1, COUNTS]);
      assertEquals(taken.length, COUNTS.accepted);
    });
  }
});

Deno.test("rejected rows that a person mended in place are not overwritten", async () => {
  await withStopped(async ({ dir, checkpoint, refused, goesOn }) => {
    const path = checkpoint.replace("checkpoint.jsonl", "rejected.csv");
    const rejected = await dir.read(path);
    await dir.write(path, rejected.replace("4nn", "Ann"));
    await refused(["resume"], /rejected\.csv was changed since the run wrote it/);
    await dir.write(path, rejected);
    await goesOn();
  });
});

Deno.test("a gzipped file goes on by row, and what was imported of it must be the same", async () => {
  const gzip = (text: string) => gzipSync(text);
  await withStopped(async ({ dir, refused, goesOn }) => {
    await dir.write("rows.csv.gz", gzip(CSV.replace("id-1,", "id-x,")));
    await refused(["resume"], /rows\.csv\.gz was changed since/);
    await dir.write("rows.csv.gz", gzip(CSV.slice(0, 60)));
    await refused(["resume"], /rows\.csv\.gz was changed since/);
    await dir.write("rows.csv.gz", gzipSync(CSV, { level: 0 })); // Other bytes, the same rows.
    await goesOn(["resume", "rows.csv.gz"]);
  }, { name: "rows.csv.gz", csv: gzip(CSV) });
});

Deno.test("standard input goes on by row, and what was imported of it must be the same", async () => {
  await withStopped(async ({ dir, checkpoint, refused, goesOn }) => {
    await refused(["resume"], /standard input was changed since/, {
      stdin: CSV.replace("id-1,", "id-x,"),
    });
    await refused(["resume"], /standard input was changed since/, { stdin: CSV.slice(0, 60) });
    await refused(["resume"], /standard input/, { stdin: "" });
    assertStringIncludes(await dir.read(checkpoint), '"path":"-"');
    await goesOn(["resume", checkpoint], { stdin: CSV });
  }, { stdin: CSV });
});

Deno.test("--restart gives up what an earlier pipe left, for good", async () => {
  await withStopped(async ({ dir, surroundings, refused }) => {
    const args = ["import", "-", "--to", "showads"];
    const other = { stdin: CSV.replaceAll("id-", "other-") };
    await refused(args, /unfinished run of standard input exists/, other);
    await refused([...args, "--resume-or-start"], /standard input was changed since/, other);
    const run = (more: string[]) => dir.json([...args, ...more], { ...surroundings, ...other });
    assertEquals((await run(["--restart"])).status, "completed");
    assertEquals((await run([])).status, "completed");
    assertEquals((await run(["--resume-or-start"])).status, "completed");
  }, { stdin: CSV });
});

Deno.test("a file that is shorter than when the run began is refused, and goes on once it is whole", async () => {
  await withStopped(async ({ dir, refused, goesOn }) => {
    for (const missing of [1, 30, 150]) {
      await dir.write("rows.csv", CSV.slice(0, -missing));
      await refused(
        ["resume"],
        /rows\.csv is shorter than when the run began \(\d+ bytes, and \d+ then\)/,
      );
    }
    await dir.write("rows.csv", CSV);
    await goesOn();
  });
});

Deno.test("two unfinished runs are listed, and one has to be named", async () => {
  await withStopped(async ({ dir, surroundings, goesOn }) => {
    await dir.write("more.csv", CSV);
    const down = { env: { ...surroundings.env, API_URL: "http://127.0.0.1:1" } };
    const args = ["import", "more.csv", "--to", "showads", "--retry-for", "1ms"];
    assertEquals((await dir.json(args, down)).exitCode, 3);
    const ended = await dir.run(["resume"], surroundings);
    assertCode(ended, 2);
    assertMatch(ended.stderr, /2 unfinished runs in log; name one:\n.*more\.csv.*\n.*rows\.csv/);
    await goesOn(["resume", "rows.csv"]);
  });
});

Deno.test("a stretch of bad rows stops a resumed run no sooner than one that went on", async () => {
  await using dir = await Workdir.make();
  const rows = Array.from({ length: 60 }, (_, index) => kind.row(index + 1, "accepted"));
  await dir.write("rows.csv", kind.header + rows.join(""));
  let down = false;
  await using api = await standIn("showads", {
    onRequest: ({ path, body }) => {
      if (path === "/auth") return undefined;
      if (down) return new Response(null, { status: 503 });
      const bad = kind.ids(path, body).some((id) => Number(id.slice(3)) > 20);
      if (!bad) down = true;
      return bad ? { status: 400, json: {} } : undefined;
    },
  });
  const flags = ["--batch-size", "20", "--concurrency", "1", "--retry-for", "1ms"];
  const first = await dir.json(["import", "rows.csv", "--to", "showads", ...flags], {
    env: api.env,
  });
  assertEquals([first.exitCode, first.rows.accepted], [3, 20]);
  down = false;
  const { status, rows: counts } = await dir.json(["resume"], { env: api.env });
  assertEquals([status, counts.accepted, counts.rejected], ["completed", 20, 40]);
});

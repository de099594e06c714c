/**
 * APIs that misbehave, seen through the whole program: what they got, what the program says of it,
 * and that every row has one outcome.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Io } from "../../src/io.ts";
import { startSandbox } from "../../src/sandbox/mod.ts";
import { systemIo } from "../../src/system_io.ts";
import { type FaultServer, type Received, type Reply, withFaults } from "../support/faults.ts";
import { Workdir } from "../support/workdir.ts";
import { csvOf, idOf, kinds } from "./fated_rows.ts";
import { builtin, definitionOf } from "../support/destinations.ts";
import { withoutProblems } from "../support/rejected_rows.ts";

/** An API's reply to the n-th request with rows, of which `ids` are in it. */
type Script = (ids: readonly string[], count: number) => Reply;

const OK: Reply = { status: 200, body: "{}" };
const TOKEN: Reply = { status: 200, body: '{"AccessToken":"token-of-the-day"}' };

/** A run of the program against an API, and what came of it. */
interface Job {
  readonly dir: Workdir;
  readonly server: FaultServer;
  readonly env: Record<string, string>;
  /** Waits of the program, in milliseconds. */
  readonly waits: number[];
  // deno-lint-ignore no-explicit-any -- the program's own JSON
  run(args: readonly string[], stdin?: string): Promise<any>;
  text(args: readonly string[]): Promise<string>;
}

/** A clock that runs ahead while somebody sleeps. */
function hastyClock(waits: number[]): Partial<Io> {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    monotonic: () => performance.now() + ahead,
    sleep: async (ms, signal) => {
      if (signal?.aborted) return;
      waits.push(ms);
      ahead += ms;
      await new Promise((resolve) => setTimeout(resolve, 0));
    },
    random: () => 0.5,
  };
}

/** Runs a job against an API that replies by a script. */
async function withApi(
  destination: "mparticle" | "showads",
  script: Script,
  job: (job: Job) => Promise<void>,
  more: { resetBeforeBody?(count: number): boolean; auth?(count: number): Reply } = {},
): Promise<void> {
  await using dir = await Workdir.make();
  let [logins, requests] = [0, 0];
  const reply = ({ path, body }: Received): Reply => {
    if (path === "/auth") return more.auth?.(++logins) ?? TOKEN;
    const reply = script(kinds[destination].ids(path, body), ++requests);
    if (reply !== OK) return reply;
    return destination === "mparticle" ? { status: 202, body: "" } : OK;
  };
  await withFaults({ reply, resetBeforeBody: more.resetBeforeBody }, async (server) => {
    const waits: number[] = [];
    const env = {
      ...kinds[destination].env,
      ...(destination === "showads"
        ? { API_URL: server.url }
        : { MPARTICLE_HOST: `${server.url}/v2` }),
    };
    const surroundings = { env, io: hastyClock(waits) };
    await job({
      dir,
      server,
      env,
      waits,
      run: async (args, stdin = "") => {
        const result = await dir.json(args, { ...surroundings, stdin });
        const { read, accepted, filtered, rejected, unknown, pending } = result.rows;
        assertEquals(read, accepted + filtered + rejected + unknown + pending);
        if (result.status === "completed") assertEquals(pending, 0);
        return result;
      },
      text: async (args) => (await dir.run(args, surroundings)).stdout,
    });
  });
}

/** A file of `rows` rows that are good as far as the program can tell. */
function goodRows(destination: "mparticle" | "showads", rows: number): string {
  const kind = kinds[destination];
  const text = (_: unknown, index: number) => kind.row(index + 1, "accepted");
  return kind.header + Array.from({ length: rows }, text).join("");
}

/** The flags of an import in requests of `batch` rows, one after the other. */
function importing(destination: string, batch: number): string[] {
  const flags = ["--batch-size", `${batch}`, "--concurrency", "1", "--rate", "100000"];
  return ["import", "rows.csv", "--to", destination, ...flags];
}

/** Ids of the rows in requests that came to the API, in order; only those with the bodies read. */
function idsAt(server: FaultServer, destination: "mparticle" | "showads"): string[] {
  return server.received.flatMap(({ path, body }) => kinds[destination].ids(path, body));
}

function ids(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => idOf(first + index));
}

// deno-lint-ignore no-explicit-any -- lines of errors.jsonl
async function errorsOf(dir: Workdir, path: string): Promise<any[]> {
  return (await dir.read(path)).trimEnd().split("\n").map((line) => JSON.parse(line));
}

for (const destination of ["mparticle", "showads"] as const) {
  Deno.test(`${destination}: a 429 is waited for as long as it says, and its rows are sent again once`, async () => {
    const busy: Reply = { status: 429, headers: { "retry-after": "7" } };
    await withApi(destination, (_, count) => count === 2 ? busy : OK, async (job) => {
      await job.dir.write("rows.csv", goodRows(destination, 6));
      const result = await job.run(importing(destination, 2));
      assertEquals(result.exitCode, 0);
      assertEquals(result.requests, { sent: 4, retried: 1 });
      assert(job.waits.reduce((sum, ms) => sum + ms, 0) >= 6_900, `waited ${job.waits}`);
      const [two, again] = job.server.received.slice(-3);
      assertEquals(two?.body, again?.body);
      assertEquals(new Set(idsAt(job.server, destination)), new Set(ids(1, 6)));
    });
  });

  Deno.test(`${destination}: an API that is down for a while is waited for`, async () => {
    const down: Reply = { status: 503 };
    await withApi(destination, (_, count) => count < 6 ? down : OK, async (job) => {
      await job.dir.write("rows.csv", goodRows(destination, 6));
      const result = await job.run(importing(destination, 2));
      assertEquals(result.exitCode, 0);
      assertEquals(result.requests, { sent: 8, retried: 5 });
      assertEquals(idsAt(job.server, destination).slice(10), ids(1, 6));
    });
  });

  Deno.test(`${destination}: an API that stays down stops the run, and the resume sends all of it`, async () => {
    let down = true;
    await withApi(destination, () => down ? { status: 500 } : OK, async (job) => {
      await job.dir.write("rows.csv", goodRows(destination, 6));
      const stopped = await job.run(importing(destination, 2));
      assertEquals([stopped.exitCode, stopped.rows.accepted], [3, 0]);
      assertMatch(stopped.reason, /500; gave up after \d+ attempts in 5m/);
      down = false;
      const before = idsAt(job.server, destination).length;
      const resumed = await job.run(["resume"]);
      assertEquals([resumed.exitCode, resumed.rows.accepted], [0, 6]);
      assertEquals(idsAt(job.server, destination).slice(before), ids(1, 6));
    });
  });

  Deno.test(`${destination}: a redirect is not followed, and stops the run`, async () => {
    let moved = true;
    const away: Reply = { status: 308, headers: { location: "http://127.0.0.1:1/elsewhere" } };
    await withApi(destination, () => moved ? away : OK, async (job) => {
      await job.dir.write("rows.csv", goodRows(destination, 3));
      const stopped = await job.run(importing(destination, 2));
      assertEquals([stopped.exitCode, stopped.rows.rejected], [3, 0]);
      assertStringIncludes(stopped.reason, "redirects (308)");
      moved = false;
      assertEquals((await job.run(["resume"])).rows.accepted, 3);
    });
  });

  Deno.test(`${destination}: a 403 stops the run with exit 4, and the resume goes on`, async () => {
    let refused = true;
    const script: Script = (_, count) => refused && count > 1 ? { status: 403 } : OK;
    await withApi(destination, script, async (job) => {
      await job.dir.write("rows.csv", goodRows(destination, 6));
      const stopped = await job.run(importing(destination, 2));
      assertEquals([stopped.exitCode, stopped.status], [4, "stopped"]);
      assertEquals([stopped.rows.accepted, stopped.rows.rejected], [2, 0]);
      assertEquals(stopped.files.errors, null);
      refused = false;
      const resumed = await job.run(["resume"]);
      assertEquals([resumed.exitCode, resumed.rows.accepted], [0, 6]);
      assertEquals(idsAt(job.server, destination).slice(4), ids(3, 6));
    });
  });

  for (
    const [where, bad] of [
      ["first", [1]],
      ["last", [8]],
      ["in the middle", [4]],
      ["two of them", [2, 7]],
      ["all of them", [1, 2, 3, 4, 5, 6, 7, 8]],
    ] as const
  ) {
    Deno.test(`${destination}: a row that the API refuses, ${where}, is rejected with its words alone`, async () => {
      const accepted: string[] = [];
      const script: Script = (ids) => {
        const found = ids.find((id) => (bad as readonly number[]).map(idOf).includes(id));
        if (found === undefined) accepted.push(...ids);
        if (found === undefined) return OK;
        const message = `There is no room for ${found}, said Ann`;
        return { status: 400, body: JSON.stringify({ errors: [{ code: "x", message }] }) };
      };
      await withApi(destination, script, async (job) => {
        await job.dir.write("rows.csv", goodRows(destination, 8));
        const result = await job.run([...importing(destination, 8), "--verbose"]);
        assertEquals([result.exitCode, result.rows.rejected], [1, bad.length]);
        assertEquals(result.rows.accepted, 8 - bad.length);
        const good = ids(1, 8).filter((id) => !bad.map(idOf).includes(id));
        assertEquals(accepted.toSorted(), good);
        const errors = await errorsOf(job.dir, result.files.errors);
        assertEquals(errors.map(({ row }) => row), [...bad]);
        for (const { code, stage, message } of errors) {
          assertEquals([code, stage], ["refused-400", "send"]);
          assertStringIncludes(message, "There is no room for …");
          assert(!message.includes("id-") && !/\bAnn\b/.test(message), message);
        }
        const rejected = bad.map((row) => kinds[destination].row(row, "accepted"));
        assertEquals(
          withoutProblems(await job.dir.read(result.files.rejected)),
          kinds[destination].header + rejected.join(""),
        );
      });
    });
  }

  Deno.test(`${destination}: --keep-going rejects the rows of a request whose retries ran out, and goes on`, async () => {
    const script: Script = (ids) => ids.includes(idOf(3)) ? { status: 503 } : OK;
    await withApi(destination, script, async (job) => {
      await job.dir.write("rows.csv", goodRows(destination, 6));
      const result = await job.run([...importing(destination, 2), "--keep-going"]);
      assertEquals([result.exitCode, result.rows.rejected, result.rows.accepted], [1, 2, 4]);
      const errors = await errorsOf(job.dir, result.files.errors);
      assertEquals(errors.map(({ row, code }) => [row, code]), [
        [3, "retries-exhausted"],
        [4, "retries-exhausted"],
      ]);
      const rejected = withoutProblems(await job.dir.read(result.files.rejected));
      assertEquals(rejected.split("\n").length, 4);
    });
  });
}

const breaks: readonly [string, Reply, boolean][] = [
  ["is reset before the body was read", OK, true],
  ["is closed after the body was read", "close", false],
  ["answers with something that is no HTTP", "garbage", false],
];

for (const [how, fault, early] of breaks) {
  Deno.test(`showads: a connection that ${how} makes its rows unknown, and the run goes on`, async () => {
    const script: Script = (ids) => !early && ids.includes(idOf(3)) ? fault : OK;
    await withApi("showads", script, async (job) => {
      await job.dir.write("rows.csv", goodRows("showads", 6));
      const result = await job.run(importing("showads", 2));
      assertEquals(result.exitCode, 1);
      assertEquals([result.rows.accepted, result.rows.unknown, result.rows.rejected], [4, 2, 0]);
      const errors = await errorsOf(job.dir, result.files.errors);
      assertEquals(errors.map(({ row, code, stage }) => [row, code, stage]), [
        [3, "unknown", "send"],
        [4, "unknown", "send"],
      ]);
      assertMatch(errors[0].message, /may or may not have arrived/);
      assertEquals(result.files.rejected, null);
      const [header, ...rows] = goodRows("showads", 6).split(/(?<=\n)/);
      assertEquals(await job.dir.read(result.files.unknown), [header, rows[2], rows[3]].join(""));
      const at = idsAt(job.server, "showads");
      assertEquals(at, early ? [...ids(1, 2), ...ids(5, 6)] : ids(1, 6));
      const text = await job.text([...importing("showads", 2), "--restart"]);
      if (!early) assertMatch(text, /2 rows unknown: they were sent/);
    }, { resetBeforeBody: (count) => early && count === 3 });
  });

  Deno.test(`showads: --resend-unknown sends such rows again when a connection ${how}`, async () => {
    let broken = 0;
    const script: Script = (ids) => !early && ids.includes(idOf(3)) && ++broken === 1 ? fault : OK;
    await withApi("showads", script, async (job) => {
      await job.dir.write("rows.csv", goodRows("showads", 6));
      const result = await job.run([...importing("showads", 2), "--resend-unknown"]);
      assertEquals([result.exitCode, result.rows.accepted, result.requests.retried], [0, 6, 1]);
      const at = idsAt(job.server, "showads");
      assertEquals(at, early ? ids(1, 6) : [...ids(1, 4), ...ids(3, 6)]);
    }, { resetBeforeBody: (count) => early && count === 3 });
  });

  Deno.test(`mparticle: rows are sent again with the same bytes when a connection ${how}`, async () => {
    const script: Script = (_, count) => !early && count === 2 ? fault : OK;
    await withApi("mparticle", script, async (job) => {
      await job.dir.write("rows.csv", goodRows("mparticle", 6));
      const result = await job.run(importing("mparticle", 2));
      assertEquals([result.exitCode, result.rows.accepted, result.requests.retried], [0, 6, 1]);
      const bodies = job.server.received.map(({ body }) => body).filter((body) => body !== "");
      assertEquals(new Set(bodies).size, 3);
    }, { resetBeforeBody: (count) => early && count === 2 });
  });
}

Deno.test("showads: an answer whose body never ends is an answer all the same", async () => {
  await withApi("showads", (_, count) => count === 1 ? "endless" : OK, async (job) => {
    await job.dir.write("rows.csv", goodRows("showads", 4));
    const result = await job.run(importing("showads", 2));
    assertEquals([result.exitCode, result.rows.accepted], [0, 4]);
  });
});

Deno.test("unknown rows that did not arrive are imported from unknown.csv, which knows its run", async () => {
  const script: Script = (_ids, count) => count === 2 ? "close" : OK;
  await withApi("showads", script, async (job) => {
    await job.dir.write("rows.csv", goodRows("showads", 6));
    const first = await job.run(importing("showads", 2));
    assertEquals([first.exitCode, first.rows.unknown], [1, 2]);
    const [, , ...flags] = importing("showads", 2);
    const again = await job.run(["import", first.files.unknown, ...flags]);
    assertEquals([again.exitCode, again.rows.accepted], [0, 2]);
    assertEquals(again.files.unknown, undefined);
    assertEquals(idsAt(job.server, "showads"), [...ids(1, 6), ...ids(3, 4)]);
    const [line = ""] = (await job.dir.read(again.files.checkpoint)).split("\n");
    const { parent } = JSON.parse(line);
    assertEquals([parent.runId, parent.sameRows], [first.runId, true]);
  });
});

Deno.test("unknown rows of standard input are kept too", async () => {
  const script: Script = (_ids, count) => count === 1 ? "close" : OK;
  await withApi("showads", script, async (job) => {
    const text = goodRows("showads", 4);
    const [, , ...flags] = importing("showads", 2);
    const result = await job.run(["import", "-", ...flags], text);
    assertEquals([result.exitCode, result.rows.unknown], [1, 2]);
    const kept = text.split(/(?<=\n)/).slice(0, 3).join("");
    assertEquals(await job.dir.read(result.files.unknown), kept);
  });
});

Deno.test("an API that refuses connections stops the run, none of its rows unknown, and is resumed", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", goodRows("showads", 5));
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const env = { ...kinds.showads.env, API_URL: `http://127.0.0.1:${port}` };
  const io = hastyClock([]);
  const stopped = await dir.json(importing("showads", 2), { env, io });
  assertEquals([stopped.exitCode, stopped.rows.unknown, stopped.rows.pending], [3, 0, 2]);
  assertStringIncludes(stopped.reason, "connection refused");
  const { serve, now } = systemIo();
  const standIn = definitionOf("showads").standIn(builtin("showads"), now);
  const api = await startSandbox({ serve: (handler) => serve(handler, port) }, standIn);
  const resumed = await dir.json(["resume"], { env, io });
  await api.close();
  assertEquals([resumed.exitCode, resumed.rows.accepted, api.received.rows], [0, 5, 5]);
});

Deno.test("a token that is refused is renewed once for all, and the request made again", async () => {
  let logins = 0;
  const script: Script = (_, count) => count === 2 ? { status: 401 } : OK;
  await withApi("showads", script, async (job) => {
    await job.dir.write("rows.csv", goodRows("showads", 6));
    const result = await job.run(importing("showads", 2));
    assertEquals([result.exitCode, result.rows.accepted], [0, 6]);
    assertEquals(logins, 2);
    assertEquals(idsAt(job.server, "showads"), [...ids(1, 4), ...ids(3, 6)]);
  }, { auth: (count) => (logins = count, TOKEN) });
});

Deno.test("a renewed token that is refused too stops the run with exit 4, nothing rejected", async () => {
  let refused = true;
  const script: Script = (_, count) => refused && count > 1 ? { status: 401 } : OK;
  await withApi("showads", script, async (job) => {
    await job.dir.write("rows.csv", goodRows("showads", 6));
    const stopped = await job.run(importing("showads", 2));
    assertEquals([stopped.exitCode, stopped.rows.accepted, stopped.rows.rejected], [4, 2, 0]);
    assertEquals(job.server.received.filter(({ path }) => path === "/auth").length, 2);
    refused = false;
    const resumed = await job.run(["resume"]);
    assertEquals([resumed.exitCode, resumed.rows.accepted], [0, 6]);
  });
});

Deno.test("a row of 300 KB is rejected before anything of it is sent", async () => {
  await withApi("mparticle", () => OK, async (job) => {
    const long = kinds.mparticle.row(2, "accepted").replace("id-2", "x".repeat(300 * 1024));
    const { header, row } = kinds.mparticle;
    await job.dir.write("rows.csv", header + row(1, "accepted") + long + row(3, "accepted"));
    const result = await job.run(importing("mparticle", 10));
    assertEquals([result.exitCode, result.rows.rejected], [1, 1]);
    assertEquals(idsAt(job.server, "mparticle"), [idOf(1), idOf(3)]);
    const [error] = await errorsOf(job.dir, result.files.errors);
    assertEquals([error.row, error.stage], [2, "check"]);
    assertEquals(withoutProblems(await job.dir.read(result.files.rejected)), header + long);
  });
});

Deno.test("a file in which the API wants no row stops the run before the API sees all of it", async () => {
  const refusal: Reply = { status: 400, body: '{"errors":[{"message":"Unknown data plan"}]}' };
  await withApi("mparticle", () => refusal, async (job) => {
    await job.dir.write("rows.csv", goodRows("mparticle", 2_000));
    const result = await job.run(importing("mparticle", 100));
    assertEquals([result.exitCode, result.status], [3, "stopped"]);
    assertStringIncludes(result.reason, "Unknown data plan");
    assert(result.requests.sent < 40, `${result.requests.sent} requests were made`);
  });
});

Deno.test("the rows of a fated file come to their ends at an API that is busy now and then", async () => {
  const busy: Reply = { status: 429, headers: { "retry-after": "1" } };
  const kind = kinds.mparticle;
  await withApi("mparticle", (ids, count) => {
    if (count % 5 === 0) return busy;
    return ids.some((id) => Number(id.slice(3)) % 6 === 4) ? { status: 400 } : OK;
  }, async (job) => {
    await job.dir.write("rows.csv", csvOf(kind, 60));
    const result = await job.run(importing("mparticle", 10));
    assertEquals(result.rows, {
      read: 60,
      accepted: 40,
      filtered: 0,
      rejected: 20,
      unknown: 0,
      pending: 0,
    });
  });
});

Deno.test("events.jsonl tells when a run was asked to wait, and holds neither rows nor secrets", async () => {
  const busy: Reply = { status: 429, headers: { "retry-after": "7" } };
  await withApi("mparticle", (_, count) => count === 2 ? busy : OK, async (job) => {
    await job.dir.write("rows.csv", goodRows("mparticle", 6));
    const { files, runId } = await job.run(importing("mparticle", 2));
    const text = await job.dir.read(files.checkpoint.replace("checkpoint.jsonl", "events.jsonl"));
    const lines = text.trimEnd().split("\n").map((line) => JSON.parse(line));
    const types = lines.map(({ type }) => type);
    assertEquals([types[0], types.at(-1)], ["start", "end"]);
    assertEquals(lines[0].runId, runId);
    const pause = lines.find(({ type }) => type === "pause");
    assertEquals(pause.cause, "rate-limit");
    assert(pause.ms >= 6_900, `${pause.ms} ms`);
    assert(types.includes("retry") && types.includes("minute"), `${types}`);
    const { MPARTICLE_HOST: _address, ...secrets } = job.env;
    for (const secret of [...Object.values(secrets), idOf(1)]) {
      if (secret.length > 12) assert(!text.includes(secret), secret);
    }
  });
});

Deno.test("the result says how long a run waited because the API asked for it, and why else", async () => {
  const busy: Reply = { status: 429, headers: { "retry-after": "30" } };
  const down: Reply = { status: 503 };
  const script: Script = (_, count) => count === 1 ? busy : count === 3 ? down : OK;
  await withApi("mparticle", script, async (job) => {
    await job.dir.write("rows.csv", goodRows("mparticle", 6));
    const { timeMs, durationMs } = await job.run(importing("mparticle", 2));
    assert(timeMs.paused >= 30_000, JSON.stringify(timeMs));
    assert(timeMs.backingOff > 0, JSON.stringify(timeMs));
    const sum = timeMs.sending + timeMs.paused + timeMs.backingOff + timeMs.held + timeMs.disk;
    assert(sum <= durationMs + 5, `${sum} of ${durationMs}`);
  });
  await withApi("mparticle", (_, count) => count === 1 ? busy : OK, async (job) => {
    await job.dir.write("rows.csv", goodRows("mparticle", 6));
    const text = (await job.text(importing("mparticle", 2))).replaceAll("\n", " ");
    assertMatch(text, /Of that time, for 30\S* s it paused because mparticle asked for it\./i);
  });
});

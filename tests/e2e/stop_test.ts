/**
 * Stopping a run and going on with it: by signal, by kill, by the API, by a bound on errors.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Files } from "../../src/io.ts";
import { systemIo } from "../../src/system_io.ts";
import { startProgram } from "../support/process.ts";
import { standIn } from "../support/stand_in.ts";
import { assertCode, filesIn, signals, Workdir } from "../support/workdir.ts";

/** `count` valid ShowAds rows whose cookies tell them apart. */
function customers(count: number): string {
  const rows = Array.from({ length: count }, (_, i) => `Ann Lee,30,c${i + 1},${i % 100}`);
  return ["Name,Age,Cookie,Banner_id", ...rows, ""].join("\n");
}

/** The cookies of a bulk request, in order. */
function cookiesOf(body: string): string[] {
  const { Data } = JSON.parse(body) as { Data: { VisitorCookie: string }[] };
  return Data.map(({ VisitorCookie }) => VisitorCookie);
}

/** A ShowAds stand-in that keeps the cookies it got and calls `onBulk` before each answer. */
async function recordingApi(onBulk: (requests: number) => void | Promise<void> = () => {}) {
  const cookies: string[] = [];
  let requests = 0;
  const api = await standIn("showads", {
    onRequest: ({ path, body }) => {
      if (path !== "/banners/show/bulk") return;
      cookies.push(...cookiesOf(body));
      return onBulk(++requests);
    },
  });
  return { cookies, api };
}

Deno.test("Ctrl-C lets requests in flight finish, exits 130 with a summary, and resume sends the rest", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", customers(50));
  const arrived = Promise.withResolvers<void>();
  const { cookies, api } = await recordingApi((requests) => {
    if (requests === 3) arrived.resolve();
  });
  await using _api = api;
  const args = ["import", "customers.csv", "--to", "showads", "--batch-size", "1", "--rate", "20"];
  await using program = startProgram(dir.path, args, api.env);
  await arrived.promise;
  program.kill("SIGINT");
  const ended = await program.ended;
  assertCode(ended, 130);
  assertStringIncludes(ended.stdout, "stopped by SIGINT");
  assertStringIncludes(ended.stdout, "rowferry resume");

  const resumed = await dir.json(["resume", "--rate", "100000"], { env: api.env });
  assertEquals(resumed.exitCode, 0);
  assertEquals(resumed.rows.accepted, 50);
  const sent = Array.from({ length: 50 }, (_, i) => `c${i + 1}`);
  assertEquals(cookies.toSorted(), sent.toSorted()); // Requests in flight overtake each other.
});

Deno.test("SIGTERM exits 143", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", customers(50));
  const arrived = Promise.withResolvers<void>();
  const { api } = await recordingApi(() => arrived.resolve());
  await using _api = api;
  const args = ["import", "customers.csv", "--to", "showads", "--batch-size", "1", "--rate", "20"];
  await using program = startProgram(dir.path, [...args, "--json"], api.env);
  await arrived.promise;
  program.kill("SIGTERM");
  const ended = await program.ended;
  assertCode(ended, 143);
  const { status, reason, rows } = JSON.parse(ended.stdout);
  assertEquals({ status, reason }, { status: "stopped", reason: "stopped by SIGTERM" });
  assert(rows.accepted > 0 && rows.accepted < 50);
  assertEquals(rows.read, rows.accepted + rows.pending);
});

Deno.test("a second Ctrl-C gives up what is in flight, with a result, and nothing is sent twice", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", customers(10));
  const { onStopSignal, send } = signals();
  const hang = Promise.withResolvers<void>();
  const { cookies, api } = await recordingApi((requests) => {
    if (requests !== 3) return;
    send("SIGINT");
    send("SIGINT");
    return hang.promise;
  });
  await using _api = api;
  const args = ["import", "customers.csv", "--to", "showads", "--batch-size", "1"];
  const stopped = await dir.json([...args, "--concurrency", "1"], {
    env: api.env,
    io: { onStopSignal },
  });
  hang.resolve();
  assertEquals([stopped.exitCode, stopped.status], [130, "stopped"]);
  assertEquals([stopped.rows.accepted, stopped.rows.unknown], [2, 1]);
  const resumed = await dir.json(["resume"], { env: api.env });
  assertEquals([resumed.rows.accepted, resumed.rows.unknown], [9, 1]);
  assertEquals(cookies, Array.from({ length: 10 }, (_, i) => `c${i + 1}`));
});

Deno.test("Ctrl-C again and again ends the program at once, and the run can be resumed", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", customers(10));
  const arrived = Promise.withResolvers<void>();
  const hung = Promise.withResolvers<void>();
  const { cookies, api } = await recordingApi((requests) => {
    if (requests !== 3) return;
    arrived.resolve();
    return hung.promise;
  });
  await using _api = api;
  await using program = startProgram(
    dir.path,
    ["import", "customers.csv", "--to", "showads", "--batch-size", "1", "--concurrency", "1"],
    api.env,
  );
  await arrived.promise;
  program.kill("SIGINT");
  const killing = setInterval(() => program.kill("SIGINT"), 20); // Until the first was noticed.
  const ended = await program.ended;
  clearInterval(killing);
  hung.resolve();
  assertCode(ended, 130);
  const { rows } = await dir.json(["resume"], { env: api.env });
  assertEquals(rows.accepted + rows.unknown, 10);
  assertEquals(new Set(cookies).size, 10);
});

Deno.test("a killed run goes on where it was, and what was in flight is unknown, not sent again", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", customers(40));
  const arrived = Promise.withResolvers<void>();
  const { cookies, api } = await recordingApi((requests) => {
    if (requests === 5) arrived.resolve();
  });
  await using _api = api;
  const args = ["import", "customers.csv", "--to", "showads", "--batch-size", "2", "--rate", "40"];
  await using program = startProgram(dir.path, args, api.env);
  await arrived.promise;
  program.kill("SIGKILL");
  await program.ended;
  const ended = await dir.run(["resume", "customers.csv", "--rate", "100000", "--json"], api);
  const { exitCode, rows, files } = JSON.parse(ended.stdout);
  assertEquals(exitCode, 1);
  assertEquals(rows.accepted + rows.unknown, 40);
  assert(rows.unknown >= 2 && rows.unknown <= 2 * 4, `${rows.unknown} rows are unknown`);
  assertEquals(new Set(cookies).size, cookies.length);
  const unknown = (await dir.read(files.unknown)).trimEnd().split("\n");
  assertEquals(unknown.length, 1 + rows.unknown);
  assertStringIncludes(ended.stderr, "ended without a word");
  assertStringIncludes(ended.stderr, "may have arrived, and are unknown");
});

Deno.test("a run that the API stops exits 3 and can be resumed with the settings it had", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", customers(6));
  let down = true;
  await using flaky = await standIn("showads", {
    onRequest: ({ path, body }) => {
      const hit = path === "/banners/show/bulk" && cookiesOf(body).includes("c3");
      return down && hit ? new Response(null, { status: 503 }) : undefined;
    },
  });
  const stopped = await dir.json(
    [
      "import",
      "customers.csv",
      "--to",
      "showads",
      "--batch-size",
      "2",
      "--retry-for",
      "1ms",
      "--concurrency",
      "1",
    ],
    { env: flaky.env },
  );
  assertEquals(stopped.exitCode, 3);
  assertEquals(stopped.status, "stopped");
  assertEquals(stopped.rows.accepted, 2);
  assertStringIncludes(stopped.reason, "503");
  down = false;
  const resumed = await dir.json(["resume", stopped.files.checkpoint], {
    env: { PROJECT_KEY: flaky.env.PROJECT_KEY ?? "" }, // Only secrets come from the environment.
  });
  assertEquals(resumed.exitCode, 0);
  assertEquals(resumed.rows.accepted, 6);
  assertEquals(resumed.runId, stopped.runId);
  assertEquals(flaky.received.rows, 6);
});

Deno.test("an unfinished run is not started anew by a script that does not say so", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", customers(4));
  let isDown = true;
  await using api = await standIn("showads", {
    onRequest: ({ path }) =>
      isDown && path !== "/auth" ? new Response(null, { status: 503 }) : undefined,
  });
  const args = ["import", "customers.csv", "--to", "showads", "--retry-for", "1ms"];
  assertEquals((await dir.json(args, { env: api.env })).exitCode, 3);
  isDown = false;
  const again = await dir.run(args, { env: api.env });
  assertCode(again, 2);
  assertStringIncludes(again.stderr, "An unfinished run of customers.csv exists");
  const restarted = await dir.json([...args, "--restart"], { env: api.env });
  assertEquals(restarted.rows.accepted, 4);
  // The run that was given up does not stand in the way any more.
  assertEquals((await dir.json([...args, "--again"], { env: api.env })).exitCode, 0);
});

Deno.test("at a terminal the person is asked", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", customers(4));
  await using down = await standIn("showads", {
    onRequest: ({ path }) => path === "/auth" ? undefined : new Response(null, { status: 503 }),
  });
  const args = ["import", "customers.csv", "--to", "showads", "--retry-for", "1ms"];
  assertEquals((await dir.json(args, { env: down.env })).exitCode, 3);
  const asked: string[] = [];
  const answer = (value: string | null) => ({
    terminal: true,
    env: down.env,
    io: {
      prompts: {
        select: (message: string) => {
          asked.push(message);
          return Promise.resolve(value);
        },
        confirm: () => Promise.resolve(null),
      },
    },
  });
  assertEquals((await dir.run(args, answer(null))).code, 130);
  assertEquals((await dir.run(args, answer("cancel"))).code, 130);
  assertEquals((await dir.run(args, answer("resume"))).code, 3);
  assertEquals(asked.length, 3);
});

Deno.test("credentials that the API refuses stop the run with exit 4, nothing rejected", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", customers(4));
  let known = false;
  await using api = await standIn("showads", {
    onRequest: ({ path }) =>
      path === "/auth" && !known ? new Response(null, { status: 401 }) : undefined,
  });
  const args = ["import", "customers.csv", "--to", "showads"];
  const stopped = await dir.json(args, { env: api.env });
  // What stops a run by itself is an error, also for those who want to hear of nothing else.
  const quiet = await dir.run([...args, "--quiet", "--resume"], { env: api.env });
  assertMatch(quiet.stderr, /^\S+ \[ERROR\] rowferry\.run: Stopped: .*refused/);
  known = true;
  assertEquals(stopped.exitCode, 4);
  assertEquals(stopped.rows, {
    read: 4,
    accepted: 0,
    filtered: 0,
    rejected: 0,
    unknown: 0,
    pending: 4,
  });
  const resumed = await dir.json(["resume"], { env: api.env });
  assertEquals(resumed.exitCode, 0);
  assertEquals(resumed.rows.accepted, 4);
});

Deno.test("--max-errors stops the run before rows are sent, and keeps the reasons", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", customers(4).replace("c2,1", "c2,500").replace("c3,2", "c3,x"));
  await using api = await standIn("showads");
  const args = ["import", "customers.csv", "--to", "showads", "--max-errors", "1"];
  const stopped = await dir.json(args, { env: api.env });
  assertEquals(stopped.exitCode, 3);
  assertStringIncludes(stopped.reason, "more than 1 row is rejected");
  assertEquals(api.received.rows, 0);
  assertEquals(stopped.rows.rejected, 2);
  assertEquals((await dir.read(stopped.files.errors)).trimEnd().split("\n").length, 2);
  const resumed = await dir.json(["resume", "--max-errors", "2"], { env: api.env });
  assertEquals(resumed.exitCode, 1);
  assertEquals(resumed.rows.accepted, 2);
  assertEquals(api.received.rows, 2);
});

Deno.test("--max-errors counts the rows that the API refuses too", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", customers(4));
  await using api = await standIn("showads", {
    onRequest: ({ path, body }) =>
      path !== "/auth" && cookiesOf(body).includes("c2")
        ? new Response(null, { status: 400 })
        : undefined,
  });
  const flags = ["--batch-size", "1", "--concurrency", "1", "--max-errors", "0"];
  const stopped = await dir.json(["import", "customers.csv", "--to", "showads", ...flags], {
    env: api.env,
  });
  assertEquals(stopped.exitCode, 3);
  assertEquals([stopped.rows.accepted, stopped.rows.rejected], [1, 1]);
  assertEquals(api.received.rows, 1);
});

Deno.test("a second run of the same file to the same destination exits 5 and sends nothing", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", customers(2));
  const arrived = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const { cookies, api } = await recordingApi(() => {
    arrived.resolve();
    return go.promise;
  });
  await using _api = api;
  const args = ["import", "customers.csv", "--to", "showads"];
  await using program = startProgram(dir.path, args, api.env);
  await arrived.promise;
  for (const other of [args, ["resume", "customers.csv"], ["resume"]]) {
    const second = await dir.json(other, { env: api.env });
    assertEquals([second.exitCode, second.destination], [5, "showads"]);
    assertStringIncludes(second.reason, String(program.pid));
  }
  go.resolve();
  assertCode(await program.ended, 0);
  assertEquals(cookies.length, 2);
});

Deno.test("signals reach a run in this process too, and its grace period ends requests that hang", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", customers(3));
  const { onStopSignal, send } = signals();
  const hang = Promise.withResolvers<void>();
  const { api } = await recordingApi(() => {
    send("SIGINT");
    return hang.promise;
  });
  const stopped = await dir.json(
    ["import", "customers.csv", "--to", "showads", "--grace", "1ms", "--batch-size", "1"],
    { env: api.env, io: { onStopSignal } },
  );
  hang.resolve();
  await api[Symbol.asyncDispose]();
  assertEquals(stopped.exitCode, 130);
  assertEquals(stopped.rows.unknown, 1); // It may have arrived, and ShowAds can't drop repeats.
  // Given up at the end of the grace period, not when the answer's own time was over.
  assertStringIncludes(await dir.read(stopped.files.errors), "stopped before the answer came");
});

Deno.test("--max-errors counts refusals in the last request, and leaves the rest of it", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", customers(40));
  await using api = await standIn("showads", {
    onRequest: ({ path, body }) =>
      path !== "/auth" && /"c([1-9]|1\d)"/.test(body)
        ? new Response(null, { status: 400 })
        : undefined,
  });
  const flags = ["--concurrency", "1", "--max-errors", "2"];
  const stopped = await dir.json(["import", "customers.csv", "--to", "showads", ...flags], {
    env: api.env,
  });
  assertEquals(stopped.exitCode, 3);
  assertStringIncludes(stopped.reason, "more than 2 rows are rejected (--max-errors)");
  assertEquals([stopped.rows.rejected, stopped.rows.read], [3, 40]);
});

/** A pipe that gives a text, and nothing more ever; `onSilence` is called once that is waited for. */
function silentAfter(text: string, onSilence: () => void): ReadableStream<Uint8Array> {
  const given = text === "" ? [] : [new TextEncoder().encode(text)];
  return new ReadableStream({
    pull(controller) {
      const part = given.shift();
      if (part) return controller.enqueue(part);
      onSilence();
      return new Promise(() => {});
    },
  }, { highWaterMark: 0 });
}

Deno.test("a signal ends a dry run while standard input is silent, and what was read is told", async () => {
  await using dir = await Workdir.make();
  const { onStopSignal, send } = signals();
  const stdin = silentAfter(customers(2_500), () => send("SIGINT"));
  const args = ["import", "-", "--to", "showads", "--dry-run"];
  const stopped = await dir.json(args, { stdin, io: { onStopSignal } });
  assertEquals([stopped.exitCode, stopped.dryRun], [130, true]);
  assertEquals(stopped.rows.accepted, 2_000);
});

Deno.test("a dry run that a signal ends before it reads is told to be one", async () => {
  await using dir = await Workdir.make();
  const { onStopSignal, send } = signals();
  const stdin = silentAfter("", () => send("SIGINT"));
  const args = ["import", "-", "--to", "showads", "--dry-run"];
  const stopped = await dir.json(args, { stdin, io: { onStopSignal } });
  assertEquals([stopped.exitCode, stopped.dryRun, stopped.rows.read], [130, true, 0]);
});

Deno.test("a dry run of a file that breaks off tells what was read", async () => {
  await using dir = await Workdir.make();
  const whole = new Blob([customers(5_000)]).stream().pipeThrough(new CompressionStream("gzip"));
  const bytes = await new Response(whole).bytes();
  await dir.write("customers.csv.gz", bytes.subarray(0, bytes.length - 200));
  const args = ["import", "customers.csv.gz", "--to", "showads", "--dry-run"];
  const stopped = await dir.json(args);
  assertEquals([stopped.exitCode, stopped.status, stopped.dryRun], [3, "stopped", true]);
  assert(stopped.rows.read >= 1_000);
});

Deno.test("a signal ends a command that waits for standard input to begin", async (t) => {
  const commands = [
    ["import", "-", "--to", "showads", "--sandbox"],
    ["validate", "-", "--to", "showads"],
    ["send", "-", "--to", "showads", "--sandbox"],
  ];
  const beginnings = ["", "Name,Age,Cookie,Banner_id\n", "Name,Age,Cookie,Banner_id\nAnn Lee,3"];
  for (const args of commands) {
    for (const beginning of beginnings) {
      const rows = JSON.stringify(beginning);
      await t.step(`${args[0]} after ${rows}`, async () => {
        await using dir = await Workdir.make();
        const { onStopSignal, send } = signals();
        const stdin = silentAfter(beginning, () => send("SIGTERM"));
        const ended = await dir.run([...args, "--json"], { stdin, io: { onStopSignal } });
        assertCode(ended, 143);
        const { status, exitCode, reason } = JSON.parse(ended.stdout);
        assertEquals([status, exitCode], ["stopped", 143]);
        assertStringIncludes(reason.toLowerCase(), "stopped by sigterm");
      });
    }
  }
});

/**
 * Files of which `pipe.csv` is a named pipe that gives some bytes in two parts, and nothing more ever.
 * Since it is read ahead, `onSilence` is called once the second part is asked for.
 */
function withPipe(dir: Workdir, bytes: Uint8Array, onSilence: () => void): Files {
  const files = filesIn(dir.path, systemIo().files);
  const open: Files["open"] = async (path, options) => {
    const handle = await files.open(path, options);
    if (!path.endsWith("pipe.csv")) return handle;
    const half = bytes.length >> 1;
    const parts = bytes.length > 0 ? [bytes.subarray(0, half), bytes.subarray(half)] : [];
    return {
      ...handle,
      stat: async () => ({ ...await handle.stat(), isFile: false }),
      read: (buffer) => {
        const part = parts.shift();
        if (part) {
          buffer.set(part);
          return Promise.resolve(part.length);
        }
        setTimeout(onSilence); // Once what was given before is used up.
        return new Promise(() => {});
      },
    };
  };
  return { ...files, open };
}

const zipped = async (text: string) => {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return await new Response(stream).bytes();
};

Deno.test("a signal ends a command while a named pipe is silent, zipped or not", async (t) => {
  const text = customers(5_000);
  const beginnings = [
    ["plain", new TextEncoder().encode(text.slice(0, -3))],
    ["zipped", (await zipped(text)).subarray(0, -200)],
    ["empty", new Uint8Array()],
  ] as const;
  const commands = [
    ["import", "pipe.csv", "--to", "showads", "--sandbox"],
    ["import", "pipe.csv", "--to", "showads", "--dry-run"],
    ["validate", "pipe.csv", "--to", "showads"],
  ];
  for (const [what, bytes] of beginnings) {
    for (const args of commands) {
      await t.step(`${args.join(" ")}, ${what}`, async () => {
        await using dir = await Workdir.make();
        await dir.write("pipe.csv", "");
        const { onStopSignal, send } = signals();
        const files = withPipe(dir, bytes, () => send("SIGINT"));
        const ended = await dir.run([...args, "--json"], { io: { onStopSignal, files } });
        assertCode(ended, 130);
        const { status, rows } = JSON.parse(ended.stdout);
        assertEquals(status, "stopped");
        if (what === "plain") assert(rows.read > 0);
        // The row that the pipe's end cut in two is none.
        assertEquals(rows.invalid ?? rows.rejected, 0);
      });
    }
  }
});

Deno.test("validate ends when zipped standard input is silent and a signal comes", async () => {
  await using dir = await Workdir.make();
  const { onStopSignal, send } = signals();
  const parts = [(await zipped(customers(5_000))).subarray(0, -200)];
  const stdin = new ReadableStream<Uint8Array>({
    pull(controller) {
      const part = parts.shift();
      if (part) return controller.enqueue(part);
      send("SIGINT");
      return new Promise(() => {});
    },
  }, { highWaterMark: 0 });
  const args = ["validate", "-", "--to", "showads"];
  const stopped = await dir.json(args, { stdin, io: { onStopSignal } });
  assertEquals(stopped.exitCode, 130);
  // Deno 2.4 unpacks nothing of so little before all of it is there.
  if (!Deno.version.deno.startsWith("2.4.")) assert(stopped.rows.read > 0);
});

Deno.test("validate heeds a signal that comes before it reads", async () => {
  await using dir = await Workdir.make();
  await dir.write("customers.csv", customers(2_000));
  const { onStopSignal, send } = signals();
  const files = filesIn(dir.path, systemIo().files);
  const lstat: Files["lstat"] = (path) => {
    if (path.endsWith("bad.csv")) send("SIGINT");
    return files.lstat(path);
  };
  const args = ["validate", "customers.csv", "--to", "showads", "--rejected", "bad.csv"];
  const stopped = await dir.json(args, { io: { onStopSignal, files: { ...files, lstat } } });
  assertEquals([stopped.exitCode, stopped.rows.read], [130, 0]);
});

/**
 * Each signal in each phase of a run: it ends soon, with the signal's code, and can be gone on with.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Files, Io } from "../../src/io.ts";
import { systemIo } from "../../src/system_io.ts";
import { programCommand } from "../support/process.ts";
import { standIn } from "../support/stand_in.ts";
import { assertCode, filesIn, signals, Workdir } from "../support/workdir.ts";

const CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** What hangs in a phase until the test is over, and calls `send` when the run has come there. */
type Phase = (hang: Hang) => {
  readonly args: readonly string[];
  readonly io?: Partial<Io>;
  readonly terminal?: boolean;
  /** Answers to the paths that the phase is about. */
  readonly onRequest?: (path: string) => Promise<never> | undefined;
};

interface Hang {
  readonly dir: Workdir;
  /** Tells that the phase has come; never resolves while the test runs. */
  readonly come: () => Promise<never>;
}

const IMPORT = ["import", "rows.csv", "--to", "showads", "--batch-size", "1", "--grace", "0s"];

/** Files of which some file hangs at its first read. */
function hangingAt(path: string, { dir, come }: Hang): Pick<Io, "files"> {
  const files = filesIn(dir.path, systemIo().files);
  const open: Files["open"] = async (given, options) => {
    const handle = await files.open(given, options);
    return given.endsWith(path) ? { ...handle, read: () => come() } : handle;
  };
  return { files: { ...files, open } };
}

const PHASES: Readonly<Record<string, Phase>> = {
  "the start": (hang) => ({ args: [...IMPORT, "--restart"], io: hangingAt("rows.csv", hang) }),
  "the proof of what was imported": (hang) => ({
    args: ["resume", "--grace", "0s"],
    io: hangingAt("rows.csv", hang),
  }),
  "a question": ({ come }) => ({
    args: IMPORT,
    terminal: true,
    io: { prompts: { select: come, confirm: come } },
  }),
  // No row is lost by it, so it isn't waited for.
  "login": ({ come }) => ({
    args: ["resume", "--grace", "1h"],
    onRequest: (path) => path === "/auth" ? come() : undefined,
  }),
  "sending": ({ come }) => ({
    args: ["resume", "--grace", "0s"],
    onRequest: (path) => path === "/auth" ? undefined : come(),
  }),
  "waiting for the pace": ({ come }) => ({
    args: ["resume", "--sleep", "3600"],
    io: {
      sleep: (ms, signal) => ms >= 1_000_000 ? (come(), untilAborted(signal)) : sleep(ms, signal),
    },
  }),
};

const { sleep } = systemIo();

function untilAborted(signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => signal?.addEventListener("abort", () => resolve()));
}

const ROWS = "Name,Age,Cookie,Banner_id\nAnn,30,c1,1\nBo,31,c2,2\nCy,32,c3,3\nDi,33,c4,4\n";

for (const [name, phase] of Object.entries(PHASES)) {
  for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) {
    Deno.test(`${signal} in ${name} ends the run with ${CODES[signal]}, and it can be gone on with`, async () => {
      await using dir = await Workdir.make();
      await dir.write("rows.csv", ROWS);
      let answer: (path: string) => Promise<never> | Response | undefined;
      await using api = await standIn("showads", { onRequest: ({ path }) => answer(path) });
      // A run of which the first row is sent.
      let requests = 0;
      answer = (path) =>
        path !== "/auth" && ++requests > 1 ? new Response(null, { status: 503 }) : undefined;
      const args = [...IMPORT, "--retry-for", "1ms", "--concurrency", "1"];
      assertCode(await dir.run(args, { env: api.env }), 3);

      const over = Promise.withResolvers<never>();
      const { onStopSignal, send } = signals();
      const come = () => {
        send(signal);
        return over.promise;
      };
      const { args: call, io, terminal, onRequest } = phase({ dir, come });
      answer = (path) => onRequest?.(path);
      const ended = await dir.run(call, { env: api.env, terminal, io: { onStopSignal, ...io } });
      answer = () => undefined;
      over.resolve(undefined as never);
      assertCode(ended, CODES[signal]);

      const rest = await dir.json(["resume"], { env: api.env });
      const { accepted, unknown, rejected } = rest.rows;
      assertEquals([accepted + unknown, rejected], [4, 0]);
      assert(unknown <= (name === "sending" ? 1 : 0));
    });
  }
}

for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) {
  Deno.test(`${signal} takes the question back whether a file is to be sent once more`, async () => {
    await using dir = await Workdir.make();
    await dir.write("rows.csv", ROWS);
    await using api = await standIn("showads");
    assertCode(await dir.run(IMPORT, { env: api.env }), 0);
    const { onStopSignal, send } = signals();
    let takenBack: AbortSignal | undefined;
    const prompts: Io["prompts"] = {
      select: (_message, _options, stop) => {
        takenBack = stop;
        send(signal);
        return new Promise(() => {}); // Nobody answers.
      },
      confirm: () => Promise.reject(new Error("not asked")),
    };
    const ended = await dir.run(IMPORT, {
      env: api.env,
      terminal: true,
      io: { onStopSignal, prompts },
    });
    assertCode(ended, CODES[signal]);
    assert(takenBack?.aborted, "the terminal is given back");
    assert(ended.stderr.includes(`Stopped by ${signal}: nothing was sent`), ended.stderr);
    assert(api.received.rows === 4, "the rows were sent once");
  });
}

Deno.test("a signal while the summary is written changes nothing of it", async () => {
  for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) {
    await using dir = await Workdir.make();
    await dir.write("rows.csv", ROWS);
    const { onStopSignal, send } = signals();
    const flush = () => Promise.resolve(send(signal));
    const args = ["import", "rows.csv", "--to", "showads", "--sandbox"];
    const ended = await dir.run(args, { io: { onStopSignal, flush } });
    assertCode(ended, 0);
    assert(ended.stdout.includes("4 of 4 rows accepted"));
  }
});

/** Slow enough for a signal to be noticed before the last row is sent. */
const SLOWLY = ["--batch-size", "1", "--rate", "4", "--concurrency", "1", "--grace", "1s"];

/** Starts an import that hangs in its first request until `answer` is called. */
async function hangingImport(dir: Workdir, script: string) {
  await dir.write("rows.csv", ROWS);
  const arrived = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const api = await standIn("showads", {
    onRequest: ({ path }) => {
      if (path === "/auth") return;
      arrived.resolve();
      return answer.promise;
    },
  });
  const command = programCommand(["import", "rows.csv", "--to", "showads", "--json", ...SLOWLY]);
  const child = new Deno.Command("bash", {
    args: ["-c", script, "bash", ...command],
    cwd: dir.path,
    env: { ...api.env, XDG_STATE_HOME: dir.file("state") },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  return { api, arrived: arrived.promise, answer: answer.resolve, child };
}

Deno.test("a closed terminal stops a run in good order, unless nohup has it ignored", async () => {
  for (const [script, code] of [['exec "$@"', 129], ["trap '' HUP; exec \"$@\"", 0]] as const) {
    await using dir = await Workdir.make();
    const { api, arrived, answer, child } = await hangingImport(dir, script);
    await using _api = api;
    await arrived;
    child.kill("SIGHUP");
    answer();
    const ended = await child.output();
    const { exitCode, rows } = JSON.parse(new TextDecoder().decode(ended.stdout));
    assertEquals([ended.code, exitCode, rows.unknown], [code, code, 0]);
  }
});

Deno.test("standard error that nobody reads stops no run, nor keeps SIGTERM from ending it", async () => {
  await using dir = await Workdir.make();
  // A full pipe that is held open by who never reads it.
  const script =
    'exec 3> >(exec sleep 20 >/dev/null); head -c 200000 /dev/zero >&3 & exec "$@" --verbose 2>&3';
  const { api, arrived, child } = await hangingImport(dir, script);
  await using _api = api;
  await arrived;
  child.kill("SIGTERM");
  child.kill("SIGTERM");
  const ended = await child.output();
  assertEquals(JSON.parse(new TextDecoder().decode(ended.stdout)).exitCode, ended.code);
  assertEquals(ended.code, 143);
});

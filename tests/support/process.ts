/**
 * The program as a process of its own, for what can't be seen from inside: exit codes, signals,
 * kills. Its environment is empty but for what a test gives it.
 *
 * @module
 */

import type { Ended } from "./workdir.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const CONFIG = new URL("../../deno.json", import.meta.url).pathname;

/** An executable to run in place of the source: `.ci/run` tests the compiled one by it. */
const EXECUTABLE = Deno.env.get("TEST_EXECUTABLE");

const COMMAND: readonly [string, ...string[]] = EXECUTABLE ? [EXECUTABLE] : [
  Deno.execPath(),
  ...["run", "--quiet", "--no-prompt", "--config", CONFIG, "--allow-all", MAIN],
];

/** A running program. */
export interface Running extends AsyncDisposable {
  readonly pid: number;
  /** Sends a signal, unless the program has ended. */
  kill(signal: Deno.Signal): void;
  /** Resolves when it has ended. */
  readonly ended: Promise<Ended & { readonly signal: Deno.Signal | null }>;
}

/** The words of a command that runs the program. */
export function programCommand(args: readonly string[]): string[] {
  return [...COMMAND, ...args];
}

/** Starts the program in a folder. */
export function startProgram(
  cwd: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Running {
  const [command, ...first] = COMMAND;
  const child = new Deno.Command(command, {
    args: [...first, ...args],
    cwd,
    clearEnv: true,
    env: { ...programEnvironment(cwd), ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const ended = child.output().then(({ code, signal, stdout, stderr }) => ({
    code,
    signal,
    stdout: new TextDecoder().decode(stdout),
    stderr: new TextDecoder().decode(stderr),
  }));
  const kill = (signal: Deno.Signal) => {
    try {
      child.kill(signal);
    } catch {
      // It has ended already.
    }
  };
  return {
    pid: child.pid,
    kill,
    ended,
    async [Symbol.asyncDispose]() {
      kill("SIGKILL");
      await ended;
    },
  };
}

/** What the program needs to run in a folder, and where Deno finds what it has cached. */
export function programEnvironment(cwd: string): Record<string, string> {
  const kept = ["DENO_DIR", "HOME", "PATH", "XDG_CACHE_HOME", "LOCALAPPDATA"];
  const environment = Object.fromEntries(
    kept.flatMap((name) => {
      const value = Deno.env.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return { ...environment, XDG_STATE_HOME: `${cwd}/state` };
}

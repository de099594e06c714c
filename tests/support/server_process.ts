/**
 * `rowferry serve` as a process of its own, the executable where there is one.
 *
 * @module
 */

import { programCommand, programEnvironment } from "./process.ts";

/** A server that listens. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** What it wrote to standard error so far. */
  stderr(): string;
  /** Its exit code, at its end. */
  readonly ended: Promise<number>;
  /** Sends a signal and waits for the end: the exit code. */
  stop(signal?: Deno.Signal): Promise<number>;
}

/** Starts a server in a folder, on a free port unless the arguments name one. */
export async function startServerProcess(
  cwd: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<ServerProcess> {
  const port = args.includes("--port") ? [] : ["--port", "0"];
  return await serverOf(programCommand(["serve", ...port, ...args]), {
    cwd,
    clearEnv: true,
    env: { ...programEnvironment(cwd), ...env },
  });
}

/** Runs a command that starts a server, and waits until it listens. */
export async function serverOf(
  [command = "", ...args]: readonly string[],
  options: Pick<Deno.CommandOptions, "cwd" | "env" | "clearEnv">,
): Promise<ServerProcess> {
  const child = new Deno.Command(command, {
    args,
    ...options,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let text = "";
  const listening = Promise.withResolvers<string>();
  const reading = (async () => {
    for await (const more of child.stderr.pipeThrough(new TextDecoderStream())) {
      text += more;
      const url = /listens on (\S+)/.exec(text)?.[1];
      if (url !== undefined) listening.resolve(url);
    }
    listening.reject(new Error(`${command} ${args.join(" ")} ended:\n${text}`));
  })();
  const ended = reading.then(async () => (await child.status).code);
  const stop = async (signal: Deno.Signal = "SIGTERM") => {
    try {
      child.kill(signal);
    } catch {
      // It has ended already.
    }
    return await ended;
  };
  const url = await listening.promise;
  return {
    url: url.replace("//0.0.0.0", "//127.0.0.1"),
    pid: child.pid,
    stderr: () => text,
    ended,
    stop,
    [Symbol.asyncDispose]: async () => void await stop("SIGKILL"),
  };
}

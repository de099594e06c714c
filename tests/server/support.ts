/**
 * A server in this process, with a folder of its own, reached over real HTTP.
 *
 * @module
 */

import { run } from "../../src/cli/run.ts";
import { signals, type Surroundings, Workdir } from "../support/workdir.ts";

/** A server that listens until it is told to stop. */
export interface TestServer extends AsyncDisposable {
  readonly dir: Workdir;
  readonly url: string;
  /** All that it wrote to standard error so far. */
  stderr(): string;
  /** Sends SIGTERM and waits for its end: the exit code. */
  stop(): Promise<number>;
}

/** How a server is started. */
export interface TestServerOptions extends Surroundings {
  readonly flags?: readonly string[];
  /** A folder that outlives the server. */
  readonly dir?: Workdir;
  /** Puts into the folder what is to be there before. */
  setUp?(dir: Workdir): Promise<void>;
}

/** Starts `rowferry serve` on a free port. */
export async function startServer(
  { flags = [], dir: given, setUp, ...surroundings }: TestServerOptions = {},
): Promise<TestServer> {
  const dir = given ?? await Workdir.make();
  await setUp?.(dir);
  const control = signals();
  const listening = Promise.withResolvers<string>();
  let text = "";
  const stderr = {
    isTerminal: false,
    columns: 80,
    write: (more: string) => {
      text += more;
      const url = /listens on (\S+)/.exec(text)?.[1];
      if (url) listening.resolve(url);
    },
  };
  const { io } = dir.outside({
    ...surroundings,
    io: { stderr, onStopSignal: control.onStopSignal, ...surroundings.io },
  });
  const ended = run(["serve", "--port", "0", ...flags], io);
  ended.then((code) => listening.reject(new Error(`serve ended with ${code}:\n${text}`)));
  const url = await listening.promise;
  const stop = async () => {
    control.send("SIGTERM");
    return await ended;
  };
  return {
    dir,
    url,
    stderr: () => text,
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
      if (!given) await dir[Symbol.asyncDispose]();
    },
  };
}

/** Resolves when a condition holds, which is looked at again and again; the test's time limit ends it. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!await holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/**
 * How long `resume` and the last shard of a file take until their first rows go out.
 *
 * @module
 */

import { bannerFile } from "./data.ts";
import { environment } from "./delivery.ts";
import { benchProgram, rowferry } from "./programs.ts";
import { type Contender, median, medianRatio, runOnce } from "./run.ts";
import { startStub, type Stub } from "./stub.ts";
import { type Result, whole } from "./table.ts";

/** Rows of about 54 bytes. */
const ROWS_OF_1_GB = 18_550_000;
const RESUME_TIMES = 5;
const SHARD_TIMES = 8;

/** The group `resume`. */
export async function resumeResults(runs: number): Promise<Result[]> {
  const logDir = await Deno.makeTempDir();
  try {
    await using stub = await startStub(0);
    const file = await Deno.realPath(await bannerFile(ROWS_OF_1_GB));
    await runOnce(benchProgram("stopped run", "prepare_resume.ts", file, stub.url, logDir));
    const env = environment("showads", stub.url);
    const resume = {
      ...await rowferry("resume", "resume", "--log-dir", logDir, "--quiet"),
      env,
    };
    const shardDir = `${logDir}/shard`;
    const args = [file, "--to", "showads", "--shard", "8/8", "--log-dir", shardDir, "--quiet"];
    const shard = { ...await rowferry("shard", "import", ...args), env };
    return [
      await againstCat("`resume` of 1 GB at 99 %", RESUME_TIMES, {
        file,
        runs,
        once: () => untilFirstRequest(resume, stub, logDir),
      }),
      await againstCat("`import --shard 8/8` of 1 GB", SHARD_TIMES, {
        file,
        runs,
        once: async () => {
          const ms = await untilFirstRequest(shard, stub, logDir);
          await Deno.remove(shardDir, { recursive: true });
          return ms;
        },
      }),
    ];
  } finally {
    await Deno.remove(logDir, { recursive: true });
  }
}

async function againstCat(
  what: string,
  times: number,
  { file, runs, once }: {
    readonly file: string;
    readonly runs: number;
    readonly once: () => Promise<number>;
  },
): Promise<Result> {
  const cat: Contender = { name: "cat", command: ["sh", "-c", 'cat "$0" >/dev/null', file] };
  const took: number[] = [];
  const cats: number[] = [];
  for (let run = 0; run <= runs; run++) {
    const ms = await once();
    const { ms: catMs } = await runOnce(cat);
    if (run === 0) continue;
    took.push(ms);
    cats.push(catMs);
  }
  const ratio = medianRatio([took], [cats]);
  return {
    what: `${what}, to the first request, against \`cat\` of the file from cache`,
    bar: `within ${times} ×, wall`,
    measured: `${ratio.toFixed(2)} × (${whole(median(took))} ms against ${whole(median(cats))} ms)`,
    holds: ratio <= times,
  };
}

/** Starts a program on a copy of the log folder's state, and ends it once its first rows arrived. */
async function untilFirstRequest(
  { command: [program, ...args], env }: Contender,
  stub: Stub,
  logDir: string,
): Promise<number> {
  const states = await checkpoints(logDir);
  await stub.takeArrivals();
  const start = performance.timeOrigin + performance.now();
  const child = new Deno.Command(program, {
    args,
    env: { ...env, XDG_STATE_HOME: logDir }, // A killed run leaves its lock file.
    stdout: "null",
  }).spawn();
  let ended = false;
  child.status.then(() => ended = true);
  for (;;) {
    const [first] = await stub.arrivals();
    if (first || ended) {
      child.kill("SIGKILL");
      await child.status;
      for (const [path, state] of states) await Deno.writeFile(path, state);
      if (!first) throw new Error("resume ended without a request");
      return first.at - start;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The checkpoints and what they hold: each resume adds to them. */
async function checkpoints(folder: string): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) { for (const entry of await checkpoints(path)) found.set(...entry); }
    else found.set(path, await Deno.readFile(path));
  }
  return found;
}

/**
 * How long the executable takes to start, and how much it adds to its base: ratios to an empty
 * program compiled in the same way.
 *
 *     deno task compile && deno run --allow-all tests/bench/start.ts
 *
 * @module
 */

import { join } from "node:path";
import { compileExecutable } from "../../.ci/executable.ts";

const SUFFIX = Deno.build.os === "windows" ? ".exe" : "";
const PROGRAM = join(import.meta.dirname ?? ".", "../../dist", `rowferry${SUFFIX}`);
const ROUNDS = 41;

/** What an engineer would notice: half again as long as a program that does nothing. */
const WORST_RATIO = 1.5;
const MOST_BYTES = 3_000_000;

/** Milliseconds from the start of a process to its end. */
async function startAndEnd(program: string, args: string[]): Promise<number> {
  const command = new Deno.Command(program, { args, stdout: "null", stderr: "piped" });
  const started = performance.now();
  const { success, stderr } = await command.output();
  const ms = performance.now() - started;
  if (!success) throw new Error(`${program} ${args}: ${new TextDecoder().decode(stderr)}`);
  return ms;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

async function main(): Promise<number> {
  const folder = await Deno.makeTempDir();
  try {
    const empty = join(folder, `empty${SUFFIX}`);
    await Deno.writeTextFile(join(folder, "empty.js"), "");
    await compileExecutable({ folder, entry: "empty.js", output: empty });
    const calls: [string, string, string[]][] = [
      ["empty program", empty, []],
      ["rowferry --version", PROGRAM, ["--version"]],
      ["rowferry --help", PROGRAM, ["--help"]],
    ];
    // In turns, so that whatever else the machine does falls on all of them.
    const times = calls.map((): number[] => []);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [i, [, program, args]] of calls.entries()) {
        times[i]?.push(await startAndEnd(program, args));
      }
    }
    const medians = times.map(median);
    const base = medians[0] ?? NaN;
    const lines = calls.map(([name], i) => {
      const ms = medians[i] ?? NaN;
      return `${name.padEnd(20)} ${ms.toFixed(1).padStart(6)} ms  ${(ms / base).toFixed(2)} x`;
    });
    const bytes = (await Deno.stat(PROGRAM)).size - (await Deno.stat(empty)).size;
    lines.push(`${"bytes over the base".padEnd(20)} ${bytes}`);
    await Deno.stdout.write(new TextEncoder().encode(`${lines.join("\n")}\n`));
    return (medians[1] ?? NaN) / base <= WORST_RATIO && bytes <= MOST_BYTES ? 0 : 1;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) Deno.exitCode = await main();

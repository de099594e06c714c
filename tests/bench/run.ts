/**
 * Runs programs in turn, several rounds of it: what a bench compares are ratios within one round,
 * since the machine's speed differs from one minute to the next.
 *
 * @module
 */

/** A program to measure. */
export interface Contender {
  readonly name: string;
  /** The program and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** Environment variables on top of the bench's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that count as success; `[0]` unless given. */
  readonly exitCodes?: readonly number[];
}

/** What the runs of one program came to. */
export interface Measured {
  readonly name: string;
  /** The whole process's wall time in each round, start included, in milliseconds. */
  readonly times: readonly number[];
  /** Highest peak of resident memory in MB (10^6 bytes) over all runs; null where `/proc` is missing. */
  readonly peakMb: number | null;
  /** What the last run printed on stdout. */
  readonly stdout: string;
}

/**
 * Runs each program `runs` times after one run that doesn't count, one after another and in turn,
 * so that a slow spell of the machine falls on all of them.
 *
 * @throws {Error} when a program exits with a code that isn't success.
 */
export async function measure(
  contenders: readonly Contender[],
  runs: number,
): Promise<Measured[]> {
  const times = contenders.map((): number[] => []);
  const peaks = contenders.map((): number | null => null);
  const outputs = contenders.map(() => "");
  for (let run = 0; run <= runs; run++) {
    for (const [index, contender] of contenders.entries()) {
      const once = await runOnce(contender);
      if (run > 0) times[index]?.push(once.ms);
      outputs[index] = once.stdout;
      if (once.peakMb !== null) peaks[index] = Math.max(peaks[index] ?? 0, once.peakMb);
    }
  }
  return contenders.map(({ name }, index) => ({
    name,
    times: times[index] ?? [],
    peakMb: peaks[index] ?? null,
    stdout: outputs[index] ?? "",
  }));
}

/** A contender that runs a TypeScript file with the Deno that runs the bench. */
export function denoProgram(name: string, file: URL, ...args: string[]): Contender {
  return { name, command: [Deno.execPath(), "run", "--allow-all", "--quiet", file.href, ...args] };
}

/** The middle value; the mean of the two in the middle of an even number of values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[(sorted.length >> 1) - 1] ?? NaN) + upper) / 2;
}

type Timed = Pick<Measured, "times">;

/** What the ones take together, as a multiple of the others: the median over all rounds. */
export function medianRatio(ones: readonly Timed[], others: readonly Timed[]): number {
  const total = (all: readonly Timed[], round: number) =>
    all.reduce((sum, { times }) => sum + (times[round] ?? NaN), 0);
  const rounds = ones[0]?.times ?? [];
  return median(rounds.map((_, round) => total(ones, round) / total(others, round)));
}

/** Runs a program once. */
export async function runOnce(
  { name, command: [program, ...args], env, exitCodes = [0] }: Contender,
): Promise<{ ms: number; peakMb: number | null; stdout: string }> {
  const start = performance.now();
  const child = new Deno.Command(program, {
    args,
    env: { DENO_NO_UPDATE_CHECK: "1", ...env }, // An executable looks for no newer Deno either.
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const peak = watchMemory(child);
  const { code, stdout, stderr } = await child.output();
  const ms = performance.now() - start;
  const decoder = new TextDecoder();
  if (!exitCodes.includes(code)) {
    throw new Error(`${name} exited with ${code}: ${decoder.decode(stderr)}`);
  }
  return { ms, peakMb: await peak, stdout: decoder.decode(stdout) };
}

/**
 * Follows a process's own peak (`VmHWM`) until it ends. The kernel keeps the peak, so only growth
 * within the last few milliseconds can be missed.
 */
async function watchMemory(child: Deno.ChildProcess): Promise<number | null> {
  let running = true;
  child.status.then(() => running = false);
  let peakMb: number | null = null;
  while (running) {
    try {
      const status = await Deno.readTextFile(`/proc/${child.pid}/status`);
      const kib = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
      if (kib !== undefined) peakMb = Number(kib) * 1024 / 1e6;
    } catch {
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return peakMb;
}

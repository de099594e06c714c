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
  /**
   * The whole process's CPU time in each round, all its threads', in milliseconds, to 10 ms; empty where
   * `/proc` is missing. Other programs of the machine stretch it far less than wall time.
   */
  readonly cpu: readonly number[];
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
  const cpu = contenders.map((): number[] => []);
  const peaks = contenders.map((): number | null => null);
  const outputs = contenders.map(() => "");
  for (let run = 0; run <= runs; run++) {
    for (const [index, contender] of contenders.entries()) {
      const once = await runOnce(contender);
      if (run > 0) times[index]?.push(once.ms);
      if (run > 0 && once.cpuMs !== null) cpu[index]?.push(once.cpuMs);
      outputs[index] = once.stdout;
      if (once.peakMb !== null) peaks[index] = Math.max(peaks[index] ?? 0, once.peakMb);
    }
  }
  return contenders.map(({ name }, index) => ({
    name,
    times: times[index] ?? [],
    cpu: cpu[index] ?? [],
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

/** What the ones take together, as a multiple of the others: the median over all rounds. */
export function medianRatio(
  ones: readonly (readonly number[])[],
  others: readonly (readonly number[])[],
): number {
  const total = (all: readonly (readonly number[])[], round: number) =>
    all.reduce((sum, times) => sum + (times[round] ?? NaN), 0);
  const rounds = ones[0] ?? [];
  return median(rounds.map((_, round) => total(ones, round) / total(others, round)));
}

/** Runs a program once. */
export async function runOnce(
  { name, command: [program, ...args], env, exitCodes = [0] }: Contender,
): Promise<{ ms: number; cpuMs: number | null; peakMb: number | null; stdout: string }> {
  const cpuBefore = cpuOfChildren();
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
  const cpuMs = cpuBefore === null ? null : (cpuOfChildren() ?? NaN) - cpuBefore;
  const decoder = new TextDecoder();
  if (!exitCodes.includes(code)) {
    throw new Error(`${name} exited with ${code}: ${decoder.decode(stderr)}`);
  }
  return { ms, cpuMs, peakMb: await peak, stdout: decoder.decode(stdout) };
}

/**
 * CPU time of all children that have ended, in milliseconds: what the kernel adds up as it is told of
 * their ends (proc(5): cutime, cstime, in hundredths of a second).
 */
function cpuOfChildren(): number | null {
  try {
    const fields = Deno.readTextFileSync("/proc/self/stat").replace(/^.*\) /, "").split(" ");
    return (Number(fields[13]) + Number(fields[14])) * 10;
  } catch {
    return null;
  }
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

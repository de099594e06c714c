/**
 * `import` as a whole process, to a stub on loopback.
 *
 * @module
 */

import { compare, type Measure } from "./compare.ts";
import { bannerFile, dataFile, madeOnce, policyFile } from "./data.ts";
import { benchProgram, pythonProgram, rowferry } from "./programs.ts";
import { type Contender, denoProgram, runOnce } from "./run.ts";
import { type Arrival, startStub } from "./stub.ts";
import type { Result } from "./table.ts";
import { validateProgram } from "./validate.ts";

/** The group `delivery`. */
export async function deliveryResults(runs: number): Promise<Result[]> {
  const logDir = await Deno.makeTempDir();
  try {
    return [
      ...await speed(logDir, runs),
      ...await memory(logDir, runs),
      ...await rate(logDir),
    ];
  } finally {
    await Deno.remove(logDir, { recursive: true });
  }
}

async function speed(logDir: string, runs: number): Promise<Result[]> {
  await using near = await startStub(0);
  await using far = await startStub(20);
  const a = await dataFile("a");
  const b = await dataFile("b");
  const toShowAds = (name: string, url: string, places: number) =>
    importProgram(`import A, ${name}`, a, "showads", url, logDir, "--concurrency", `${places}`);
  const atNoLatency = await toShowAds("0 ms", near.url, 4);
  const atSomeLatency = await toShowAds("20 ms", far.url, 8);
  const python = (name: string, url: string) =>
    pythonProgram(`Python import, ${name}`, "import.py", a, url);
  const atOnce: Measure[] = [
    {
      what: "import A, 1,000 a request, 4 in flight, 0 ms, against prebuilt bodies + `validate` A",
      subject: atNoLatency,
      against: [
        await postProgram("post A, 0 ms", "showads", near.url, 4),
        await validateProgram("a"),
      ],
      bar: { kind: "within", times: 1.2 },
    },
    {
      what:
        "import B, 100 a request, 4 in flight, 0 ms, against prebuilt bodies + reading the file",
      subject: await importProgram("import B", b, "mparticle", near.url, logDir, ...UNPACED),
      against: [
        await postProgram("post B", "mparticle", near.url, 4),
        benchProgram("reader, B", "reader.ts", b),
      ],
      bar: { kind: "within", times: 1.5 },
    },
    {
      what: "import A, 0 ms, against a plain sequential Python script with `requests`",
      subject: atNoLatency,
      against: [await python("0 ms", near.url)],
      bar: { kind: "faster", times: 5 },
    },
  ];
  const afterSomeTime: Measure[] = [
    {
      what: "import A, 1,000 a request, 8 in flight, 20 ms, against prebuilt bodies",
      subject: atSomeLatency,
      against: [await postProgram("post A, 20 ms", "showads", far.url, 8)],
      bar: { kind: "within", times: 1.15 },
    },
    {
      what: "import A, 20 ms, against a plain sequential Python script with `requests`",
      subject: atSomeLatency,
      against: [await python("20 ms", far.url)],
      bar: { kind: "faster", times: 7 },
    },
  ];
  // Where nobody waits, times swing more, and rounds are short.
  const results = await compare(atOnce, 2 * runs);
  // Python waits for the slow API for a minute. What runs after that finds files gone from memory, so
  // it must not stand between an import and the posts.
  for (const measure of afterSomeTime) results.push(...await compare([measure], runs));
  return results;
}

async function memory(logDir: string, runs: number): Promise<Result[]> {
  await using stub = await startStub(0);
  const ofRows = async (rows: number, name: string) =>
    await importProgram(name, await bannerFile(rows), "showads", stub.url, logDir);
  const small = await ofRows(100_000, "import of 100 k rows");
  const large = await ofRows(5_000_000, "import of 5 M rows");
  return await compare([
    {
      what: "peak RSS of an import of 5 M rows",
      subject: large,
      against: [],
      bar: { kind: "memory", mb: 160 },
    },
    {
      what: "the same, against an import of 100 k rows",
      subject: large,
      against: [small],
      bar: { kind: "flat", times: 1.2 },
    },
  ], runs);
}

const RATE = 270;
const RATED_SECONDS = 20;

/** One run at mParticle's default rate, and what arrived in each second. */
async function rate(logDir: string): Promise<Result[]> {
  await using stub = await startStub(0, "rows");
  const file = await policyFile(RATE * (RATED_SECONDS + 1));
  const program = await importProgram(
    "import at a rate",
    file,
    "mparticle",
    stub.url,
    logDir,
    ...["--rate", `${RATE}`],
  );
  await runOnce(program);
  const arrivals = await stub.takeArrivals();
  const { perSecond, most } = ratesOf(arrivals);
  return [{
    what: `rows a second at \`--rate ${RATE}\`, over ${RATED_SECONDS} s`,
    bar: `262 to ${RATE}, and no second after the first above ${RATE}`,
    measured: `${perSecond.toFixed(1)}, at most ${most}`,
    holds: perSecond >= 262 && perSecond <= RATE && most <= RATE,
  }];
}

/** The mean over the time that is measured, and the most in any second that begins after the first. */
export function ratesOf(arrivals: readonly Arrival[]): { perSecond: number; most: number } {
  const start = arrivals[0]?.at ?? NaN;
  const rowsIn = (from: number, ms: number) =>
    arrivals.filter(({ at }) => at >= from && at < from + ms)
      .reduce((sum, { rows }) => sum + rows, 0);
  const later = arrivals.filter(({ at }) => at >= start + 1000);
  return {
    perSecond: rowsIn(start, RATED_SECONDS * 1000) / RATED_SECONDS,
    most: Math.max(...later.map(({ at }) => rowsIn(at, 1000))),
  };
}

/** A rate that holds nothing back. */
const UNPACED = ["--rate", "100000000"];

type DestinationName = "showads" | "mparticle";

/** What the environment of an import holds. */
export function environment(to: DestinationName, url: string): Record<string, string> {
  return to === "showads" ? { API_URL: url, PROJECT_KEY: "key" } : {
    MPARTICLE_HOST: url,
    MPARTICLE_API_KEY: "key",
    MPARTICLE_API_SECRET: "secret",
    MPARTICLE_ENVIRONMENT: "development",
  };
}

async function importProgram(
  name: string,
  file: string,
  to: DestinationName,
  url: string,
  logDir: string,
  ...flags: string[]
): Promise<Contender> {
  const args = [file, "--to", to, "--log-dir", logDir, "--quiet", ...flags];
  return {
    ...await rowferry(name, "import", ...args),
    env: environment(to, url),
    exitCodes: [0, 1], // A holds invalid rows.
  };
}

/** The rows that bodies are made of, and the file that is as many requests long. */
const POSTED = {
  showads: {
    file: () => bannerFile(20_000),
    whole: "a",
    path: "banners/show/bulk",
    batchSize: 1000,
  },
  mparticle: { file: () => policyFile(2_000), whole: "b", path: "bulkevents", batchSize: 100 },
} as const;

async function postProgram(
  name: string,
  to: DestinationName,
  url: string,
  places: number,
): Promise<Contender> {
  const { file, whole, path, batchSize } = POSTED[to];
  const source = await file();
  const bodies = await madeOnce(`bodies-${to}.jsonl`, async (dump) => {
    const flags = [source, "--to", to, "--dry-run", "--dump", dump, "--quiet"];
    flags.push("--batch-size", `${batchSize}`);
    await runOnce({ ...await rowferry("dump", "import", ...flags), exitCodes: [0, 1] });
  });
  const validate = await validateProgram(whole);
  const { stdout } = await runOnce({ ...validate, command: [...validate.command, "--json"] });
  const { requests } = JSON.parse(stdout).wouldSend;
  const program = new URL("programs/post.ts", import.meta.url);
  return denoProgram(name, program, `${url}/${path}`, bodies, `${requests}`, `${places}`);
}

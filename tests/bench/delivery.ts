/**
 * `import` as a whole process, to a stub on loopback.
 *
 * @module
 */

import { compare, type Measure } from "./compare.ts";
import { bannerFile, DATA_SETS, dataFile, type DataSet, headFile, madeOnce } from "./data.ts";
import { benchProgram, pythonProgram, rowferry } from "./programs.ts";
import { type Contender, runOnce } from "./run.ts";
import { type Arrival, startStub, type Stub } from "./stub.ts";
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

/** How long the API takes, how many requests are in flight, and the bar against prebuilt bodies. */
const PACES: readonly { ms: number; places: number; within: number }[] = [
  { ms: 20, places: 8, within: 1.06 },
  { ms: 100, places: 32, within: 1.06 },
  { ms: 100, places: 64, within: 1.1 },
  { ms: 20, places: 32, within: 1.2 },
];

async function speed(logDir: string, runs: number): Promise<Result[]> {
  const results: Result[] = [];
  for (const set of DATA_SETS) {
    await using near = await startStub(0);
    // Where nobody waits, times swing more, and rounds are short.
    results.push(...await compare(await atOnce(logDir, near, set), 2 * runs));
    for (const { ms, places, within } of PACES) {
      await using stub = await startStub(ms);
      const name = `A (${set}), ${places} in flight, ${ms} ms`;
      results.push(
        ...await compare([{
          what: `import ${name}, against prebuilt bodies over plain sockets`,
          subject: await importOf("a", set, `import ${name}`, stub, logDir, places),
          against: [await postProgram(`post ${name}`, "a", set, stub.url, places)],
          bar: { kind: "within", times: within },
        }], runs),
      );
    }
  }
  return results;
}

/** What an API that answers at once leaves to see. */
async function atOnce(logDir: string, near: Stub, set: DataSet): Promise<Measure[]> {
  const path = await dataFile("a", set);
  const subject = await importOf("a", set, `import A, ${set}`, near, logDir, 4);
  return [
    {
      what: `import A (${set}), 4 in flight, 0 ms, against prebuilt bodies over plain sockets + ` +
        "`validate` A",
      subject,
      against: [
        await postProgram(`post A, ${set}`, "a", set, near.url, 4),
        await validateProgram("a", set),
      ],
      bar: { kind: "within", times: 1.2, of: "cpu" },
    },
    {
      what: `import B (${set}), 100 a request, 4 in flight, 0 ms, against the same of B`,
      subject: await importOf("b", set, `import B, ${set}`, near, logDir, 4, ...UNPACED),
      against: [
        await postProgram(`post B, ${set}`, "b", set, near.url, 4),
        await validateProgram("b", set),
      ],
      bar: { kind: "within", times: 1.2, of: "cpu" },
    },
    {
      what: `import A (${set}), 0 ms, against a sequential Python script with \`requests\``,
      subject,
      against: [await pythonProgram(`Python import, ${set}`, "import.py", path, near.url)],
      bar: { kind: "faster", times: 5, of: "cpu" },
    },
  ];
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
  const file = await headFile("b", RATE * (RATED_SECONDS + 1));
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
  const args = [file, "--to", to, "--log-dir", logDir, "--again", "--quiet", ...flags];
  return {
    ...await rowferry(name, "import", ...args),
    env: environment(to, url),
    exitCodes: [0, 1], // A holds invalid rows.
  };
}

/** Imports a data file to where its columns belong. */
async function importOf(
  data: "a" | "b",
  set: DataSet,
  name: string,
  { url }: Stub,
  logDir: string,
  places: number,
  ...flags: string[]
): Promise<Contender> {
  const { to } = POSTED[data];
  const file = await dataFile(data, set);
  return await importProgram(
    name,
    file,
    to,
    url,
    logDir,
    ...["--concurrency", `${places}`, ...flags],
  );
}

/** Of how many rows bodies are made, and how they are posted. */
const POSTED = {
  a: { to: "showads", rows: 20_000, path: "banners/show/bulk", batchSize: 1000 },
  b: { to: "mparticle", rows: 2_000, path: "bulkevents", batchSize: 100 },
} as const;

/** Posts bodies of the first rows of a data file, over and over, as often as all of it takes. */
async function postProgram(
  name: string,
  data: "a" | "b",
  set: DataSet,
  url: string,
  places: number,
): Promise<Contender> {
  const { to, rows, path, batchSize } = POSTED[data];
  const source = await headFile(data, rows, set);
  const bodies = await madeOnce(`bodies-${data}-${set}.jsonl`, async (dump) => {
    const flags = [source, "--to", to, "--dry-run", "--dump", dump, "--quiet"];
    flags.push("--batch-size", `${batchSize}`);
    await runOnce({ ...await rowferry("dump", "import", ...flags), exitCodes: [0, 1] });
  });
  const validate = await validateProgram(data, set);
  const { stdout } = await runOnce({ ...validate, command: [...validate.command, "--json"] });
  const { requests } = JSON.parse(stdout).wouldSend;
  return benchProgram(name, "post.ts", `${url}/${path}`, bodies, `${requests}`, `${places}`);
}

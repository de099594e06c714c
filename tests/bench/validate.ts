/**
 * `validate` as a whole process, against what people would write or take instead.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { compare, type Measure } from "./compare.ts";
import { DATA_SETS, dataFile, type DataName, type DataSet, wideFile } from "./data.ts";
import {
  benchProgram,
  earlierCommit,
  npmProgram,
  pythonProgram,
  rowferry,
  rowferryEarlier,
} from "./programs.ts";
import { type Contender, runOnce } from "./run.ts";
import type { Result } from "./table.ts";

const DESTINATIONS: Record<DataName, string> = { a: "showads", b: "mparticle", c: "showads" };
const NAMES: readonly DataName[] = ["a", "b", "c"];

/** `validate` of a data file. */
export async function validateProgram(
  data: DataName,
  set: DataSet = "even",
  program = rowferry,
): Promise<Contender> {
  const args = [await dataFile(data, set), "--to", DESTINATIONS[data], "--quiet"];
  return {
    ...await program(`validate, ${data}, ${set}, ${program.name}`, "validate", ...args),
    exitCodes: [0, 1], // A and C hold invalid rows.
  };
}

/** The group `validate`. */
export async function validateResults(runs: number): Promise<Result[]> {
  const results: Result[] = [];
  for (const set of DATA_SETS) results.push(...await resultsOf(set, runs));
  return [...results, ...await oddMemory(runs)];
}

/** What files take that are far from the usual. */
async function oddMemory(runs: number): Promise<Result[]> {
  const of = async (name: string, ...args: string[]): Promise<Contender> => ({
    ...await rowferry(name, "validate", ...args, "--to", "showads", "--quiet"),
    exitCodes: [0, 1],
  });
  return await compare([
    {
      what: "peak RSS of `validate` on 16,000 columns",
      subject: await of("wide", await wideFile(16_000, 1_000)),
      against: [],
      bar: { kind: "memory", mb: 140 },
    },
    {
      what: "peak RSS of `validate` on A (even), every row filtered",
      subject: await of("all filtered", await dataFile("a"), "--min-age", "120"),
      against: [],
      bar: { kind: "memory", mb: 100 },
    },
  ], runs);
}

async function resultsOf(set: DataSet, runs: number): Promise<Result[]> {
  const path = await dataFile("a", set);
  const subject = await validateProgram("a", set);
  const loop = benchProgram(`byte loop, ${set}`, "byte_loop.ts", path);
  const others: [what: string, contender: Contender, bar: Measure["bar"]][] = [
    ["a byte loop in plain JavaScript", loop, { kind: "within", times: 0.9, of: "cpu" }],
    [
      "DuckDB",
      npmProgram(`DuckDB, ${set}`, "duckdb.ts", path),
      { kind: "within", times: 0.5, of: "cpu" },
    ],
    [
      "Polars",
      npmProgram(`Polars, ${set}`, "polars.ts", path),
      { kind: "within", times: 0.5, of: "cpu" },
    ],
    [
      "Python's csv module with regular expressions",
      await pythonProgram(`Python csv, ${set}`, "validate.py", path),
      { kind: "faster", times: 6, of: "cpu" },
    ],
    [
      "`csv-parse` + zod on each row",
      benchProgram(`csv-parse + zod, ${set}`, "csv_parse_zod.ts", path),
      { kind: "faster", times: 5.5, of: "cpu" },
    ],
  ];
  await assertSameFindings(subject, others.map(([, contender]) => contender));
  const measures = others.map(([what, contender, bar]): Measure => ({
    what: `\`validate\` A (${set}), against ${what} with the same checks`,
    subject,
    against: [contender],
    bar,
  }));
  for (const data of NAMES) {
    const program = await validateProgram(data, set);
    const name = `\`validate\` on ${data.toUpperCase()} (${set})`;
    const commit = await earlierCommit();
    if (commit !== null) {
      measures.push({
        what: `${name}, against itself at ${commit}`,
        subject: program,
        against: [await validateProgram(data, set, rowferryEarlier)],
        bar: { kind: "told" },
      });
    }
    measures.push({
      what: `peak RSS of ${name}`,
      subject: program,
      against: [],
      bar: { kind: "memory", mb: 90 },
    });
  }
  return await compare(measures, runs);
}

/** Makes sure that all come to the same: `valid filtered invalid`, and the bytes of bodies if any. */
async function assertSameFindings(
  subject: Contender,
  others: readonly Contender[],
): Promise<void> {
  const command: Contender["command"] = [...subject.command, "--json", "--limit", "0"];
  const { rows, wouldSend } = JSON.parse((await runOnce({ ...subject, command })).stdout);
  const found = [rows.valid, rows.filtered, rows.invalid, wouldSend.bytes].map(String);
  for (const other of others) {
    const told = (await runOnce(other)).stdout.trim().split(" ");
    assertEquals(told, found.slice(0, told.length), other.name);
  }
}

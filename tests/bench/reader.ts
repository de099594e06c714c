/**
 * The reader alone, against `csv-parse`.
 *
 * @module
 */

import { compare, type Measure } from "./compare.ts";
import { bannerFile, DATA_SETS, dataFile, type DataName } from "./data.ts";
import { type Contender, denoProgram } from "./run.ts";
import type { Result } from "./table.ts";

const BARS: readonly { data: DataName; faster: number }[] = [
  { data: "a", faster: 8 },
  { data: "b", faster: 3.5 },
  { data: "c", faster: 6 },
];

/** The group `reader`. */
export async function readerResults(runs: number): Promise<Result[]> {
  const measures: Measure[] = [];
  for (const set of DATA_SETS) {
    for (const { data, faster } of BARS) {
      const path = await dataFile(data, set);
      const name = `${data.toUpperCase()} (${set})`;
      measures.push({
        what: `reader on ${name}, against \`csv-parse\``,
        subject: program(`reader, ${name}`, "reader.ts", path),
        against: [program(`csv-parse, ${name}`, "csv_parse.ts", path)],
        bar: { kind: "faster", times: faster, of: "cpu" },
      });
    }
  }
  const memory: Measure = {
    what: "peak RSS of the reader on 10 M rows, against 100 k rows",
    subject: program("reader, 10 M rows", "reader.ts", await bannerFile(10_000_000)),
    against: [program("reader, 100 k rows", "reader.ts", await bannerFile(100_000))],
    bar: { kind: "flat", times: 1.2 },
  };
  return [...await compare(measures, runs), ...await compare([memory], runs)];
}

function program(name: string, file: string, path: string): Contender {
  return denoProgram(name, new URL(`programs/${file}`, import.meta.url), path);
}

/**
 * The reader alone, against reading the file as text and against `csv-parse`.
 *
 * @module
 */

import { compare, type Measure } from "./compare.ts";
import { bannerFile, dataFile, type DataName } from "./data.ts";
import { type Contender, denoProgram } from "./run.ts";
import type { Result } from "./table.ts";

const BARS: readonly { data: DataName; within: number; faster: number }[] = [
  { data: "a", within: 1.6, faster: 8 },
  { data: "b", within: 2.0, faster: 3.5 },
  { data: "c", within: 1.6, faster: 6 },
];

/** The group `reader`. */
export async function readerResults(runs: number): Promise<Result[]> {
  const measures: Measure[] = [];
  for (const { data, within, faster } of BARS) {
    const path = await dataFile(data);
    const name = data.toUpperCase();
    const subject = program(`reader, ${name}`, "reader.ts", path);
    measures.push({
      what: `reader on ${name}, against file stream + \`TextDecoderStream\``,
      subject,
      against: [program(`floor, ${name}`, "floor.ts", path)],
      bar: { kind: "within", times: within },
    }, {
      what: `reader on ${name}, against \`csv-parse\``,
      subject,
      against: [program(`csv-parse, ${name}`, "csv_parse.ts", path)],
      bar: { kind: "faster", times: faster },
    });
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

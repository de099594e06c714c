/**
 * The reader alone, against reading the file as text and against `@std/csv`.
 *
 * @module
 */

import { dataFile, type DataName } from "./data.ts";
import { denoProgram } from "./run.ts";
import type { Measure } from "./table.ts";

const BARS: readonly { data: DataName; within: number; faster: number }[] = [
  { data: "a", within: 1.6, faster: 8 },
  { data: "b", within: 2.0, faster: 3.5 },
  { data: "c", within: 1.6, faster: 6 },
];

/** Makes the data files where they are missing, and says what is to be measured. */
export async function readerMeasures(): Promise<Measure[]> {
  const measures: Measure[] = [];
  for (const { data, within, faster } of BARS) {
    const path = await dataFile(data);
    const name = data.toUpperCase();
    const program = (title: string, file: string) =>
      denoProgram(`${title}, ${name}`, new URL(`programs/${file}`, import.meta.url), path);
    const subject = program("reader", "reader.ts");
    measures.push({
      what: `reader on ${name}, against file stream + \`TextDecoderStream\``,
      subject,
      against: program("floor", "floor.ts"),
      bar: { kind: "within", times: within },
    }, {
      what: `reader on ${name}, against \`CsvParseStream\``,
      subject,
      against: program("CsvParseStream", "std_stream.ts"),
      bar: { kind: "faster", times: faster },
    });
  }
  return measures;
}

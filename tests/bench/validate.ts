/**
 * `validate` as a whole process, against what people would write instead.
 *
 * @module
 */

import { compare, type Measure } from "./compare.ts";
import { dataFile, type DataName } from "./data.ts";
import { benchProgram, pythonProgram, rowferry } from "./programs.ts";
import type { Contender } from "./run.ts";
import type { Result } from "./table.ts";

const DESTINATIONS: Record<DataName, string> = { a: "showads", b: "mparticle", c: "showads" };

/** `validate` of a data file. */
export async function validateProgram(data: DataName): Promise<Contender> {
  const to = DESTINATIONS[data];
  return {
    ...await rowferry(`validate, ${data}`, "validate", await dataFile(data), "--to", to, "--quiet"),
    exitCodes: [0, 1], // A and C hold invalid rows.
  };
}

/** The group `validate`. */
export async function validateResults(runs: number): Promise<Result[]> {
  const path = await dataFile("a");
  const subject = await validateProgram("a");
  const measures: Measure[] = [
    {
      what: "`validate` A, against file stream + `TextDecoderStream`",
      subject,
      against: [benchProgram("floor", "floor.ts", path)],
      bar: { kind: "within", times: 4 },
    },
    {
      what: "`validate` A, against `csv-parse` + zod on each row with the same checks",
      subject,
      against: [benchProgram("csv-parse + zod", "csv_parse_zod.ts", path)],
      bar: { kind: "faster", times: 5.5 },
    },
    {
      what: "`validate` A, against Python's csv module with the same checks as compiled regexes",
      subject,
      against: [await pythonProgram("Python csv", "validate.py", path)],
      bar: { kind: "faster", times: 2.3 },
    },
  ];
  for (const data of ["a", "b", "c"] as const) {
    measures.push({
      what: `peak RSS of \`validate\` on ${data.toUpperCase()}`,
      subject: await validateProgram(data),
      against: [],
      bar: { kind: "memory", mb: 110 },
    });
  }
  return await compare(measures, runs);
}

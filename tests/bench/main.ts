/**
 * `deno task bench`: prints a markdown table of medians. `BENCH_RUNS` says over how many runs; five
 * unless given.
 *
 * @module
 */

import { readerMeasures } from "./reader.ts";
import { machineFacts, type Measure, tableOf } from "./table.ts";

if (import.meta.main) {
  const runs = Number(Deno.env.get("BENCH_RUNS") ?? 5);
  const measures: Measure[] = [...await readerMeasures()];
  const table = await tableOf(measures, runs);
  const text = `${machineFacts()}; medians of ${runs} runs, whole processes\n\n${table}\n`;
  await Deno.stdout.write(new TextEncoder().encode(text));
}

/**
 * `deno task bench [group …]`: prints what was measured as markdown tables, and fails when a bar is
 * missed. `BENCH_RUNS` says how many rounds are run at least; five unless given.
 *
 * @module
 */

import { deliveryResults } from "./delivery.ts";
import { journalResults } from "./journal.ts";
import { readerResults } from "./reader.ts";
import { resumeResults } from "./resume.ts";
import { serverResults } from "./server.ts";
import { startResults } from "./start.ts";
import { machineFacts, type Result, tableOf } from "./table.ts";
import { validateResults } from "./validate.ts";

const GROUPS: Record<string, (runs: number) => Promise<Result[]>> = {
  reader: readerResults,
  validate: validateResults,
  delivery: deliveryResults,
  journal: journalResults,
  resume: resumeResults,
  start: startResults,
  server: serverResults,
};

async function main(asked: readonly string[]): Promise<number> {
  const runs = Number(Deno.env.get("BENCH_RUNS") ?? 5);
  const unknown = asked.find((name) => !(name in GROUPS));
  if (unknown !== undefined) {
    print(`There is no group ${unknown}: name some of ${Object.keys(GROUPS).join(", ")}.`);
    return 2;
  }
  print(`${machineFacts()}; medians of ${runs} rounds or more, whole processes`);
  let missed = false;
  for (const [name, resultsOf] of Object.entries(GROUPS)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    const results = await resultsOf(runs);
    missed ||= results.some(({ holds }) => !holds);
    print(`\n### ${name}\n\n${tableOf(results)}`);
  }
  return missed ? 1 : 0;
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

if (import.meta.main) Deno.exitCode = await main(Deno.args);

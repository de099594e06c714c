/**
 * A model of faults: imports in bad weather keep the promise of the README's first page, whatever
 * the API can drop. `FAULT_RUNS=10000` makes as many of them as the promise was tried with.
 *
 * @module
 */

import { FIXED_SEED } from "../support/seeds.ts";
import { shores } from "./api.ts";
import { Sea } from "./sea.ts";

const RUNS = Number(Deno.env.get("FAULT_RUNS") ?? 120);

for (const shore of shores) {
  for (const kind of ["fixed", "new"] as const) {
    const api = `drops repeats of ${shore.dropsRepeats}${shore.makesJobs ? " and makes jobs" : ""}`;
    Deno.test(`an API that ${api}: nothing is lost, doubled or unexplained, ${kind} seeds`, async () => {
      const first = kind === "fixed" ? FIXED_SEED : Math.floor(Math.random() * 2 ** 31);
      for (let seed = first; seed < first + RUNS / 2; seed++) {
        const sea = new Sea(shore, seed);
        try {
          await sea.cross();
          await sea.assertPromise();
        } catch (error) {
          const told = error instanceof Error ? error : new Error(String(error));
          told.message = `seed ${seed}: ${told.message}\n${sea.log.join("\n")}`;
          throw told;
        }
      }
    });
  }
}

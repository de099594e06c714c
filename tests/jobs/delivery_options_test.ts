import { assertEquals } from "@std/assert";

import { limitsFor } from "../../src/jobs/delivery_options.ts";
import { makeDestination } from "../delivery/rig.ts";

function rowsPerRequest(settings: { batchSize?: number; rate?: number }): readonly number[] {
  const destination = makeDestination("http://127.0.0.1:1"); // Takes 1,000 rows a request.
  return limitsFor(destination, { settings, flags: new Set() }).rowsPerRequest;
}

Deno.test("a request holds no more rows than a second may", () => {
  assertEquals(rowsPerRequest({}), [1_000]);
  assertEquals(rowsPerRequest({ batchSize: 50 }), [50]);
  assertEquals(rowsPerRequest({ rate: 30 }), [30]);
  assertEquals(rowsPerRequest({ batchSize: 50, rate: 10 }), [10]);
  assertEquals(rowsPerRequest({ batchSize: 50, rate: 0.5 }), [1]);
  assertEquals(rowsPerRequest({ batchSize: 50, rate: 1_000 }), [50]);
  assertEquals(rowsPerRequest({ batchSize: 5_000, rate: 10 }), [10]); // From an older system's `.env`.
  assertEquals(rowsPerRequest({ batchSize: 5_000 }), [1_000]);
});

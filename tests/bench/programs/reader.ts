/** Reads a CSV file with rowferry's reader and counts rows, fields and faults. */

import { openReader } from "../../../src/csv/reader.ts";
import { openSource } from "../../../src/csv/source.ts";
import { systemIo } from "../../../src/system_io.ts";

let rows = 0;
let fields = 0;
let faults = 0;
const reader = await openReader(await openSource(systemIo(), Deno.args[0] ?? ""));
for (let batch = await reader.read(); batch; batch = await reader.read()) {
  rows += batch.length;
  for (const row of batch) {
    fields += row.fields.length;
    if (row.fault) faults++;
  }
}
await reader.close();
await Deno.stdout.write(new TextEncoder().encode(`${rows} ${fields} ${faults}\n`));

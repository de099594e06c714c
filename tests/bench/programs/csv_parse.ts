/** Reads a CSV file with `csv-parse` as a stream and counts rows and fields. */

import { createReadStream } from "node:fs";
import { parse } from "csv-parse";

let rows = 0;
let fields = 0;
for await (const record of createReadStream(Deno.args[0] ?? "").pipe(parse())) {
  rows++;
  fields += record.length;
}
await Deno.stdout.write(new TextEncoder().encode(`${rows} ${fields}\n`));

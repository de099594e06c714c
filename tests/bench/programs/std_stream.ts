/** Reads a CSV file with `@std/csv`'s `CsvParseStream` and counts rows and fields. */

import { CsvParseStream } from "@std/csv";

let rows = 0;
let fields = 0;
const file = await Deno.open(Deno.args[0] ?? "");
const records: ReadableStream<string[]> = file.readable.pipeThrough(new TextDecoderStream())
  .pipeThrough(
    new CsvParseStream(),
  );
for await (const record of records) {
  rows++;
  fields += record.length;
}
await Deno.stdout.write(new TextEncoder().encode(`${rows} ${fields}\n`));

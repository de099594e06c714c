/** Reads a CSV of banners with `CsvParseStream` and checks each row with zod, as `validate` does. */

import { CsvParseStream } from "@std/csv";
import { z } from "zod";

const wholeNumber = z.string().trim().regex(/^[+-]?\d+$/).transform(Number);
const banner = z.object({
  Name: z.string().trim().regex(/^[\p{L}\p{M} ]+$/u),
  Age: wholeNumber,
  Cookie: z.string().trim().min(1),
  Banner_id: wholeNumber.pipe(z.number().min(0).max(99)),
});

let valid = 0;
let filtered = 0;
let invalid = 0;
const file = await Deno.open(Deno.args[0] ?? "");
const records: ReadableStream<Record<string, string | undefined>> = file.readable
  .pipeThrough(new TextDecoderStream())
  .pipeThrough(new CsvParseStream({ skipFirstRow: true }));
for await (const record of records) {
  const checked = banner.safeParse(record);
  if (!checked.success) invalid++;
  else if (checked.data.Age < 18) filtered++;
  else valid++;
}
await Deno.stdout.write(new TextEncoder().encode(`${valid} ${filtered} ${invalid}\n`));

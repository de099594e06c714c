/** Reads a CSV of banners with `csv-parse` and checks each row with zod, as `validate` does. */

import { createReadStream } from "node:fs";
import { parse } from "csv-parse";
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
const records = createReadStream(Deno.args[0] ?? "").pipe(parse({ columns: true }));
for await (const record of records) {
  const checked = banner.safeParse(record);
  if (!checked.success) invalid++;
  else if (checked.data.Age < 18) filtered++;
  else valid++;
}
await Deno.stdout.write(new TextEncoder().encode(`${valid} ${filtered} ${invalid}\n`));

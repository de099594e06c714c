/** Checks a CSV of banners with Polars, by the rules of `validate`: says `valid filtered invalid`. */

import { yardstick } from "./yardstick.ts";

// Not in deno.json: whoever installs or tests the program doesn't need it.
const { default: pl } = await import(yardstick("nodejs-polars@0.24.1"));
const text = (name: string) => pl.col(name).fillNull("").str.strip();
const ok = text("Name").str.contains("^[\\p{L}\\p{M} ]+$")
  .and(text("Age").str.contains("^[+-]?[0-9]+$"))
  .and(text("Cookie").neq(pl.lit("")))
  .and(text("Banner_id").str.contains("^[0-9]{1,2}$"));
const age = text("Age").cast(pl.Int64, false);
const counted = await pl.scanCSV(Deno.args[0] ?? "", { inferSchemaLength: 0 }).select(
  ok.and(age.gtEq(18)).sum().alias("valid"),
  ok.and(age.lt(18)).sum().alias("filtered"),
  ok.not().sum().alias("invalid"),
).collect();
await Deno.stdout.write(new TextEncoder().encode(`${counted.row(0).join(" ")}\n`));

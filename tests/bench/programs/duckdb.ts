/** Checks a CSV of banners with DuckDB, by the rules of `validate`: says `valid filtered invalid`. */

import { yardstick } from "./yardstick.ts";

// Not in deno.json: whoever installs or tests the program doesn't need it.
const { DuckDBInstance } = await import(yardstick("@duckdb/node-api@1.5.6-r.1"));
const instance = await DuckDBInstance.create(":memory:");
const connection = await instance.connect();
const path = (Deno.args[0] ?? "").replaceAll("'", "''");
const result = await connection.runAndReadAll(`
  SELECT
    count(*) FILTER (WHERE ok AND TRY_CAST(age AS BIGINT) >= 18),
    count(*) FILTER (WHERE ok AND TRY_CAST(age AS BIGINT) < 18),
    count(*) FILTER (WHERE NOT ok)
  FROM (
    SELECT trim("Age") AS age,
      regexp_full_match(coalesce(trim("Name"), ''), '[\\p{L}\\p{M} ]+')
        AND regexp_full_match(coalesce(trim("Age"), ''), '[+-]?\\d+')
        AND coalesce(trim("Cookie"), '') <> ''
        AND regexp_full_match(coalesce(trim("Banner_id"), ''), '\\d{1,2}') AS ok
    FROM read_csv('${path}', header = true, all_varchar = true)
  )`);
const [counts] = result.getRows();
await Deno.stdout.write(new TextEncoder().encode(`${counts.join(" ")}\n`));

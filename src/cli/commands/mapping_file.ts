/**
 * Writing a mapping file so that editors can check it: with the JSON Schema beside it.
 *
 * @module
 */

import { mappingSchemaText } from "../../jobs/mapping_texts.ts";
import { printable } from "../../text/printable.ts";
import type { PreparedCall } from "../command.ts";
import { writeNewFile, writeResult } from "./output.ts";

/** The schema's name, in the folder of the mapping. */
const SCHEMA_FILE = "rowferry.schema.json";

/** How a mapping file refers to the schema beside it. */
export const SCHEMA_REFERENCE = `./${SCHEMA_FILE}`;

/**
 * Writes a mapping that points to `SCHEMA_REFERENCE` and, beside a file, the schema itself, if there is
 * none. Says on standard error what was written and, of a printed mapping, what is missing.
 *
 * @param source Path of a file that was read for the mapping and must stay.
 */
export async function writeMapping(
  call: PreparedCall,
  text: string,
  source?: string,
): Promise<void> {
  const { io, settings: { output } } = call;
  await writeResult(call, text, source);
  if (output === undefined) {
    io.stderr.write(
      `Editors check the mapping by ${SCHEMA_FILE} beside it, which this makes:\n` +
        `  rowferry schema --output ${SCHEMA_FILE}\n`,
    );
    return;
  }
  const schema = beside(output);
  const made = await writeNewFile(call, schema, await mappingSchemaText());
  io.stderr.write(
    made
      ? `Wrote ${printable(output)}, and ${printable(schema)} for editors to check it by.\n`
      : `Wrote ${printable(output)}.\n`,
  );
}

/** The schema's path in the folder of `path`. */
function beside(path: string): string {
  return path.replace(/[^/\\]*$/, SCHEMA_FILE);
}

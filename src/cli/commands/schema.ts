/**
 * `rowferry schema`: the JSON Schema of mapping files, for editors.
 *
 * @module
 */

import { EXIT } from "../exit_code.ts";
import { type Call, type Command, prepareCall } from "../command.ts";
import { writeResult } from "./output.ts";

/** Prints the JSON Schema of mapping files. */
export const schemaCommand: Command = {
  name: "schema",
  arguments: [],
  summary: "print the JSON Schema of mapping files",
  description:
    "Prints the JSON Schema of mapping files. Files that rowferry init and rowferry mapping write " +
    "point to it, so that editors complete and check them.",
  examples: ["rowferry schema --output rowferry.schema.json"],
  async run(call: Call): Promise<number> {
    const prepared = await prepareCall("schema", call);
    const { mappingSchemaText } = await import("../../jobs/mapping_texts.ts");
    await writeResult(prepared, await mappingSchemaText());
    return EXIT.done;
  },
};

/**
 * `rowferry init <file> --to <destination>`: a first mapping file for a CSV.
 *
 * @module
 */

import { EXIT } from "../exit_code.ts";
import { type Call, type Command, prepareCall } from "../command.ts";

/** Writes a mapping for a CSV that rowferry sees for the first time. */
export const initCommand: Command = {
  name: "init",
  arguments: [{
    name: "<file>",
    help: "a CSV file, plain or gzip, or a workbook (.xlsx); - reads standard input",
  }],
  summary: "write a mapping file for a CSV",
  description:
    "Reads the file, matches its columns to the destination's fields, finds out their types, and " +
    "writes a mapping. What only a person can know is asked at a terminal; elsewhere, and with " +
    "--yes, it stands in lines marked CHOOSE:, which are out of force.",
  examples: [
    "rowferry init crm.csv --to mparticle --output crm.yaml",
    "rowferry init export.csv --to http --output api.yaml --delimiter semicolon",
  ],
  async run(call: Call): Promise<number> {
    const { initMapping } = await import("./init_mapping.ts");
    await initMapping(await prepareCall("init", call), call.args[0] ?? "");
    return EXIT.done;
  },
};

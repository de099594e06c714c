/**
 * `rowferry init`.
 *
 * @module
 */

import type { Call, Command } from "./command.ts";
import { prepare } from "./command.ts";

export const initCommand: Command = {
  name: "init",
  arguments: [{ name: "<file>", help: "the CSV file whose columns are mapped" }],
  summary: "write a mapping file for a CSV",
  description: "Reads a sample of the file, matches its columns to the destination's fields and\n" +
    "writes a commented mapping. Lines marked CHOOSE: are for a person to decide.",
  examples: ["rowferry init crm.csv --to mparticle --output crm.yaml"],
  async run(call: Call): Promise<number> {
    await prepare("init", call);
    return 0;
  },
};

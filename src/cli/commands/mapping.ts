/**
 * `rowferry mapping <destination>`: a built-in mapping as a file.
 *
 * @module
 */

import { UsageError } from "../../model/errors.ts";
import { EXIT } from "../exit_code.ts";
import { type Call, type Command, prepare } from "../command.ts";

/** Prints the mapping that is used where `--mapping` names none. */
export const mappingCommand: Command = {
  name: "mapping",
  arguments: [{
    name: "<destination>",
    help: "mparticle or showads",
    words: ["mparticle", "showads"],
  }],
  summary: "print a destination's built-in mapping",
  description:
    "Prints the mapping that is used when --mapping names none: a start for one of your own.",
  examples: ["rowferry mapping mparticle --output policies.yaml"],
  async run(call: Call): Promise<number> {
    const prepared = await prepare("mapping", call);
    const { findDestination } = await import("../../destinations/registry.ts");
    const { builtinMappingText } = await import("../../mapping/load.ts");
    const { SCHEMA_REFERENCE, writeMapping } = await import("./mapping_file.ts");
    const { name } = findDestination(call.args[0] ?? "");
    const text = await builtinMappingText(name, SCHEMA_REFERENCE);
    if (text === null) {
      throw new UsageError(
        `${name} has no built-in mapping: make one with rowferry init <file.csv> --to ${name}`,
      );
    }
    await writeMapping(prepared, text);
    return EXIT.done;
  },
};

/**
 * `rowferry mapping <destination>`: a built-in mapping as a file.
 *
 * @module
 */

import { destinations, findDestination } from "../../destinations/registry.ts";
import { UsageError } from "../../model/errors.ts";
import { joinWords } from "../../text/words.ts";
import { EXIT } from "../exit_code.ts";
import { type Call, type Command, prepareCall } from "../command.ts";

/** The destinations that can do without a mapping file. */
const WITH_MAPPING = destinations.filter(({ builtinMapping }) => builtinMapping !== null)
  .map(({ name }) => name);

/** Prints the mapping that is used where `--mapping` names none. */
export const mappingCommand: Command = {
  name: "mapping",
  arguments: [{
    name: "<destination>",
    help: joinWords(WITH_MAPPING, "or"),
    words: WITH_MAPPING,
  }],
  summary: "print a destination's built-in mapping",
  description:
    "Prints the mapping that is used when --mapping names none: a start for one of your own.",
  examples: ["rowferry mapping mparticle --output policies.yaml"],
  async run(call: Call): Promise<number> {
    const prepared = await prepareCall("mapping", call);
    const { builtinMappingText } = await import("../../mapping/load.ts");
    const { SCHEMA_REFERENCE, writeMapping } = await import("./mapping_file.ts");
    const { name, builtinMapping } = findDestination(call.args[0] ?? "");
    if (builtinMapping === null) {
      throw new UsageError(
        `${name} has no built-in mapping: let rowferry init make one from a CSV file`,
      );
    }
    await writeMapping(prepared, await builtinMappingText(name, builtinMapping, SCHEMA_REFERENCE));
    return EXIT.done;
  },
};

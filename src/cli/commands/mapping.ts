/**
 * `rowferry mapping <destination>`: a built-in mapping as a file.
 *
 * @module
 */

import { namesWithMapping } from "../../config/destinations.ts";
import { UsageError } from "../../model/errors.ts";
import { joinWords } from "../../text/words.ts";
import { EXIT } from "../exit_code.ts";
import { type Call, type Command, prepareCall } from "../command.ts";

/** Prints the mapping that is used where `--mapping` names none. */
export const mappingCommand: Command = {
  name: "mapping",
  arguments: [{
    name: "<destination>",
    help: joinWords(namesWithMapping, "or"),
    words: namesWithMapping,
  }],
  summary: "print a destination's built-in mapping",
  description:
    "Prints the mapping that is used when --mapping names none: a start for one of your own.",
  examples: ["rowferry mapping mparticle --output policies.yaml"],
  async run(call: Call): Promise<number> {
    const prepared = await prepareCall("mapping", call);
    const { builtinMappingFile } = await import("../../jobs/mapping_texts.ts");
    const { SCHEMA_REFERENCE, writeMapping } = await import("./mapping_file.ts");
    const name = call.args[0] ?? "";
    const text = await builtinMappingFile(name, SCHEMA_REFERENCE);
    if (text === null) {
      throw new UsageError(
        `${name} has no built-in mapping: let rowferry init make one from a CSV file`,
      );
    }
    await writeMapping(prepared, text);
    return EXIT.done;
  },
};

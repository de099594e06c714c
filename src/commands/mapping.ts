/**
 * `rowferry mapping`.
 *
 * @module
 */

import type { Call, Command } from "./command.ts";
import { prepare } from "./command.ts";

export const mappingCommand: Command = {
  name: "mapping",
  arguments: [{ name: "<destination>", help: "mparticle or showads" }],
  summary: "print a destination's built-in mapping",
  description:
    "Prints the mapping that is used when --mapping names none: a start for one of your\n" +
    "own.",
  examples: ["rowferry mapping mparticle --output policies.yaml"],
  async run(call: Call): Promise<number> {
    await prepare("mapping", call);
    return 0;
  },
};

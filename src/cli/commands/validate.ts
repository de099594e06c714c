/**
 * `rowferry validate <files...> --to <destination>`: the dry run.
 *
 * @module
 */

import type { Call, Command } from "../command.ts";

/** Reads everything, sends nothing, reports. */
export const validateCommand: Command = {
  name: "validate",
  arguments: [{
    name: "<files...>",
    help:
      "CSV files, plain or gzip, or workbooks (.xlsx), or patterns such as 'data/*.csv'; - reads " +
      "standard input",
  }],
  summary: "check CSV files without sending anything",
  description: "Reads whole files through the same mapping, checks and limits as import, sends " +
    "nothing, needs no credentials, and reports every problem. Exit code 1 when rows " +
    "are invalid, 2 when a file can't be checked.",
  examples: [
    "rowferry validate policies.csv --to mparticle",
    "rowferry validate 'data/*.csv' --to mparticle --format github",
    "rowferry validate customers.csv --to showads --unique Cookie --limit 5",
  ],
  async run(call: Call): Promise<number> {
    const { validateFiles } = await import("./validate_files.ts");
    return await validateFiles(call, call.args.filter((path) => path !== undefined));
  },
};

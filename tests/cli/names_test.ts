/** Names of files and columns, which may hold anything, speak neither to terminals nor to CI. */

import { assert } from "@std/assert";

import { Workdir } from "../support/workdir.ts";

/** In GitHub's log this would end what all later commands mean; on a terminal, this colours the rest. */
const NASTY = "a\n::stop-commands::x\n\u001b[31mb";

const CSV = `Name,Age,Cookie,Banner_id\nAda,30,c1,1\nAda,x,c2,1\n`;
const OTHER = `"Na\n::stop-commands::me\u001b[31m",Age\n1,2\n`;

const CALLS: readonly (readonly string[])[] = [
  ["validate", "FILE", "--to", "showads"],
  ["validate", "FILE", "--to", "showads", "--format", "github"],
  ["validate", "FILE", "--to", "showads", "--rejected", `${NASTY}-rejected`],
  ["validate", "FILE", "--to", "showads", "--unique", NASTY],
  ["import", "FILE", "--to", "showads", "--sandbox", "--verbose"],
  ["import", "FILE", "--to", "showads", "--sandbox", "--again", "--log-dir", `${NASTY}-log`],
  ["import", "FILE", "--to", NASTY],
  ["import", "FILE", "--to", "showads", "--mapping", NASTY],
  ["import", "FILE", "--to", "showads", "--batch-size", NASTY],
  ["import", `missing ${NASTY}`, "--to", "showads"],
  ["init", "FILE", "--to", "showads"],
  ["init", "FILE", "--to", "showads", "--output", `${NASTY}.yaml`],
  ["status"],
  ["status", "--log-dir", `${NASTY}-log`],
  ["resume", NASTY],
];

Deno.test("no name of a file or a column starts a line, or colours one", async () => {
  for (
    const [name, csv] of [[`${NASTY}.csv`, CSV], [`other ${NASTY}.csv`, OTHER], ["h.csv", OTHER]]
  ) {
    await using dir = await Workdir.make();
    await dir.write(name as string, csv as string);
    for (const call of CALLS) {
      const args = call.map((word) => word === "FILE" ? name as string : word);
      const { stdout, stderr } = await dir.run(args);
      for (const text of [stdout, stderr]) {
        assert(!/^\s*::stop-commands/m.test(text), `${JSON.stringify(args)}:\n${text}`);
        assert(!text.includes("\u001b["), `${JSON.stringify(args)}:\n${JSON.stringify(text)}`);
      }
    }
  }
});

/**
 * Imports a CSV of banners through the pipeline, recorded by the journal or by nothing.
 *
 *     import.ts <file> <url> <log folder> journal|nothing
 */

import { PrefixDigest } from "../../../src/checkpoint/digest.ts";
import { newIdPrefix } from "../../../src/checkpoint/folders.ts";
import { prepareCall } from "../../../src/cli/command.ts";
import { deliverRun } from "../../../src/jobs/deliver.ts";
import { limitsFor } from "../../../src/jobs/delivery_options.ts";
import { importFile } from "../../../src/jobs/import.ts";
import { openInput } from "../../../src/jobs/input.ts";
import { findSource } from "../../../src/jobs/source.ts";
import { chooseTarget } from "../../../src/jobs/target.ts";
import { unrecorded } from "../../../src/jobs/unrecorded.ts";
import { watchSignals } from "../../../src/cli/signals.ts";
import { Accounts } from "../../../src/jobs/setup.ts";
import { silentLog } from "../../../src/log.ts";
import { systemIo } from "../../../src/system_io.ts";

const [path = "", url = "", logDir = "", record] = Deno.args;
const io = systemIo();
const flags = { to: "showads", logDir, again: true, quiet: true };
const signals = watchSignals(io, 0);
const setup = {
  ...await prepareCall("import", { io, args: [], flags }),
  signals,
  log: silentLog,
  observer: () => {},
  accounts: new Accounts(),
  questions: null,
};
const result = record === "journal" ? await importFile(setup, path) : await importUnrecorded();
signals.dispose();
await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(result.rows)}\n`));

/** What `importFile` does, but for the journal. */
async function importUnrecorded() {
  const target = await chooseTarget(io, "showads", undefined);
  const source = await findSource(io, path);
  const variables = { API_URL: url, PROJECT_KEY: "key" };
  const digest = new PrefixDigest();
  const input = await openInput(io, {
    ...setup,
    source,
    target,
    variables,
    idPrefix: newIdPrefix(io),
    onBytes: (bytes, offset) => digest.push(bytes, offset),
  });
  try {
    return await deliverRun({
      setup,
      command: "import",
      source,
      target,
      targetId: null,
      variables,
      input,
      journal: unrecorded(),
      limits: limitsFor(input.sink.destination, setup),
      digest,
      problems: null,
      earlier: null,
    });
  } finally {
    await input.close();
  }
}

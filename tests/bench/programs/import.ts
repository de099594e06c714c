/**
 * Imports a CSV of banners through the pipeline, recorded by the journal or by nothing.
 *
 *     import.ts <file> <url> <log folder> journal|nothing
 */

import { PrefixDigest } from "../../../src/checkpoint/digest.ts";
import { newIdPrefix } from "../../../src/checkpoint/folders.ts";
import { prepare } from "../../../src/commands/command.ts";
import { deliverRun } from "../../../src/pipeline/deliver.ts";
import { limitsFor } from "../../../src/pipeline/delivery_options.ts";
import { importFile } from "../../../src/pipeline/import.ts";
import { openInput } from "../../../src/pipeline/input.ts";
import { findSource } from "../../../src/pipeline/source.ts";
import { chooseTarget } from "../../../src/pipeline/target.ts";
import { unrecorded } from "../../../src/pipeline/unrecorded.ts";
import { watchSignals } from "../../../src/stop.ts";
import { systemIo } from "../../../src/system_io.ts";

const [path = "", url = "", logDir = "", record] = Deno.args;
const io = systemIo();
const flags = { to: "showads", logDir, quiet: true };
const control = watchSignals(io, 0);
const setup = { ...await prepare("import", { io, args: [], flags }), control };
const result = record === "journal" ? await importFile(setup, path) : await importUnrecorded();
control.dispose();
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
      variables,
      input,
      journal: unrecorded(),
      limits: limitsFor(input.connection.destination, setup),
      digest,
      earlier: null,
    });
  } finally {
    await input.close();
  }
}

/**
 * What `init` does: a sample of the CSV in, a mapping and the next steps out.
 *
 * @module
 */

import { loadDestination } from "../../destinations/registry.ts";
import { suggestMapping } from "../../mapping/init.ts";
import { readSample } from "../../jobs/sample.ts";
import { printable } from "../../text/printable.ts";
import { plural, shellWord } from "../../report/format.ts";
import type { PreparedCall } from "../command.ts";
import { SCHEMA_REFERENCE, writeMapping } from "./mapping_file.ts";

/** Enough to tell a column's type by, and read in no time. */
const SAMPLE_ROWS = 500;

/**
 * Writes a mapping for the CSV at `path`, and tells on standard error what to do next.
 *
 * @throws {UsageError} when the destination or the file is wrong, or the mapping can't be written.
 */
export async function initMapping(call: PreparedCall, path: string): Promise<void> {
  const { io, settings } = call;
  const { name, mapping } = await loadDestination(settings.to);
  const text = suggestMapping({
    ...await readSample(io, path, settings, SAMPLE_ROWS),
    source: path === "-" ? "standard input" : printable(path),
    destination: name,
    words: mapping.init,
    schema: SCHEMA_REFERENCE,
  });
  await writeMapping(call, text, path);
  io.stderr.write(nextSteps(call, path, text));
}

function nextSteps({ settings }: PreparedCall, path: string, text: string): string {
  const { output = "mapping.yaml", delimiter, encoding } = settings;
  const words = ["rowferry", "validate", path, "--mapping", output];
  if (delimiter !== undefined) words.push("--delimiter", delimiter === "\t" ? "tab" : delimiter);
  if (encoding !== undefined) words.push("--encoding", encoding);
  const marks = text.split("# CHOOSE:").length - 1;
  return [
    ...(settings.output === undefined ? [`Save the mapping, e.g. as ${output}.`] : []),
    marks === 0
      ? "Look it through, then check the CSV by it:"
      : `Edit its ${plural(marks, "line")} marked CHOOSE:, then check the CSV by it:`,
    `  ${printable(words.map(shellWord).join(" "))}`,
    "",
  ].join("\n");
}

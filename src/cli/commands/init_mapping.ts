/**
 * What `init` does: a look at the CSV in, a mapping and the next steps out.
 *
 * @module
 */

import { draftMappingFile } from "../../jobs/draft.ts";
import { inferDestination } from "../../jobs/infer_destination.ts";
import type { Observer } from "../../model/run_events.ts";
import { inferredSentence } from "../../report/event_log.ts";
import { shellWord, wrap } from "../../report/format.ts";
import { canAsk } from "../../text/terminal.ts";
import { printable } from "../../text/printable.ts";
import { plural } from "../../text/words.ts";
import type { PreparedCall } from "../command.ts";
import { askingAt } from "./init_questions.ts";
import { SCHEMA_REFERENCE, writeMapping } from "./mapping_file.ts";

/**
 * Writes a mapping for the CSV at `path`, and tells on standard error what to do next.
 *
 * @throws {UsageError} when the destination or the file is wrong, or the mapping can't be written.
 * @throws {CancelledError} when the person at the terminal answers a question with Ctrl-C.
 */
export async function initMapping(call: PreparedCall, path: string): Promise<void> {
  const { io, environment, settings } = call;
  const { output, yes } = settings;
  const observer: Observer = (event) => {
    if (event.kind === "inferred") io.stderr.write(`${wrap(inferredSentence(event))}\n`);
  };
  const to = inferDestination({ environment, observer }, { ...settings, mapping: undefined });
  const { text, open } = await draftMappingFile({ io, settings: { ...settings, to } }, {
    path,
    name: path === "-" ? "standard input" : printable(path),
    schema: SCHEMA_REFERENCE,
    ask: canAsk(io) && !yes ? askingAt(io) : null,
  });
  await writeMapping(call, text, path);
  io.stderr.write(nextSteps(path, output, open));
}

function nextSteps(path: string, output: string | undefined, open: number): string {
  const mapping = output ?? "mapping.yaml";
  const words = ["rowferry", "validate", path, "--mapping", mapping];
  return [
    ...(output === undefined ? [`Save the mapping, e.g. as ${mapping}.`] : []),
    open === 0
      ? "Look it through, then check the CSV by it:"
      : `Edit its ${plural(open, "line")} marked CHOOSE:, then check the CSV by it:`,
    `  ${printable(words.map(shellWord).join(" "))}`,
    "",
  ].join("\n");
}

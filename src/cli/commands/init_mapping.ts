/**
 * What `init` does: a look at the CSV in, a mapping and the next steps out.
 *
 * @module
 */

import { loadDestination } from "../../destinations/registry.ts";
import type { Settings } from "../../config/settings.ts";
import { type Draft, draftMapping } from "../../mapping/draft.ts";
import { findValueInHeader } from "../../mapping/header_row.ts";
import { CHOOSE, writeDraft } from "../../mapping/init.ts";
import { type CsvSample, readSample } from "../../jobs/sample.ts";
import { UsageError } from "../../model/errors.ts";
import { printable } from "../../text/printable.ts";
import { shellWord } from "../../report/format.ts";
import type { PreparedCall } from "../command.ts";
import { answerDraft } from "./init_questions.ts";
import { SCHEMA_REFERENCE, writeMapping } from "./mapping_file.ts";
import { plural } from "../../text/words.ts";

/**
 * Writes a mapping for the CSV at `path`, and tells on standard error what to do next.
 *
 * @throws {UsageError} when the destination or the file is wrong, or the mapping can't be written.
 * @throws {CancelledError} when the person at the terminal answers a question with Ctrl-C.
 */
export async function initMapping(call: PreparedCall, path: string): Promise<void> {
  const { io, settings } = call;
  const { name, mapping } = await loadDestination(settings.to);
  const sample = await readSample(io, path, settings);
  const source = path === "-" ? "standard input" : printable(path);
  if (settings.header === undefined) refuseRow(sample, source);
  const words = mapping.init;
  const drafted = draftMapping({ ...sample, words, decimal: settings.decimal });
  const isAsked = io.stdin.isTerminal && io.stderr.isTerminal && !settings.yes;
  const draft: Draft = isAsked ? await answerDraft(io, drafted, words) : drafted;
  const text = writeDraft(draft, {
    source,
    rows: sample,
    destination: name,
    words,
    csv: csvSection(settings),
    schema: SCHEMA_REFERENCE,
  });
  await writeMapping(call, text, path);
  io.stderr.write(nextSteps(call, path, text));
}

/** A mapping made of a row would hold its values, and the row would be lost. */
function refuseRow({ header, profiles }: CsvSample, source: string): void {
  const found = findValueInHeader(header, profiles);
  if (found === null) return;
  throw new UsageError(
    `${source} seems to have no header line: in column ${found.column} of its first line stands ` +
      `${found.what}, as in a row. Name its columns with --header, or in a line above`,
  );
}

/** What was said of the file goes into its mapping, so that it need not be said again. */
function csvSection(
  { delimiter, encoding, header, skipLines, comment, quote, escape, decimal, footer, sheet }:
    Settings,
): Readonly<Record<string, unknown>> {
  return { encoding, delimiter, header, skipLines, comment, quote, escape, decimal, footer, sheet };
}

function nextSteps({ settings }: PreparedCall, path: string, text: string): string {
  const { output = "mapping.yaml" } = settings;
  const words = ["rowferry", "validate", path, "--mapping", output];
  const marks = text.split(CHOOSE).length - 1;
  return [
    ...(settings.output === undefined ? [`Save the mapping, e.g. as ${output}.`] : []),
    marks === 0
      ? "Look it through, then check the CSV by it:"
      : `Edit its ${plural(marks, "line")} marked CHOOSE:, then check the CSV by it:`,
    `  ${printable(words.map(shellWord).join(" "))}`,
    "",
  ].join("\n");
}

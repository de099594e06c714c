/**
 * A first mapping file for a CSV that nobody has seen before.
 *
 * @module
 */

import type { Settings } from "../config/settings.ts";
import { loadDestination } from "../destinations/registry.ts";
import type { Io } from "../io.ts";
import { draftMapping } from "../mapping/draft.ts";
import { answerDraft, type AskAboutColumn } from "../mapping/draft_answers.ts";
import { findValueInHeader } from "../mapping/header_row.ts";
import { CHOOSE, writeDraft } from "../mapping/init.ts";
import { UsageError } from "../model/errors.ts";
import { type CsvSample, readSample } from "./sample.ts";

export type { AskAboutColumn };

/** Which CSV, and how its mapping is written. */
export interface DraftOptions {
  /** Path of the CSV, or `-` for standard input. */
  readonly path: string;
  /** What the CSV is called in the file and in messages. */
  readonly name: string;
  /** Where editors find the JSON Schema of mapping files. */
  readonly schema: string;
  /** Asks a person what only a person can know; null where nobody is there. */
  readonly ask: AskAboutColumn | null;
}

/** A mapping file's text. */
export interface DraftedMapping {
  readonly text: string;
  /** How many of its lines wait for somebody to choose. */
  readonly open: number;
}

/**
 * Looks at a CSV and drafts a mapping to the destination of the settings.
 *
 * @throws {UsageError} when the destination or the file is wrong.
 * @throws What `ask` throws.
 */
export async function draftMappingFile(
  { io, settings }: { readonly io: Io; readonly settings: Settings },
  { path, name: source, schema, ask }: DraftOptions,
): Promise<DraftedMapping> {
  const { name: destination, mapping: { init: words } } = await loadDestination(settings.to);
  const rows = await readSample(io, path, settings);
  if (settings.header === undefined) refuseRow(rows, source);
  const drafted = draftMapping({ ...rows, words, decimal: settings.decimal });
  const draft = ask === null ? drafted : await answerDraft(drafted, words, ask);
  const text = writeDraft(draft, {
    ...{ source, rows, destination, words, schema },
    csv: csvSection(settings),
  });
  return { text, open: text.split(CHOOSE).length - 1 };
}

/** A mapping made of a row would hold its values, and the row would be lost. */
function refuseRow({ header, profiles }: CsvSample, source: string): void {
  const found = findValueInHeader(header, profiles);
  if (found === null) return;
  throw new UsageError(
    `${source} seems to have no header line: in column ${found.column} of its first line stands ` +
      `${found.what}, as in a row. Name its columns in a line above, or`,
    { remedy: { code: "give-setting", setting: "header", value: null } },
  );
}

/** What was said of the file goes into its mapping, so that it need not be said again. */
function csvSection(
  { delimiter, encoding, header, skipLines, comment, quote, escape, decimal, footer, sheet }:
    Settings,
): Readonly<Record<string, unknown>> {
  return { encoding, delimiter, header, skipLines, comment, quote, escape, decimal, footer, sheet };
}

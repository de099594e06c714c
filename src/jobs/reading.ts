/**
 * How a CSV is read: as the settings say, else as the mapping does, else as the file shows.
 *
 * @module
 */

import type { Settings } from "../config/settings.ts";
import type { CsvOptions, ReaderOptions } from "../csv/reader.ts";
import { loadPatterns, matcher, patternFault } from "../mapping/pattern.ts";
import type { CsvSection } from "../mapping/schema_csv.ts";
import { UsageError } from "../model/errors.ts";
import { delimiterOf } from "../text/delimiter_names.ts";
import type { Source } from "./source.ts";

/** The settings that say how a source is read. */
export type ReaderSettings = Partial<
  & Pick<Settings, "delimiter" | "encoding" | "header" | "skipLines" | "comment">
  & Pick<Settings, "quote" | "escape" | "footer" | "sheet" | "maxFieldBytes" | "maxRecordBytes">
>;

/**
 * Refuses settings that a source of this kind can't heed.
 *
 * @param kind as in `OpenedSource`.
 */
export function refuseUnfit(kind: string, name: string, settings: ReaderSettings): void {
  const unfit = kind === "workbook"
    ? (["delimiter", "encoding", "quote", "escape"] as const)
    : (["sheet"] as const);
  for (const setting of unfit) {
    if (settings[setting] === undefined) continue;
    const what = kind === "workbook" ? "an Excel workbook" : "no Excel workbook";
    throw new UsageError(`${name} is ${what}`, { remedy: { code: "drop-setting", setting } });
  }
}

/**
 * How a source is read. Settings win over the mapping's section, one by one.
 *
 * @throws {UsageError} when a pattern of the settings can't be read.
 */
export async function readerOptions(
  { name }: Pick<Source, "name">,
  settings: ReaderSettings,
  section: CsvSection | undefined,
): Promise<ReaderOptions> {
  const { maxFieldBytes, maxRecordBytes } = settings;
  return { name, maxFieldBytes, maxRecordBytes, ...await csvOptions(settings, section ?? {}) };
}

async function csvOptions(settings: ReaderSettings, section: CsvSection): Promise<CsvOptions> {
  const { delimiter } = section;
  return {
    delimiter: settings.delimiter ??
      (delimiter === undefined ? undefined : delimiterOf(delimiter) ?? undefined),
    encoding: settings.encoding ?? section.encoding,
    header: settings.header ?? section.header,
    skipLines: settings.skipLines ?? section.skipLines,
    comment: settings.comment ?? section.comment,
    quote: settings.quote ?? section.quote,
    escape: settings.escape ?? section.escape,
    isFooter: await footerTest(settings.footer ?? section.footer ?? []),
  };
}

async function footerTest(
  patterns: readonly string[],
): Promise<((line: string) => boolean) | undefined> {
  if (patterns.length === 0) return undefined;
  await loadPatterns("footer");
  const tests = patterns.map((pattern) => {
    const fault = patternFault(pattern);
    if (fault === null) return matcher(pattern);
    throw new UsageError(`expected ${fault}`, {
      remedy: { code: "setting", setting: "footer", value: pattern },
    });
  });
  return (line) => tests.some((test) => test(line));
}

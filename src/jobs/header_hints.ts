/**
 * What is to be said of a file that lacks columns: how its header was read, and by which settings it
 * would have them.
 *
 * @module
 */

import { findElsewhere } from "../csv/elsewhere.ts";
import type { CsvReader } from "../csv/reader.ts";
import { HeaderError, mappingHeader } from "../mapping/header.ts";
import type { MappingFile } from "../mapping/schema.ts";
import { type FileToRead, type ReadingWay, UsageError } from "../model/errors.ts";
import { plural } from "../text/words.ts";
import { looksLikeRow } from "../text/row_like.ts";

/** How many names of a header are shown. */
const MOST_NAMES = 20;

/** The error with what the reader knows; as it is where that is nothing. */
export function withHints(
  error: unknown,
  { header, opening }: Pick<CsvReader, "header" | "opening">,
  mapping: MappingFile,
  file: FileToRead | null,
): unknown {
  if (!(error instanceof HeaderError) || opening === null) return error;
  const { names, delimiter, encoding } = header;
  const isRow = looksLikeRow(names);
  const shown = names.slice(0, MOST_NAMES).map((name) => `"${name}"`).join(", ") +
    (names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : "");
  const reading = `the delimiter ${JSON.stringify(delimiter)} and the encoding ${encoding}`;
  const how = isRow
    ? `Line ${opening.line}, read as its header with ${reading}, looks like a row`
    : `The header on line ${opening.line} was read with ${reading} as ${shown}`;
  const ways: ReadingWay[] = [];
  const elsewhere = findElsewhere(opening, header, error.missing);
  if (elsewhere !== null) {
    const { line, isQuoted } = elsewhere;
    const other: Record<string, string> = elsewhere.delimiter === delimiter
      ? {}
      : { delimiter: elsewhere.delimiter };
    if (isQuoted) {
      ways.push({
        what:
          "The header is one quoted column that holds the names, as where each line was quoted " +
          "as a whole: take the quotes around the lines away, and write those doubled inside once",
        settings: {},
      });
    } else if (line === opening.line) {
      ways.push({ what: "Another delimiter gives the columns", settings: other });
    } else {
      ways.push({
        what: `Line ${line} names the columns`,
        settings: { skipLines: `${line - 1}`, ...other },
      });
    }
  }
  const wanted = mappingHeader(mapping);
  if (isRow && wanted.length === names.length) {
    ways.push({
      what: "For a file without a header line, if these are its columns in this order",
      settings: { header: wanted.map(quoted).join(",") },
    });
  } else if (isRow) {
    ways.push({
      what: `For a file without a header line, with the names of its ${
        plural(names.length, "column")
      }`,
      settings: { header: "…" },
    });
  }
  return new UsageError([...error.faults, how], {
    cause: error,
    remedy: { code: "read-otherwise", ways, destination: mapping.destination, file },
  });
}

/** A name as it stands in a list with commas. */
function quoted(name: string): string {
  return /[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}

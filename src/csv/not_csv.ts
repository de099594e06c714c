/**
 * What is not CSV, known by its first bytes, so that a wrong file is called by its name instead of by
 * the first thing in it that a reader stumbles over.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** How many of a file's first bytes are looked at: as far as a tar archive's mark. */
export const HEAD_BYTES = 512;

/** A format that no CSV reader takes. */
interface Format {
  /** With its article: `a PDF document`. */
  readonly name: string;
  readonly remedy: string;
  /** Whether a file that starts with these bytes, here as latin1, is of this format. */
  readonly matches: (head: string) => boolean;
}

const AS_CSV = "save it as CSV (UTF-8) there, and import that";
const UNPACK = "unpack it, and import the CSV file in it";
const EXPORT = "export the table as CSV, and import that";

const startsWith = (...marks: readonly string[]) => (head: string) =>
  marks.some((mark) => head.startsWith(mark));

/** A page or document of markup, whatever blanks or byte order mark stand in front of it. */
const startsWithMarkup = (pattern: RegExp) => (head: string) =>
  pattern.test(head.replace(/^(?:\xef\xbb\xbf)?\s*/, ""));

const FORMATS: readonly Format[] = [
  {
    name: "a workbook of old Excel (.xls), or one with a password",
    remedy: AS_CSV,
    matches: startsWith("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
  },
  {
    name: "a ZIP archive or a workbook",
    remedy: "name a workbook as a file, or unpack the archive and import the CSV file in it",
    matches: startsWith("PK\x03\x04", "PK\x05\x06", "PK\x07\x08"),
  },
  // What is gzipped has been unpacked by then.
  { name: "a file that was gzipped twice", remedy: UNPACK, matches: startsWith("\x1f\x8b") },
  {
    name: "a pointer of Git LFS",
    remedy: "fetch the CSV file that it stands for (git lfs pull)",
    matches: startsWith("version https://git-lfs.github.com/spec/"),
  },
  { name: "a 7z archive", remedy: UNPACK, matches: startsWith("7z\xbc\xaf\x27\x1c") },
  { name: "a RAR archive", remedy: UNPACK, matches: startsWith("Rar!\x1a\x07") },
  { name: "a bzip2 file", remedy: UNPACK, matches: (head) => /^BZh[1-9]1AY&SY/.test(head) },
  { name: "an xz file", remedy: UNPACK, matches: startsWith("\xfd7zXZ\0") },
  { name: "a Zstandard file", remedy: UNPACK, matches: startsWith("\x28\xb5\x2f\xfd") },
  { name: "a tar archive", remedy: UNPACK, matches: (head) => head.startsWith("ustar", 257) },
  { name: "a PDF document", remedy: EXPORT, matches: startsWith("%PDF-") },
  { name: "a Rich Text document", remedy: EXPORT, matches: startsWith("{\\rtf") },
  { name: "a Parquet file", remedy: EXPORT, matches: startsWith("PAR1") },
  { name: "an Avro file", remedy: EXPORT, matches: startsWith("Obj\x01") },
  { name: "an ORC file", remedy: EXPORT, matches: startsWith("ORC\x0a", "ORC\x08", "ORC\x12") },
  { name: "an Arrow file", remedy: EXPORT, matches: startsWith("ARROW1\0\0", "FEA1") },
  { name: "an SQLite database", remedy: EXPORT, matches: startsWith("SQLite format 3\0") },
  {
    name: "an image",
    remedy: "name the CSV file instead",
    matches: startsWith("\x89PNG\r\n", "\xff\xd8\xff", "GIF87a", "GIF89a"),
  },
  {
    name: "an HTML page, perhaps the login or error page that a download gave",
    remedy: "open it in a browser to see what it says, and fetch the CSV file again",
    matches: startsWithMarkup(/^<(?:!doctype\s+html|html|head|body|table)[\s>]/i),
  },
  {
    name: "an XML document",
    remedy: EXPORT,
    matches: startsWithMarkup(/^<(?:\?xml|!--)\W/i),
  },
  {
    name: "JSON",
    remedy: "make it CSV first, with one column for each field",
    matches: startsWithMarkup(/^(?:\{\s*"(?:[^"\\]|\\.)*"\s*:|\[\s*(?:\{|\[|$))/),
  },
];

/** Whether a file that starts with these bytes is a ZIP archive, as workbooks are. */
export function isZip([first, second, third, fourth]: Uint8Array): boolean {
  return first === 0x50 && second === 0x4b && third === 0x03 && fourth === 0x04;
}

/**
 * What is to be said of a file that is not CSV: what it is, and what to do; null where nothing speaks
 * against its being CSV.
 */
export function describeOtherFormat(head: Uint8Array): string | null {
  const text = Buffer.from(head.buffer, head.byteOffset, head.length).toString("latin1");
  const format = FORMATS.find(({ matches }) => matches(text));
  return format ? `it is ${format.name}, not CSV: ${format.remedy}` : null;
}

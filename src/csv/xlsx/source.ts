/**
 * An Excel workbook (.xlsx) read as if it were CSV: it is turned into CSV ahead of the reader, as a
 * gzipped file is decompressed ahead of it, the same bytes each time. So positions, rejected rows and
 * resuming are what they are for any source that can't be read from the middle.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { FileHandle } from "../../io.ts";
import { UsageError } from "../../model/errors.ts";
import { type ByteSource, cannotReadOn, chunkSource } from "../blocks.ts";
import { bytes } from "../problems.ts";
import { readWorkbook, type Sheet } from "./package.ts";
import { csvOf } from "./sheet.ts";
import { openZip, type ZipParts } from "./zip.ts";

/** How many bytes one byte of the file may become, once they come to `GRACE_BYTES`: as for gzip. */
const MAX_EXPANSION = 200;
const GRACE_BYTES = 2 ** 30;

/** How many bytes a part that is held in memory may have. */
const MOST_HELD = 2 ** 29;

/** Formats that are ZIP archives too, by a part that each has. */
const OTHERS: readonly [part: RegExp, name: string][] = [
  [/^xl\/workbook\.bin$/, "a binary Excel workbook (.xlsb)"],
  [/^content\.xml$/, "an OpenDocument file"],
  [/^Index\/|^Index\.zip$/, "a document of Numbers or Pages"],
  [/^word\//, "a Word document"],
  [/^ppt\//, "a PowerPoint presentation"],
];

/**
 * Opens a ZIP archive as a workbook.
 *
 * @param name what messages call the file.
 * @param wanted name of the sheet to read; the first that is shown unless given.
 * @throws {UsageError} when it is no workbook, or has no such sheet.
 */
export async function openWorkbook(
  handle: FileHandle,
  { name, size, wanted }: {
    readonly name: string;
    readonly size: number;
    readonly wanted: string | undefined;
  },
): Promise<ByteSource> {
  let csv: AsyncGenerator<string>;
  try {
    const parts = await openZip(handle, size);
    refuseOthers(name, parts);
    refuseBombs(parts);
    const workbook = await readWorkbook(parts);
    const sheet = chooseSheet(name, workbook.sheets, wanted);
    if (!sheet.part) throw new Error(`its sheet "${sheet.name}" is missing`);
    csv = csvOf(sheet.part.read(), workbook);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`Cannot read ${name}: ${damaged(error)}`, { cause: error });
  }
  return blocksOf(csv, handle, name, size);
}

function blocksOf(
  csv: AsyncGenerator<string>,
  handle: FileHandle,
  name: string,
  size: number,
): ByteSource {
  let given = 0;
  return chunkSource({
    async next() {
      const next = await csv.next().catch((error) => {
        throw cannotReadOn(name, damaged(error), error);
      });
      if (next.done) return null;
      const chunk = Buffer.from(next.value);
      given += chunk.length;
      if (given > GRACE_BYTES && given > size * MAX_EXPANSION) {
        throw cannotReadOn(
          name,
          `it has more than ${bytes(GRACE_BYTES)} and ${MAX_EXPANSION} times its size in cells; ` +
            "save it as CSV if that is right",
        );
      }
      return chunk;
    },
    close: () => handle.close(),
  });
}

function damaged(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return `as an Excel workbook it is damaged or not finished (${reason}); open it in Excel, and ` +
    "save it anew, or save it as CSV";
}

function refuseOthers(name: string, parts: ZipParts): void {
  const names = [...parts.keys()];
  const other = OTHERS.find(([part]) => names.some((name) => part.test(name)))?.[1];
  if (other !== undefined) {
    throw new UsageError(`Cannot read ${name}: it is ${other}; save it as .xlsx or CSV there`);
  }
  if (!names.includes("xl/workbook.xml")) {
    throw new UsageError(
      `Cannot read ${name}: it is a ZIP archive, not CSV: unpack it, and import the CSV file in it`,
    );
  }
}

/** Of what is small, much can be made: such a file was made to do harm. */
function refuseBombs(parts: ZipParts): void {
  for (const [path, { size, packed }] of parts) {
    const isSheet = path.startsWith("xl/worksheets/");
    const most = isSheet ? Math.max(GRACE_BYTES, packed * MAX_EXPANSION) : MOST_HELD;
    if (size > most && /^xl\/.*\.xml$/.test(path)) {
      throw new Error(`${path} would take ${Math.round(size / 2 ** 20)} MiB`);
    }
  }
}

function chooseSheet(name: string, sheets: readonly Sheet[], wanted: string | undefined): Sheet {
  const found = wanted === undefined
    ? sheets.find(({ isHidden }) => !isHidden)
    : sheets.find((sheet) => sheet.name.toLowerCase() === wanted.toLowerCase());
  if (found) return found;
  if (wanted === undefined) throw new Error("it has no sheet of cells");
  const names = sheets.map((sheet) => `"${sheet.name}"`).join(", ");
  throw new UsageError(`${name} has no sheet "${wanted}", but ${names}`);
}

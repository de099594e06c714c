/**
 * A look at a file's first rows before any is checked, where some tell how others are meant: a decimal comma
 * in one row says that the point of another may part thousands. A resumed run looks at the same rows.
 *
 * @module
 */

import { openReader, type ReaderOptions } from "../csv/reader.ts";
import { openSource } from "../csv/source.ts";
import { refuseUtf8 } from "../csv/utf8_after_all.ts";
import type { Io } from "../io.ts";
import type { CompiledMapping } from "../mapping/compile.ts";
import type { Source } from "./source.ts";

/** How far letters are looked for, in bytes. */
const BYTES_AHEAD = 64 * 2 ** 20;

/**
 * Refuses a file whose first letters beyond ASCII are UTF-8 though another encoding is given for it.
 *
 * @param encoding its name in the WHATWG Encoding Standard.
 * @throws {UsageError} when it is, or the file can't be read.
 */
export async function refuseGarbled(
  io: Pick<Io, "files" | "stdin">,
  { path, name }: Pick<Source, "path" | "name">,
  encoding: string,
): Promise<void> {
  if (encoding.startsWith("utf-")) return;
  const source = await openSource(io, path);
  try {
    for (let left = BYTES_AHEAD; left > 0;) {
      const bytes = await source.read();
      if (bytes === null) return;
      if (refuseUtf8(bytes, encoding, name) !== null) return;
      left -= bytes.length;
    }
  } finally {
    await source.close();
  }
}

/** So many rows are looked at. */
const ROWS_AHEAD = 10_000;

/**
 * Shows a mapping the first rows of the file at `path`, which can be read again.
 *
 * @throws {UsageError} when the file can't be read.
 */
export async function lookAhead(
  io: Pick<Io, "files" | "stdin">,
  path: string,
  options: ReaderOptions,
  mapping: CompiledMapping,
): Promise<void> {
  if (!mapping.looksAhead) return;
  const source = await openSource(io, path);
  try {
    const reader = await openReader(source, options);
    for (let left = ROWS_AHEAD; left > 0;) {
      const rows = await reader.read();
      if (!rows) return;
      for (const row of rows) if (row.fault === null) mapping.look(row);
      left -= rows.length;
    }
  } finally {
    await source.close();
  }
}

/**
 * What a process that died while it wrote left of a file of records.
 *
 * @module
 */

import type { Files } from "../io.ts";

/** Stands where lines are to come. No text in UTF-8 has such a byte. */
export const FILLER = 0xff;

/**
 * Cuts a file back to its last whole line before the room for further ones, where a process died
 * before it did so: nobody was told that what comes after it was kept.
 *
 * @returns how many whole lines it has.
 */
export async function cutToWholeLines(files: Files, path: string): Promise<number> {
  const file = await files.open(path, { read: true, write: true });
  try {
    const buffer = new Uint8Array(256 * 1024);
    let offset = 0;
    let whole = 0;
    let lines = 0;
    let isQuoted = false;
    let hasRoom = false;
    while (!hasRoom) {
      const count = await file.read(buffer);
      if (count === null) break;
      const room = buffer.subarray(0, count).indexOf(FILLER);
      hasRoom = room >= 0;
      const length = hasRoom ? room : count;
      for (let at = 0; at < length; at++) {
        if (buffer[at] === 0x22) isQuoted = !isQuoted;
        else if (buffer[at] === 0x0a && !isQuoted) {
          whole = offset + at + 1;
          lines++;
        }
      }
      offset += count;
    }
    if (whole === offset) return lines;
    await file.truncate(whole);
    await file.sync();
    return lines;
  } finally {
    file.close();
  }
}

/**
 * The dump of a dry run: the exact request bodies, one a line.
 *
 * @module
 */

import type { Files } from "../io.ts";
import { openOutputFile } from "./output_file.ts";

const LINE_FEED = 0x0a;

/** A file that request bodies are written to. */
export interface Dump {
  write(body: Uint8Array): void;
  close(): void;
}

/**
 * Opens the dump, if there is to be one. A body that is several lines itself (NDJSON) stands on as
 * many lines.
 *
 * @param read Paths of the files that the call reads, which must not be overwritten.
 */
export async function createDump(
  files: Files,
  path: string | undefined,
  read: readonly string[],
): Promise<Dump | null> {
  if (path === undefined) return null;
  const file = await openOutputFile(files, path, read, "dump");
  return {
    write(body) {
      file.write(body);
      if (body.at(-1) !== LINE_FEED) file.write(Uint8Array.of(LINE_FEED));
    },
    close: () => file.close(),
  };
}

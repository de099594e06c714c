/**
 * The file of `--dump`: the exact request bodies, one a line.
 *
 * @module
 */

import type { Files } from "../io.ts";
import { openOutputFile } from "./output_file.ts";

/** A file that request bodies are written to. */
export interface Dump {
  write(body: string): void;
  close(): void;
}

/**
 * Opens the dump, if there is to be one. A body that is several lines itself (NDJSON) stands on as
 * many lines.
 *
 * @param source Path of the CSV, which must not be overwritten.
 */
export async function createDump(
  files: Files,
  path: string | undefined,
  source: string,
): Promise<Dump | null> {
  if (path === undefined) return null;
  const file = await openOutputFile(files, path, source, "--dump");
  const encoder = new TextEncoder();
  return {
    write(body) {
      file.write(encoder.encode(body.endsWith("\n") ? body : `${body}\n`));
    },
    close: () => file.close(),
  };
}

/**
 * The source's header as a checkpoint holds it: column names and what the reader found out, so that
 * a resumed run reads on as it began.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { HeaderFacts } from "../checkpoint/lines.ts";
import type { Header } from "../csv/reader.ts";
import type { JsonValue } from "../model/value.ts";

type Recorded = Pick<Header, "names" | "delimiter" | "encoding" | "newline">;

/** As the checkpoint records it. */
export function recordHeader({ names, delimiter, encoding, newline }: Header): JsonValue {
  return { names, delimiter, encoding, newline };
}

/** As it was recorded; the line's checksum says that it is what was written. */
export function readHeader({ bytes, end, reader }: HeaderFacts): Header {
  return { ...reader as unknown as Recorded, raw: Buffer.from(bytes, "base64"), end };
}

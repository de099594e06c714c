/**
 * The source's header as a checkpoint holds it: column names and what the reader found out, so that
 * a resumed run reads on as it began.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { HeaderFacts } from "../checkpoint/lines.ts";
import { type Header, STANDARD } from "../csv/reader.ts";
import type { JsonValue } from "../model/value.ts";

type Recorded = Pick<
  Header,
  "names" | "hasNames" | "delimiter" | "encoding" | "newline" | "dialect"
>;

/** As the checkpoint records it. */
export function recordHeader(header: Header): JsonValue {
  const { names, hasNames, delimiter, encoding, newline, dialect } = header;
  return { names, hasNames, delimiter, encoding, newline, dialect: { ...dialect } };
}

/** As it was recorded; the line's checksum says that it is what was written. */
export function restoreHeader({ bytes, end, reader }: HeaderFacts): Header {
  // Releases before 0.1 knew one dialect, and gave rows without any value a number.
  const asBefore = { hasNames: true, dialect: { ...STANDARD, numbering: 1 as const } };
  const recorded = reader as unknown as Recorded;
  return { ...asBefore, ...recorded, recordOffset: null, raw: Buffer.from(bytes, "base64"), end };
}

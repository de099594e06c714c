/**
 * The line of a span, worded piece by piece: there may be a thousand a second, and making an object
 * of it for `encodeLine` takes three times as long.
 *
 * @module
 */

import { Fragment, PayloadWriter } from "../model/payload_writer.ts";
import { crc32, crcHex } from "./crc.ts";
import type { Extent, SpanLine } from "./lines.ts";

/** Words the lines of spans. */
export class SpanLines {
  readonly #writer = new PayloadWriter();

  /** The bytes that `encodeLine` would give. They are good until the next call. */
  bytes(span: Omit<SpanLine, "type">): Uint8Array {
    const writer = this.#writer;
    writer.length = 0;
    let before = ROWS;
    for (const [first, last] of span.rows) {
      this.#number(before, first);
      this.#number(LAST, last);
      before = NEXT_RANGE;
    }
    this.#number(ACCEPTED, span.accepted);
    this.#number(FILTERED, span.filtered);
    this.#number(REJECTED, span.rejected);
    this.#number(UNKNOWN, span.unknown);
    this.#number(AT_ROW, span.at.row);
    this.#number(AT_OFFSET, span.at.offset);
    this.#number(AT_LINE, span.at.line);
    writer.fragment(AT_DIGEST);
    writer.quoted(span.at.digest);
    this.#extent(REJECTED_CSV, span.rejectedCsv);
    this.#extent(ERRORS_JSONL, span.errorsJsonl);
    if (span.unknownCsv.bytes > 0) this.#extent(UNKNOWN_CSV, span.unknownCsv);
    this.#number(SYNCED, span.synced);
    const crc = crcHex(crc32(writer.bytes.subarray(0, writer.length)));
    writer.fragment(BEFORE_CRC);
    writer.quoted(crc);
    writer.fragment(END);
    return writer.bytes.subarray(0, writer.length);
  }

  #number(before: Fragment, value: number): void {
    this.#writer.fragment(before);
    this.#writer.number(value);
  }

  #extent(before: Fragment, { bytes, crc }: Extent): void {
    this.#number(before, bytes);
    this.#writer.fragment(BEFORE_CRC);
    this.#writer.quoted(crc);
  }
}

// Each begins by ending what stands before it.
const ROWS = new Fragment('{"type":"span","rows":[[');
const LAST = new Fragment(",");
const NEXT_RANGE = new Fragment("],[");
const ACCEPTED = new Fragment(']],"accepted":');
const FILTERED = new Fragment(',"filtered":');
const REJECTED = new Fragment(',"rejected":');
const UNKNOWN = new Fragment(',"unknown":');
const AT_ROW = new Fragment(',"at":{"row":');
const AT_OFFSET = new Fragment(',"offset":');
const AT_LINE = new Fragment(',"line":');
const AT_DIGEST = new Fragment(',"digest":');
const REJECTED_CSV = new Fragment('},"rejectedCsv":{"bytes":');
const ERRORS_JSONL = new Fragment('},"errorsJsonl":{"bytes":');
const UNKNOWN_CSV = new Fragment('},"unknownCsv":{"bytes":');
const BEFORE_CRC = new Fragment(',"crc":');
const SYNCED = new Fragment('},"synced":');
const END = new Fragment("}\n");

/**
 * The first column of a file of rejected rows: what is wrong with each, for a person who mends it in a
 * spreadsheet. An import leaves the column out.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { PROBLEM_COLUMN, type Rejection } from "../model/problem.ts";
import type { Header } from "./header.ts";
import { encodeText } from "./made_header.ts";
import { withoutFirstField } from "./raw.ts";

/**
 * What a file of rejected rows begins with; null where the source's columns have no names, and so this
 * one can have none.
 */
export function rejectedHead(header: Header): Uint8Array | null {
  const { names, raw, recordOffset, delimiter, encoding } = header;
  if (recordOffset === null) return null;
  const name = names[0] === PROBLEM_COLUMN ? "" : PROBLEM_COLUMN + delimiter;
  return Buffer.concat([
    raw.subarray(0, recordOffset),
    encodeText(name, encoding) ?? new Uint8Array(),
    raw.subarray(recordOffset),
  ]);
}

/** Writes the column in front of the others, as the file is written. */
export class ProblemColumn {
  readonly #header: Header;
  readonly #isThere: boolean;

  /** @param header of the file that the rows come from. */
  constructor(header: Header) {
    this.#header = header;
    this.#isThere = header.names[0] === PROBLEM_COLUMN;
  }

  /** A rejected row's bytes with what is wrong with it in front, in place of what was before. */
  row({ line, problems, raw }: Rejection): Uint8Array {
    const { delimiter, encoding } = this.#header;
    const reasons = problems.map(({ column, message }) =>
      column === null || message.includes(column) ? message : `${column}: ${message}`
    );
    const text = this.#plain(`line ${line}: ${reasons.join(" ")}`) + delimiter;
    const cell = encodeText(text, encoding) ??
      // deno-lint-ignore no-control-regex -- ASCII, which all encodings have in common
      Buffer.from(text.replace(/[^\x00-\x7f]/gu, "?"), "latin1");
    return Buffer.concat([cell, this.#isThere ? withoutFirstField(raw, this.#header) : raw]);
  }

  /** A text that needs no quotes, whichever the file has. */
  #plain(text: string): string {
    const { delimiter, dialect: { quote, escape } } = this.#header;
    return text
      .replaceAll(/[\r\n]+/g, " ")
      .replaceAll(/["']/g, quote === "'" ? "`" : "'")
      .replaceAll(delimiter, substitute(delimiter))
      .replaceAll(escape ?? "\0", "/");
  }
}

/** What stands in a text for a delimiter. */
function substitute(delimiter: string): string {
  return delimiter === "," ? ";" : delimiter === " " ? "_" : " ";
}

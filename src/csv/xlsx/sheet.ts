/**
 * A sheet's cells as CSV.
 *
 * @module
 */

import { bytes } from "../problems.ts";
import { kindOf, type NumberKind, numberText } from "./cell_text.ts";
import { unescapeText, type Workbook } from "./package.ts";
import { readXml, type XmlHandlers } from "./xml.ts";

/** Excel's own bounds. */
const MOST_ROWS = 2 ** 20;
const MOST_COLUMNS = 2 ** 14;

/** Characters of a cell, far more than the 32,767 of Excel and than fields may have unless that is said. */
const MOST_OF_A_CELL = 2 ** 24;

/**
 * A sheet as CSV text, in pieces: UTF-8, commas, LF. Line n is row n of the sheet as long as no cell
 * holds a line break, since rows that the sheet leaves out are empty lines. Each line has at least as
 * many fields as those above it.
 *
 * @throws {Error} when the sheet is damaged, or a formula has no value.
 */
export async function* csvOf(
  chunks: AsyncIterable<Uint8Array>,
  workbook: SharedParts,
): AsyncGenerator<string> {
  const writer = new SheetWriter(workbook);
  for await (const _ of readXml(chunks, writer)) {
    const text = writer.take();
    if (text !== "") yield text;
  }
  const rest = writer.take();
  if (rest !== "") yield rest;
}

/** What cells refer to. */
type SharedParts = Pick<Workbook, "texts" | "formats" | "countsFrom1904">;

/** Writes a sheet's cells as they are read. */
class SheetWriter implements XmlHandlers {
  readonly #workbook: SharedParts;
  readonly #kinds: readonly NumberKind[];
  #out = "";
  /** Rows that are written, and the most fields that one of them has. */
  #rows = 0;
  #width = 0;
  #cells: string[] = [];
  #cell = { column: 0, type: "n", style: 0, hasFormula: false };
  /** Text of the cell's value; null where it has none. */
  #value: string | null = null;
  #isValue = false;
  /** True inside what says how a text is spoken. */
  #isSpoken = false;

  constructor(workbook: SharedParts) {
    this.#workbook = workbook;
    this.#kinds = workbook.formats.map(kindOf);
  }

  /** The rows that were written since it was called last. */
  take(): string {
    const text = this.#out;
    this.#out = "";
    return text;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    switch (name) {
      case "row":
        return this.#startRow(Number(attributes.r ?? this.#rows + 1));
      case "c":
        return this.#startCell(attributes);
      case "f":
        this.#cell.hasFormula = true;
        break;
      case "rPh":
        this.#isSpoken = true;
        break;
      case "v":
      case "t":
        if (this.#isSpoken) break;
        this.#isValue = true;
        this.#value ??= "";
    }
  }

  text(more: string): void {
    if (!this.#isValue) return;
    this.#value += more;
    if ((this.#value?.length ?? 0) > MOST_OF_A_CELL) {
      throw new Error(`a cell of row ${this.#rows + 1} holds more than ${bytes(MOST_OF_A_CELL)}`);
    }
  }

  close(name: string): void {
    switch (name) {
      case "v":
      case "t":
        this.#isValue = false;
        break;
      case "rPh":
        this.#isSpoken = false;
        break;
      case "c":
        while (this.#cells.length < this.#cell.column) this.#cells.push("");
        this.#cells.push(quoted(this.#cellText()));
        break;
      case "row":
        this.#endRow();
    }
  }

  #startRow(row: number): void {
    if (!(row > this.#rows && row <= MOST_ROWS)) throw new Error("a row stands in the wrong place");
    this.#out += "\n".repeat(row - 1 - this.#rows);
    this.#rows = row - 1;
    this.#cells = [];
  }

  #endRow(): void {
    const filled = this.#cells.findLastIndex((text) => text !== "") + 1;
    this.#width = Math.max(this.#width, filled);
    const empty = filled === 0 ? "" : ",".repeat(this.#width - filled);
    this.#out += `${this.#cells.slice(0, filled).join(",")}${empty}\n`;
    this.#rows++;
  }

  #startCell({ r, t = "n", s = "0" }: Readonly<Record<string, string>>): void {
    const column = r === undefined ? this.#cells.length : columnOf(r);
    if (!(column >= this.#cells.length && column < MOST_COLUMNS)) {
      throw new Error(`a cell of row ${this.#rows + 1} stands in the wrong place`);
    }
    this.#cell = { column, type: t, style: Number(s), hasFormula: false };
    this.#value = null;
  }

  #cellText(): string {
    const { type, style, hasFormula, column } = this.#cell;
    const { texts, countsFrom1904 } = this.#workbook;
    const row = this.#rows + 1;
    if (this.#value === null) {
      if (!hasFormula) return "";
      throw new Error(`the formula in column ${column + 1} of row ${row} has no value`);
    }
    switch (type) {
      case "s": {
        const text = texts[Number(this.#value)];
        if (text === undefined) throw new Error(`row ${row} refers to a text that is missing`);
        return text;
      }
      case "b":
        return this.#value === "1" ? "TRUE" : "FALSE";
      case "n":
        return numberText(this.#value, this.#kinds[style] ?? "number", countsFrom1904);
      default:
        return unescapeText(this.#value);
    }
  }
}

/** 0 for `A1`, 27 for `AB1`. */
function columnOf(reference: string): number {
  let column = 0;
  for (const letter of /^[A-Z]+/i.exec(reference)?.[0].toUpperCase() ?? "") {
    column = column * 26 + letter.charCodeAt(0) - 64;
  }
  return column - 1;
}

function quoted(text: string): string {
  return /[",\r\n]|^sep=/i.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

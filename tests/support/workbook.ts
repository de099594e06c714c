/** Workbooks for tests: ZIP archives of the parts that Excel writes. */

import { Buffer } from "node:buffer";
import { deflateRawSync } from "node:zlib";
import { crc32 } from "../../src/checkpoint/crc.ts";

/** A ZIP archive of texts by their names. */
export function zipOf(parts: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(parts)) {
    const data = Buffer.from(content as string);
    const packed = deflateRawSync(data);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0); // Version.
    fields.writeUInt16LE(0x800, 2); // Names are UTF-8.
    fields.writeUInt16LE(8, 4); // Deflate.
    fields.writeUInt32LE(crc32(data), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(data.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), fields, Buffer.from(name), packed]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    const made = Buffer.from([20, 0]);
    directory.push(
      Buffer.concat([Buffer.from("PK\x01\x02"), made, fields, place, Buffer.from(name)]),
    );
    files.push(local);
    offset += local.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(Buffer.concat(directory).length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...files, ...directory, Buffer.from("PK\x05\x06"), end]);
}

/** What a workbook holds. */
export interface WorkbookPlan {
  /** Rows of each sheet as XML, by the sheets' names. */
  readonly sheets: Readonly<Record<string, string>>;
  readonly hidden?: readonly string[];
  readonly texts?: readonly string[];
  /** Codes of number formats; style n has the n-th. */
  readonly formats?: readonly string[];
  readonly date1904?: boolean;
}

const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/** A workbook. */
export function workbookOf(plan: WorkbookPlan): Uint8Array {
  const { sheets, hidden = [], texts = [], formats = [], date1904 = false } = plan;
  const names = Object.keys(sheets);
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${DOC}/${type}" Target="${target}"/>`;
  return zipOf({
    "[Content_Types].xml": "<Types/>",
    "xl/workbook.xml": `<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="${MAIN}" ` +
      `xmlns:r="${DOC}"><workbookPr date1904="${date1904 ? 1 : 0}"/><sheets>` +
      names.map((name, at) =>
        `<sheet name="${name}" sheetId="${at + 1}" r:id="rId${at + 1}"` +
        `${hidden.includes(name) ? ' state="hidden"' : ""}/>`
      ).join("") + "</sheets></workbook>",
    "xl/_rels/workbook.xml.rels": "<Relationships>" +
      names.map((_, at) => relation(`rId${at + 1}`, "worksheet", `worksheets/sheet${at + 1}.xml`))
        .join("") +
      relation("rId98", "sharedStrings", "/xl/sharedStrings.xml") +
      relation("rId99", "styles", "styles.xml") + "</Relationships>",
    ...Object.fromEntries(names.map((name, at) => [
      `xl/worksheets/sheet${at + 1}.xml`,
      `<worksheet xmlns="${MAIN}"><sheetData>${sheets[name]}</sheetData></worksheet>`,
    ])),
    "xl/styles.xml": "<styleSheet><numFmts>" +
      formats.map((code, at) => `<numFmt numFmtId="${164 + at}" formatCode="${code}"/>`).join("") +
      '</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>' +
      formats.map((_, at) => `<xf numFmtId="${164 + at}"/>`).join("") + "</cellXfs></styleSheet>",
    "xl/sharedStrings.xml": `<sst xmlns="${MAIN}">` + texts.join("") + "</sst>",
  });
}

/** Rows of texts and numbers. */
export function rowsOf(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((cells, at) =>
    `<row r="${at + 1}">` + cells.map((value, column) => {
      const place = `r="${String.fromCharCode(65 + column)}${at + 1}"`;
      return typeof value === "number"
        ? `<c ${place}><v>${value}</v></c>`
        : `<c ${place} t="inlineStr"><is><t>${value}</t></is></c>`;
    }).join("") + "</row>"
  ).join("");
}

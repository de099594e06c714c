/**
 * What a workbook says of its sheets: their names, their parts, and what they share.
 *
 * @module
 */

import { bytes } from "../problems.ts";
import { attribute, readWholeXml } from "./xml.ts";
import type { ZipPart, ZipParts } from "./zip.ts";

/** A sheet of cells. */
export interface Sheet {
  readonly name: string;
  readonly isHidden: boolean;
  readonly part: ZipPart | undefined;
}

/** A workbook but for its cells. */
export interface Workbook {
  readonly sheets: readonly Sheet[];
  /** True where days are counted from 1904 on, as Excel for Mac did. */
  readonly countsFrom1904: boolean;
  /** Texts that cells refer to by number. */
  readonly texts: readonly string[];
  /** The number format of each cell style. */
  readonly formats: readonly string[];
}

/** Most characters that shared texts may have together: they are held in memory. */
const MOST_SHARED = 2 ** 27;

const ROOT = "xl/workbook.xml";

/** Reads the parts but the sheets. */
export async function readWorkbook(parts: ZipParts): Promise<Workbook> {
  const sheets: { name: string; isHidden: boolean; id: string | undefined }[] = [];
  let countsFrom1904 = false;
  await readPart(parts, ROOT, (name, attributes) => {
    if (name === "sheet") {
      sheets.push({
        name: attributes.name ?? "",
        isHidden: (attributes.state ?? "visible") !== "visible",
        id: attribute(attributes, "id"),
      });
    }
    if (name === "workbookPr") countsFrom1904 = isTrue(attributes.date1904);
  });
  const targets = new Map<string, { target: string; type: string }>();
  await readPart(parts, "xl/_rels/workbook.xml.rels", (name, { Id, Target, Type }) => {
    if (name !== "Relationship" || Id === undefined || Target === undefined) return;
    targets.set(Id, { target: pathOf(Target), type: Type?.split("/").at(-1) ?? "" });
  });
  const partOf = (type: string) =>
    [...targets.values()].find((relation) => relation.type === type)?.target;
  return {
    sheets: sheets.flatMap(({ name, isHidden, id }) => {
      const relation = targets.get(id ?? "");
      if (relation && relation.type !== "worksheet") return []; // A chart, say.
      return [{ name, isHidden, part: parts.get(relation?.target ?? "") }];
    }),
    countsFrom1904,
    texts: await readTexts(parts, partOf("sharedStrings") ?? "xl/sharedStrings.xml"),
    formats: await readFormats(parts, partOf("styles") ?? "xl/styles.xml"),
  };
}

async function readPart(
  parts: ZipParts,
  path: string,
  open: (name: string, attributes: Readonly<Record<string, string>>) => void,
): Promise<void> {
  const part = parts.get(path);
  if (part) await readWholeXml(part.read(), { open });
}

/** The texts; of each, what is said by the way of its pronunciation is left out. */
async function readTexts(parts: ZipParts, path: string): Promise<readonly string[]> {
  const texts: string[] = [];
  let text = "";
  let length = 0;
  let isText = false;
  let isSpoken = false;
  const part = parts.get(path);
  if (!part) return texts;
  await readWholeXml(part.read(), {
    open(name) {
      if (name === "si") text = "";
      if (name === "rPh") isSpoken = true;
      isText = name === "t" && !isSpoken;
    },
    text(more) {
      if (!isText) return;
      text += more;
      length += more.length;
      if (length > MOST_SHARED) {
        throw new Error(`its texts take more than ${bytes(MOST_SHARED)}`);
      }
    },
    close(name) {
      if (name === "t") isText = false;
      if (name === "rPh") isSpoken = false;
      if (name === "si") texts.push(unescapeText(text));
    },
  });
  return texts;
}

/** `_x000D_` stands for a character that XML can't hold as it is. */
export function unescapeText(text: string): string {
  if (!text.includes("_x")) return text;
  return text.replace(
    /_x([0-9A-Fa-f]{4})_/g,
    (_, code: string) => String.fromCharCode(parseInt(code, 16)),
  );
}

async function readFormats(parts: ZipParts, path: string): Promise<readonly string[]> {
  const codes = new Map<string, string>();
  const formats: string[] = [];
  let isCell = false;
  const part = parts.get(path);
  if (!part) return formats;
  await readWholeXml(part.read(), {
    open(name, attributes) {
      if (name === "numFmt") codes.set(attributes.numFmtId ?? "", formatCode(attributes));
      if (name === "cellXfs") isCell = true;
      if (name !== "xf" || !isCell) return;
      const id = attributes.numFmtId ?? "0";
      formats.push(codes.get(id) ?? BUILT_IN[Number(id)] ?? "");
    },
    close(name) {
      if (name === "cellXfs") isCell = false;
    },
  });
  return formats;
}

/** Excel takes no longer codes. */
function formatCode({ formatCode = "" }: Readonly<Record<string, string>>): string {
  return formatCode.slice(0, 255);
}

/** Built-in formats that change what a number means (ECMA-376, part 1, 18.8.30). */
const BUILT_IN: Readonly<Record<number, string>> = {
  ...Object.fromEntries([14, 15, 16, 17].map((id) => [id, "d.m.y"])),
  ...Object.fromEntries([18, 19, 20, 21, 45, 47].map((id) => [id, "h:mm"])),
  22: "d.m.y h:mm",
  46: "[h]:mm:ss",
  // Dates of East Asian editions.
  ...Object.fromEntries(
    [27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58].map((id) => [id, "d.m.y"]),
  ),
  ...Object.fromEntries([32, 33, 34, 35, 55, 56].map((id) => [id, "h:mm"])),
};

function isTrue(value: string | undefined): boolean {
  return value === "1" || value === "true";
}

/** A part's path from its target, which is relative to `xl/` unless it begins with a slash. */
function pathOf(target: string): string {
  const steps = target.startsWith("/") ? [] : ["xl"];
  for (const step of target.split("/")) {
    if (step === "..") steps.pop();
    else if (step !== "" && step !== ".") steps.push(step);
  }
  return steps.join("/");
}

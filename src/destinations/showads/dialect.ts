/**
 * What ShowAds adds to the language of mapping files: two targets, `VisitorCookie` and `BannerId`.
 *
 * @module
 */

import {
  type InitWords,
  type MappingDialect,
  type MappingFault,
  type MappingFile,
  nearestHint,
  type Placement,
  quotedList,
} from "../../mapping/mod.ts";

/** The two fields of a record. */
const FIELDS = ["VisitorCookie", "BannerId"] as const;

const init: InitWords = {
  synonyms: [
    ["VisitorCookie", ["visitorcookie", "cookie", "cookieid", "visitorid"]],
    ["BannerId", ["bannerid", "banner", "bannernumber"]],
  ],
  section: [],
  gap(targets) {
    const missing = missingOf(targets);
    return missing.length === 0 ? null : `Which columns go to ${quotedList(missing)}?`;
  },
  suggest: (_column, targets) => missingOf(targets)[0] ?? null,
  typeOf: (target) => target === "BannerId" ? { type: "integer", min: 0, max: 99 } : "text",
};

function missingOf(targets: readonly string[]): string[] {
  return FIELDS.filter((field) => !targets.includes(field));
}

/** Its part of the language. It takes no record that lacks one of the two fields. */
export const dialect: MappingDialect = {
  section: null,
  faults,
  isKey: (target) => target === "VisitorCookie",
  memberTarget: () => null,
  shapesRecords: false,
  fillsConstants: false,
  needsAllValues: true,
  needsOneOf: null,
  init,
};

/** Everything that is wrong with the targets of a mapping to ShowAds. */
function faults(file: MappingFile, placements: readonly Placement[]): MappingFault[] {
  const fields: readonly string[] = FIELDS;
  const found = placements.filter(({ to }) => !fields.includes(to)).map(({ to, path }) => ({
    path,
    message: `expected ${quotedList(fields, "or")} instead of "${to}"${nearestHint(to, fields)}`,
  }));
  for (const field of fields) {
    const at = file.columns.findIndex(({ to }) => [to].flat().includes(field));
    const column = file.columns[at];
    if (column?.optionalColumn) {
      const message = `the column that goes to ${field} can't be optional`;
      found.push({ path: ["columns", at, "optionalColumn"], message });
    } else if (!placements.some(({ to }) => to === field)) {
      found.push({
        path: ["columns"],
        message: `no column goes to ${field}, which ShowAds needs`,
      });
    }
  }
  return found;
}

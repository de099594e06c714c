/**
 * What a mapping file must hold to beyond the shape of its parts: targets that exist, patterns and
 * formats that can be read, rules that fit together.
 *
 * @module
 */

import { errorMessage } from "../model/errors.ts";
import { INVALID } from "./check.ts";
import { compileCheck } from "./checks.ts";
import { compileCleaning } from "./clean.ts";
import { isEpoch } from "./check_date.ts";
import { writtenFormatFault } from "./date_writer.ts";
import { formatFault } from "./date_format.ts";
import { isLanguage } from "./date_names.ts";
import type { MappingFault } from "./fault.ts";
import { patternFault, replacementFault, TOO_LONG } from "./pattern.ts";
import { phonePlan } from "./phone_plan.ts";
import { doubledTargets, placementsOf } from "./placements.ts";
import type { MappingFile } from "./schema.ts";
import type { Column } from "./schema_columns.ts";
import { isTimeZone } from "./time_zone.ts";
import { parseWhere } from "./where_parser.ts";
import { nearestHint } from "./wording.ts";

/** What is wrong with the common part of a file whose parts have the right shape. */
export function mappingFaults(file: MappingFile): MappingFault[] {
  return [
    ...file.columns.flatMap(columnFaults),
    ...nameFaults(file),
    ...doubledTargets(placementsOf(file)),
    ...filterFaults(file),
    ...restFaults(file),
    ...footerFaults(file),
  ];
}

function footerFaults({ csv }: MappingFile): MappingFault[] {
  return (csv?.footer ?? []).flatMap((pattern, at) => {
    const fault = patternFault(pattern);
    return fault === null ? [] : [{ path: ["csv", "footer", at], message: `expected ${fault}` }];
  });
}

function columnFaults(column: Column, at: number): MappingFault[] {
  const faults: MappingFault[] = [];
  const add = (message: string | null, ...path: (string | number)[]) => {
    if (message !== null) faults.push({ path: ["columns", at, ...path], message });
  };
  const expected = (fault: string | null) => fault === null ? null : `expected ${fault}`;
  column.clean.forEach((step, n) => {
    if (typeof step !== "object" || !("replace" in step) || !("pattern" in step.replace)) return;
    const { pattern, with: replacement } = step.replace;
    const fault = patternFault(pattern);
    add(expected(fault), "clean", n, "replace", "pattern");
    if (fault === null) {
      add(expected(replacementFault(pattern, replacement)), "clean", n, "replace", "with");
    }
  });
  switch (column.type) {
    case "string":
      if (column.pattern !== undefined) add(expected(patternFault(column.pattern)), "pattern");
      add(orderFault(column.minLength, column.maxLength), "minLength");
      break;
    case "integer":
    case "number":
      add(orderFault(column.min, column.max), "min");
      break;
    case "datetime":
      if (!isTimeZone(column.timeZone)) {
        add("expected an IANA time zone such as Europe/London", "timeZone");
      }
      break;
    case "phone":
      if (column.callingCode !== undefined && phonePlan(String(column.callingCode)) === null) {
        add("expected the calling code of a country, e.g. 44", "callingCode");
      }
  }
  if ("formats" in column) {
    column.formats?.forEach((format, n) => add(expected(formatFault(format)), "formats", n));
    if (!isLanguage(column.language)) {
      add("expected a language such as en, de or pt-BR", "language");
    }
  }
  const isWritten = column.type === "date" || column.type === "datetime";
  if (isWritten && column.as !== "iso" && !isEpoch(column.as)) {
    add(expected(writtenFormatFault(column.as)), "as");
    if (!isLanguage(column.language)) {
      add("expected a language such as en, de or pt-BR", "language");
    }
  }
  if (column.whenEmpty !== undefined && column.required) {
    add("a column that is required is never empty", "whenEmpty");
  } else if (column.whenEmpty !== undefined && column.to === undefined) {
    add("a column without to is not sent, empty or not", "whenEmpty");
  }
  if (column.hashAs !== undefined && column.hash === undefined) {
    add("it says how a digest is written: say with hash which", "hashAs");
  }
  if (column.hash !== undefined && column.type === "json") {
    add("JSON has no one text to take a digest of", "hash");
  }
  if (column.required && column.optionalColumn) {
    add("a column can't be both required and optional", "optionalColumn");
  }
  // Only of a column that can be compiled can the default be tried.
  if (faults.length === 0) add(defaultFault(column), "clean");
  return faults;
}

function orderFault(min: number | undefined, max: number | undefined): string | null {
  return min !== undefined && max !== undefined && min > max ? `${min} is above ${max}` : null;
}

function defaultFault(column: Column): string | null {
  const text = compileCleaning(column)?.("") ?? "";
  if (typeof text !== "string") return `the default ${TOO_LONG}`;
  const check = compileCheck(column);
  if (text === "" || check === null) return null;
  return check.read(text) === INVALID ? `the default ${check.explain(text).message}` : null;
}

/** A header must mean one column, however often that column is used. */
function nameFaults(file: MappingFile): MappingFault[] {
  const owners = new Map<string, string>();
  for (const { from } of file.columns) owners.set(from, from);
  const faults = file.columns.flatMap(({ from, aliases }, at) =>
    (aliases ?? []).flatMap((alias, n): MappingFault[] => {
      const owner = owners.get(alias) ?? from;
      owners.set(alias, from);
      const message = `"${alias}" already means the column that is from "${owner}"`;
      return owner === from ? [] : [{ path: ["columns", at, "aliases", n], message }];
    })
  );
  const known = new Set(file.columns.map(({ from }) => from));
  file.requireOneOf.forEach((names, list) =>
    names.forEach((name, n) => {
      if (known.has(name)) return;
      const message = `no column is from "${name}"${nearestHint(name, known)}`;
      faults.push({ path: ["requireOneOf", list, n], message });
    })
  );
  return faults;
}

function restFaults({ rest, unknownColumns }: MappingFile): MappingFault[] {
  if (rest === undefined || unknownColumns !== "refuse") return [];
  const message = "columns that are not named are sent (rest), and can't be refused as well";
  return [{ path: ["unknownColumns"], message }];
}

function filterFaults(file: MappingFile): MappingFault[] {
  const faults: MappingFault[] = [];
  file.where.forEach((rule, at) => {
    const named = typeof rule === "object";
    try {
      parseWhere(named ? rule.rule : rule, "the rule");
    } catch (error) {
      const path = named ? ["where", at, "rule"] : ["where", at];
      faults.push({ path, message: errorMessage(error) });
    }
  });
  const ages = file.columns.flatMap((column, at) =>
    "role" in column && column.role === "age" ? [at] : []
  );
  if (ages[1] !== undefined) {
    const message = "another column is marked as the age already";
    faults.push({ path: ["columns", ages[1], "role"], message });
  }
  const age = file.minAge === undefined ? "maxAge" : "minAge";
  if (file[age] !== undefined && ages.length === 0) {
    const message = `${age} needs a column that is marked with role: age`;
    faults.push({ path: [age], message });
  }
  const order = orderFault(file.minAge, file.maxAge);
  if (order !== null) faults.push({ path: ["minAge"], message: order });
  return faults;
}

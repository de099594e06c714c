/**
 * From a column's type to its check.
 *
 * @module
 */

import type { Check } from "./check.ts";
import { dateCheck, datetimeCheck, isEpoch } from "./check_date.ts";
import { numberCheck } from "./check_decimal.ts";
import { withinBytes } from "./check_bytes.ts";
import { jsonCheck } from "./check_json.ts";
import { listCheck } from "./check_list.ts";
import { booleanCheck, integerCheck } from "./check_number.ts";
import { emailCheck } from "./check_email.ts";
import { phoneCheck } from "./check_phone.ts";
import { enumCheck, stringCheck, uuidCheck } from "./check_text.ts";
import { type Column, columnSchema } from "./schema_columns.ts";

/** The JSON type of a column's values. */
export type ValueType = "string" | "number" | "boolean" | "json";

/** Compiles the check of a column's type and size; null where any text will do. */
export function compileCheck(column: Column): Check | null {
  const check = compileType(column);
  return column.maxBytes === undefined ? check : withinBytes(check, column.maxBytes);
}

function compileType(column: Column): Check | null {
  switch (column.type) {
    case "string":
      return stringCheck(column);
    case "email":
      return emailCheck();
    case "uuid":
      return uuidCheck();
    case "integer":
      return integerCheck(column);
    case "number":
      return numberCheck(column);
    case "boolean":
      return booleanCheck(column);
    case "date":
      return dateCheck(column);
    case "datetime":
      return datetimeCheck(column);
    case "phone":
      return phoneCheck(column);
    case "enum":
      return enumCheck(column);
    case "list":
      return listCheck(
        column.separator,
        compileCheck(columnSchema.parse({ from: column.from, type: column.items })),
      );
    case "json":
      return jsonCheck();
  }
}

/** Whether a column's texts stay as they stand in the CSV, but for blanks around them. */
export function keepsText(column: Column): boolean {
  if (column.clean.length > 0 || column.join || column.hash) return false;
  switch (column.type) {
    case "string":
    case "email":
    case "uuid":
      return true;
    case "enum":
      return !column.ignoreCase;
    default:
      return false;
  }
}

/** The JSON type of the values that a column's check gives. */
export function valueType(column: Column): ValueType {
  if (column.hash !== undefined && column.type !== "list") return "string";
  switch (column.type) {
    case "integer":
    case "number":
      return column.as === "text" ? "string" : "number";
    case "boolean":
      return column.as === "text" ? "string" : "boolean";
    case "list":
    case "json":
      return "json";
    case "date":
    case "datetime":
      return isEpoch(column.as) ? "number" : "string";
    default:
      return "string";
  }
}

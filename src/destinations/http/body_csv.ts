/**
 * Bodies as CSV (RFC 4180): a line for each row, and one in front that names the fields.
 *
 * @module
 */

import type { Value } from "../../model/value.ts";
import { jsonText } from "../quote.ts";
import type { Body, RecordParts } from "./body.ts";
import { stepsOf } from "./path.ts";
import type { Envelope } from "./schema_envelope.ts";
import { isUrlTarget } from "./url_template.ts";

/** Compiles such a body. Fields stand in the order of the mapping, constants behind columns. */
export function compileCsvBody(
  { delimiter, header }: Extract<Envelope, { format: "csv" }>,
  { outputs, constants }: RecordParts,
): Body {
  const quoted = new RegExp(`[${delimiter}"\\r\\n]|^\\s|\\s$`);
  const field = (text: string) => quoted.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  const fields: { readonly name: string; text(values: readonly Value[]): string }[] = [];
  for (const [at, { to }] of outputs.entries()) {
    for (const target of to.filter((each) => !isUrlTarget(each))) {
      fields.push({ name: nameOf(target), text: (values) => field(textOf(values[at])) });
    }
  }
  for (const { to, value } of constants) {
    const text = field(textOf(value ?? undefined));
    fields.push({ name: nameOf(to), text: () => text });
  }
  const names = fields.map(({ name }) => name);
  const head = header ? `${names.map(field).join(delimiter)}\n` : "";
  return {
    frame: { head, separator: "\n", tail: "\n" },
    contentType: "text/csv",
    isSingle: false,
    write: (values) => fields.map(({ text }) => text(values)).join(delimiter),
    recordOf(payload) {
      const texts = fieldsIn(payload, delimiter);
      return Object.fromEntries(names.map((name, at) => [name, texts[at] ?? ""]));
    },
  };
}

/** `person.email` of a path to it. */
function nameOf(target: string): string {
  return stepsOf(target).join(".");
}

function textOf(value: Value): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : jsonText(value);
}

/** The fields of a line that was written here. */
function fieldsIn(line: string, delimiter: string): string[] {
  const fields: string[] = [];
  for (let from = 0; from <= line.length;) {
    if (line[from] !== '"') {
      const end = line.indexOf(delimiter, from);
      const to = end < 0 ? line.length : end;
      fields.push(line.slice(from, to));
      from = to + 1;
      continue;
    }
    let to = line.indexOf('"', from + 1);
    while (line[to + 1] === '"') to = line.indexOf('"', to + 2);
    fields.push(line.slice(from + 1, to).replaceAll('""', '"'));
    from = to + 2;
  }
  return fields;
}

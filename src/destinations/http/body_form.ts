/**
 * Bodies as HTML forms send them (application/x-www-form-urlencoded): a record's members as fields, or
 * all records as JSON in one field.
 *
 * @see https://url.spec.whatwg.org/#application/x-www-form-urlencoded
 * @module
 */

import type { Body, RecordParts } from "./body.ts";
import { compileRecord } from "./record.ts";
import type { Envelope } from "./schema_envelope.ts";

/** Compiles such a body. */
export function compileFormBody(
  envelope: Extract<Envelope, { format: "form" }>,
  mapping: RecordParts,
): Body {
  const record = compileRecord(mapping);
  const { at } = envelope;
  const fields = formText(fieldsOf(envelope.with ?? {}));
  const before = fields === "" ? "" : `${fields}&`;
  const contentType = "application/x-www-form-urlencoded";
  if (at !== undefined) {
    const head = `${before}${encodeURIComponent(at)}=%5B`;
    return {
      frame: { head, separator: "%2C", tail: "%5D" },
      contentType,
      isSingle: false,
      write: (values, problems) => encodeURIComponent(record.whole(values, problems)),
      recordOf: (payload) => JSON.parse(decodeURIComponent(payload)),
    };
  }
  return {
    frame: { head: before, separator: "&", tail: "" },
    contentType,
    isSingle: true,
    write: (values, problems) =>
      formText(fieldsOf(JSON.parse(record.whole(values, problems), keepDigits))),
    recordOf: (payload) => Object.fromEntries(new URLSearchParams(payload)),
  };
}

/** Numbers as they are written. */
function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === "number" ? context?.source ?? value : value;
}

function formText(fields: readonly (readonly [name: string, value: string])[]): string {
  return new URLSearchParams(fields.map(([name, value]) => [name, value])).toString();
}

/** Members as fields: `a[b]` of an object, `a[0]` of a list. */
function fieldsOf(value: unknown, name = ""): [name: string, value: string][] {
  if (typeof value !== "object" || value === null) {
    return [[name, value === null ? "" : `${value}`]];
  }
  return Object.entries(value).flatMap(([key, member]) =>
    fieldsOf(member, name === "" ? key : `${name}[${key}]`)
  );
}

/**
 * The records in a request's body, as a stand-in for any API by a mapping reads them.
 *
 * @module
 */

import { isObject, parseBody } from "../stand_in.ts";
import type { Envelope } from "./schema_envelope.ts";

/** The records of a body; null when it has not the envelope's form. */
export function recordsIn(envelope: Envelope, body: string): unknown[] | null {
  switch (envelope.format) {
    case "ndjson":
      return body.endsWith("\n") ? linesOf(body.slice(0, -1).split("\n"), envelope.lines) : null;
    case "single":
      return checked([parseBody(body)]);
    case "none":
      return body === "" ? [{}] : null;
    case "csv":
      return csvRecords(body, envelope.header);
    case "form": {
      const fields = new URLSearchParams(body);
      if (envelope.at === undefined) return fields.size > 0 ? [Object.fromEntries(fields)] : null;
      return checked(parseBody(fields.get(envelope.at) ?? ""));
    }
    case "array": {
      let list = parseBody(body);
      for (const step of stepsOf(envelope.at ?? "")) list = isObject(list) ? list[step] : null;
      return envelope.item !== undefined && Array.isArray(list) ? list : checked(list);
    }
  }
}

/** A list of records; null for anything else. */
function checked(list: unknown): unknown[] | null {
  return Array.isArray(list) && list.every(isRecord) ? list : null;
}

function linesOf(texts: readonly string[], lines: readonly string[] | undefined): unknown[] | null {
  const parsed = checked(texts.map(parseBody));
  if (parsed === null || lines === undefined) return parsed;
  if (parsed.length % lines.length !== 0) return null;
  return Array.from(
    { length: parsed.length / lines.length },
    (_, at) => Object.fromEntries(lines.map((name, n) => [name, parsed[at * lines.length + n]])),
  );
}

/** One for each line that is not within quotes. */
function csvRecords(body: string, header: boolean): unknown[] | null {
  if (!body.endsWith("\n")) return null;
  const lines = body.replace(/"(?:[^"]|"")*"/g, "").split("\n").slice(header ? 1 : 0, -1);
  return lines.map((line) => ({ line }));
}

function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

/** The steps of a path. */
export function stepsOf(path: string): string[] {
  return [...path.matchAll(/\["([^"]*)"\]|\['([^']*)'\]|([^.[\]]+)/g)]
    .map(([, double, single, word]) => double ?? single ?? word ?? "");
}

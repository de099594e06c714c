/**
 * How rows become the body of a request, by the mapping's envelope.
 *
 * @module
 */

import type { Problem } from "../../model/problem.ts";
import { ALONE } from "../frame.ts";
import type { Body, RecordParts } from "./body.ts";
import { compileCsvBody } from "./body_csv.ts";
import { compileFormBody } from "./body_form.ts";
import { arrayFrame } from "./envelope.ts";
import { stepsOf } from "./path.ts";
import { compileRecord, type Writer } from "./record.ts";
import type { Envelope } from "./schema_envelope.ts";

/** Compiles a body. @throws {UsageError} when the parts of the envelope don't fit together. */
export function compileBody(envelope: Envelope, mapping: RecordParts): Body {
  const json = { contentType: "application/json", isSingle: false, recordOf: JSON.parse };
  switch (envelope.format) {
    case "array": {
      const frame = arrayFrame(envelope);
      const { item } = envelope;
      const record = compileRecord(mapping);
      if (item === undefined) return { ...json, frame, write: record.whole };
      const recordOf = (payload: string) => ({ [String(stepsOf(item)[0])]: JSON.parse(payload) });
      return { ...json, frame, write: bareValue(record.member(item), item), recordOf };
    }
    case "ndjson": {
      // Bulk APIs want a line end after the last line, too.
      const frame = { head: "", separator: "\n", tail: "\n" };
      return { ...json, frame, contentType: "application/x-ndjson", ...lines(envelope, mapping) };
    }
    case "single":
      return { ...json, frame: ALONE, isSingle: true, write: compileRecord(mapping).whole };
    case "form":
      return compileFormBody(envelope, mapping);
    case "csv":
      return compileCsvBody(envelope, mapping);
    case "none":
      return {
        frame: ALONE,
        contentType: null,
        isSingle: true,
        write: () => "",
        recordOf: () => null,
      };
  }
}

/** A member of the record by itself; a row without it has nothing to send. */
function bareValue(write: Writer, item: string): Writer {
  return (values, problems) => {
    const text = write(values, problems);
    if (text === "{}") problems.push(nothingToSend(item));
    return text;
  };
}

function nothingToSend(item: string): Problem {
  const message = `"${item}" is empty, and nothing else stands for the row.`;
  return { code: "empty-record", column: null, message };
}

function lines(
  { lines }: Extract<Envelope, { format: "ndjson" }>,
  mapping: RecordParts,
): Pick<Body, "write" | "recordOf"> {
  const record = compileRecord(mapping);
  if (lines === undefined) return { write: record.whole, recordOf: JSON.parse };
  const writers = lines.map((name) => record.member(name));
  const names = lines.map((path) => String(stepsOf(path)[0]));
  return {
    write: (values, problems) => writers.map((write) => write(values, problems)).join("\n"),
    recordOf(payload) {
      const texts = payload.split("\n");
      return Object.fromEntries(names.map((name, at) => [name, JSON.parse(texts[at] ?? "null")]));
    },
  };
}

/**
 * How the records of a request become its body: an array somewhere in a JSON object, lines of
 * NDJSON, or a single record.
 *
 * @module
 */

import { UsageError } from "../../model/errors.ts";
import type { HttpSection } from "./schema.ts";
import type { Frame } from "../../model/destination.ts";
import { ALONE } from "../frame.ts";
import { stepsOf } from "./path.ts";

/** A frame and what the body is then. */
export interface Envelope extends Frame {
  readonly contentType: string;
}

/** Compiles an envelope. @throws {UsageError} when its array has no place of its own. */
export function compileEnvelope(envelope: HttpSection["envelope"]): Envelope {
  switch (envelope.format) {
    case "single":
      return { ...ALONE, contentType: "application/json" };
    case "ndjson":
      // Bulk APIs want a line end after the last line, too.
      return { head: "", separator: "\n", tail: "\n", contentType: "application/x-ndjson" };
    case "array": {
      const [head, tail] = around(envelope.at, envelope.with ?? {});
      return {
        head: `${head}[`,
        separator: ",",
        tail: `]${tail}`,
        contentType: "application/json",
      };
    }
  }
}

/** JSON text before and after the place `at` in an object with the members `others`. */
function around(
  at: string | undefined,
  others: Readonly<Record<string, unknown>>,
): [head: string, tail: string] {
  if (at === undefined) {
    if (Object.keys(others).length === 0) return ["", ""];
    throw new UsageError(
      "The mapping's envelope has members beside the array: say where it stands with at",
    );
  }
  let head = "";
  let tail = "";
  let level: unknown = others;
  stepsOf(at).forEach((step) => {
    const object = level ?? {};
    if (typeof step === "number" || typeof object !== "object" || Array.isArray(object)) {
      throw new UsageError(`The mapping's envelope.at "${at}" must lead through objects only`);
    }
    const { [step]: inner, ...rest } = object as Record<string, unknown>;
    const members = JSON.stringify(rest).slice(1, -1);
    head += `{${members}${members && ","}${JSON.stringify(step)}:`;
    tail = `}${tail}`;
    level = inner;
  });
  if (level !== undefined) {
    throw new UsageError(`The mapping's envelope.with already has something at "${at}"`);
  }
  return [head, tail];
}

/**
 * What stands around the array of records in a JSON body.
 *
 * @module
 */

import { UsageError } from "../../model/errors.ts";
import type { Frame } from "../../model/destination.ts";
import { stepsOf } from "./path.ts";
import type { Envelope } from "./schema_envelope.ts";

/** Compiles the frame of an array. @throws {UsageError} when it has no place of its own. */
export function arrayFrame(envelope: Extract<Envelope, { format: "array" }>): Frame {
  const [head, tail] = around(envelope.at, envelope.with ?? {});
  return { head: `${head}[`, separator: ",", tail: `]${tail}` };
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

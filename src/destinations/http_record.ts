/**
 * Words a row as a JSON record whose shape the mapping's paths give. The shape is compiled once;
 * a row only adds its quoted values. Empty values are left out, and with them the objects and
 * arrays that nothing is left in.
 *
 * @module
 */

import { UsageError } from "../errors.ts";
import { type CompiledMapping, parsePath } from "../mapping/mod.ts";
import type { Value } from "../types.ts";
import { jsonText, quote } from "./quote.ts";

/** JSON text of a place in the record for one row; empty when no value is there. */
type Writer = (values: readonly Value[]) => string;

/** A place in the record while its shape is gathered. */
type Place =
  | { readonly kind: "leaf"; readonly write: Writer }
  | { readonly kind: "object"; readonly members: Map<string, Place> }
  | { readonly kind: "array"; readonly elements: Place[] };

/** Writes a row's record: whole, or one member of it. */
export interface RecordWriter {
  readonly whole: Writer;
  /** @throws {UsageError} when the record has no such member. */
  member(name: string): Writer;
}

/**
 * Compiles the record of one run.
 *
 * @throws {UsageError} when two columns or constants want the same place.
 */
export function compileRecord(mapping: CompiledMapping): RecordWriter {
  const root: Place & { kind: "object" } = { kind: "object", members: new Map() };
  mapping.outputs.forEach(({ to }, index) => {
    for (const target of to) {
      put(root, target, (values) => {
        const value = values[index];
        return value === undefined ? "" : jsonText(value);
      });
    }
  });
  for (const { to, value } of mapping.constants) {
    const text = jsonText(value);
    put(root, to, () => text);
  }
  const whole = writer(root);
  return {
    whole: (values) => whole(values) || "{}",
    member(name) {
      const place = root.members.get(name);
      if (!place) {
        throw new UsageError(`The mapping's envelope has a line ${name} that no column fills`);
      }
      const write = writer(place);
      return (values) => write(values) || "{}";
    },
  };
}

function put(root: Place, target: string, write: Writer): void {
  const steps = parsePath(target);
  if ("error" in steps) {
    throw new UsageError(`The mapping's target "${target}" must be ${steps.error}`);
  }
  let place = root;
  steps.forEach((step, depth) => {
    const next = steps[depth + 1];
    const existing = childOf(place, step);
    if (next === undefined) {
      if (existing !== undefined) throw takenTwice(target);
      setChild(place, step, { kind: "leaf", write }, target);
      return;
    }
    const child: Place = existing ??
      (typeof next === "number"
        ? { kind: "array", elements: [] }
        : { kind: "object", members: new Map() });
    if (child.kind !== (typeof next === "number" ? "array" : "object")) throw takenTwice(target);
    if (existing === undefined) setChild(place, step, child, target);
    place = child;
  });
}

function childOf(place: Place, step: string | number): Place | undefined {
  if (place.kind === "object" && typeof step === "string") return place.members.get(step);
  if (place.kind === "array" && typeof step === "number") return place.elements[step];
  return undefined;
}

function setChild(place: Place, step: string | number, child: Place, target: string): void {
  if (place.kind === "object" && typeof step === "string") place.members.set(step, child);
  else if (place.kind === "array" && typeof step === "number") place.elements[step] = child;
  else throw takenTwice(target);
}

function takenTwice(target: string): UsageError {
  return new UsageError(`The mapping's target "${target}" is taken by another column or constant`);
}

function writer(place: Place): Writer {
  switch (place.kind) {
    case "leaf":
      return place.write;
    case "array":
      // Sparse indexes are closed up, and empty values too: an array has no holes in JSON.
      return joined(
        "[",
        "]",
        place.elements.filter(Boolean).map((element) => ["", writer(element)]),
      );
    case "object":
      return joined(
        "{",
        "}",
        [...place.members].map(([name, member]) => [`${quote(name)}:`, writer(member)]),
      );
  }
}

function joined(
  open: string,
  close: string,
  parts: readonly (readonly [key: string, write: Writer])[],
): Writer {
  return (values) => {
    let text = "";
    for (const [key, write] of parts) {
      const value = write(values);
      if (value === "") continue;
      text += (text === "" ? key : `,${key}`) + value;
    }
    return text === "" ? "" : open + text + close;
  };
}

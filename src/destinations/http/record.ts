/**
 * Words a row as a JSON record whose shape the mapping's paths give. The shape is compiled once;
 * a row only adds its quoted values. Empty values are left out, and with them the objects and
 * arrays that nothing is left in.
 *
 * @module
 */

import { UsageError } from "../../model/errors.ts";
import type { CompiledMapping } from "../../mapping/mod.ts";
import type { Value } from "../../model/value.ts";
import { stepsOf } from "./path.ts";
import { jsonText, quote } from "../quote.ts";

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
  member(path: string): Writer;
}

/** Compiles the record of one run. The mapping's schema sees to it that its targets fit together. */
export function compileRecord(mapping: CompiledMapping): RecordWriter {
  const holder: Place & { kind: "object" } = { kind: "object", members: new Map() };
  mapping.outputs.forEach(({ to }, index) => {
    for (const target of to) {
      put(holder, target, (values) => {
        const value = values[index];
        return value === undefined ? "" : jsonText(value);
      });
    }
  });
  for (const { to, value } of mapping.constants) {
    const text = jsonText(value);
    put(holder, to, () => text);
  }
  const root = holder.members.get(ROOT);
  return {
    whole: orEmpty(root),
    member(path) {
      const [name, ...deeper] = stepsOf(path);
      const place = typeof name === "string" && deeper.length === 0 && root && childOf(root, name);
      if (!place) {
        throw new UsageError(`The mapping's envelope has a line ${path} that no column fills`);
      }
      return orEmpty(place);
    },
  };
}

/** The name under which the holder has the record itself. */
const ROOT = "";

function orEmpty(place: Place | undefined): Writer {
  if (place === undefined) return () => "{}";
  const write = writer(place);
  const empty = place.kind === "array" ? "[]" : "{}";
  return (values) => write(values) || empty;
}

function put(holder: Place, target: string, write: Writer): void {
  const steps = [ROOT, ...stepsOf(target)];
  let place = holder;
  steps.forEach((step, depth) => {
    const next = steps[depth + 1];
    let child = childOf(place, step);
    if (child === undefined) {
      child = next === undefined
        ? { kind: "leaf", write }
        : typeof next === "number"
        ? { kind: "array", elements: [] }
        : { kind: "object", members: new Map() };
      setChild(place, step, child);
    }
    place = child;
  });
}

function childOf(place: Place, step: string | number): Place | undefined {
  if (place.kind === "object" && typeof step === "string") return place.members.get(step);
  if (place.kind === "array" && typeof step === "number") return place.elements[step];
  return undefined;
}

function setChild(place: Place, step: string | number, child: Place): void {
  if (place.kind === "object" && typeof step === "string") place.members.set(step, child);
  if (place.kind === "array" && typeof step === "number") place.elements[step] = child;
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

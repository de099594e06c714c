/**
 * Words a row as a JSON record whose shape the mapping's paths give. The shape is compiled once;
 * a row only adds its quoted values. Empty values are left out unless the mapping says otherwise, and
 * with them the objects and lists that nothing is left in.
 *
 * @module
 */

import { UsageError } from "../../model/errors.ts";
import type { CompiledMapping, Constant, OutputColumn } from "../../mapping/mod.ts";
import type { Problem } from "../../model/problem.ts";
import type { Value } from "../../model/value.ts";
import { stepsOf } from "./path.ts";
import { isUrlTarget } from "./url_template.ts";
import { jsonText, quote } from "../quote.ts";

/** JSON text of a place in the record for one row; empty when nothing is there. */
export type Writer = (values: readonly Value[], problems: Problem[]) => string;

/** A place in the record while its shape is gathered. */
type Place =
  | { readonly kind: "column"; readonly index: number; readonly column: OutputColumn }
  | { readonly kind: "constant"; readonly text: string; readonly needsSibling: boolean }
  | { readonly kind: "object"; readonly members: Map<string, Place> }
  | { readonly kind: "array"; readonly elements: Place[] };

type Column = Extract<Place, { kind: "column" }>;

/** Writes a row's record: whole, or one member of it. */
export interface RecordWriter {
  readonly whole: Writer;
  /** @throws {UsageError} when the record has no such member. */
  member(path: string): Writer;
}

/** Compiles the record of one run. The mapping's schema sees to it that its targets fit together. */
export function compileRecord(
  { outputs, constants }: Pick<CompiledMapping, "outputs" | "constants">,
): RecordWriter {
  const holder: Place & { kind: "object" } = { kind: "object", members: new Map() };
  for (const [index, column] of outputs.entries()) {
    for (const target of column.to.filter((each) => !isUrlTarget(each))) {
      put(holder, target, { kind: "column", index, column });
    }
  }
  for (const constant of constants) put(holder, constant.to, placeOf(constant));
  const root = holder.members.get(ROOT);
  const siblings = root ? columnsIn(root) : [];
  return {
    whole: orEmpty(root, siblings),
    member(path) {
      const [name, ...deeper] = stepsOf(path);
      const place = typeof name === "string" && deeper.length === 0 && root && childOf(root, name);
      if (!place) {
        throw new UsageError(`The mapping's envelope has a line ${path} that no column fills`);
      }
      return orEmpty(place, siblings);
    },
  };
}

/** The name under which the holder has the record itself. */
const ROOT = "";

function orEmpty(place: Place | undefined, siblings: readonly Column[]): Writer {
  if (place === undefined) return () => "{}";
  const write = writer(place, siblings);
  const empty = place.kind === "array" ? "[]" : "{}";
  return (values, problems) => write(values, problems) || empty;
}

function placeOf({ to, value, needsSibling }: Constant): Place {
  const inElement = stepsOf(to).slice(0, -1).some((step) => typeof step === "number");
  return { kind: "constant", text: jsonText(value), needsSibling: needsSibling ?? inElement };
}

function put(holder: Place, target: string, leaf: Place): void {
  const steps = [ROOT, ...stepsOf(target)];
  let place = holder;
  steps.forEach((step, depth) => {
    const next = steps[depth + 1];
    let child = childOf(place, step);
    if (child === undefined) {
      child = next === undefined
        ? leaf
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

/** The columns that have a place somewhere in a place. */
function columnsIn(place: Place): Column[] {
  switch (place.kind) {
    case "column":
      return [place];
    case "constant":
      return [];
    case "object":
      return [...place.members.values()].flatMap(columnsIn);
    case "array":
      return place.elements.flatMap(columnsIn);
  }
}

/** What is written for a column's empty value; empty where nothing is. */
function emptyText({ column: { whenEmpty } }: Column): string {
  return whenEmpty === null || whenEmpty === "" ? JSON.stringify(whenEmpty) : "";
}

/** @param siblings The columns in the nearest object around this place that holds any. */
function writer(place: Place, siblings: readonly Column[]): Writer {
  switch (place.kind) {
    case "column": {
      const { index } = place;
      const empty = emptyText(place);
      return (values) => {
        const value = values[index];
        return value === undefined ? empty : jsonText(value);
      };
    }
    case "constant": {
      const { text, needsSibling } = place;
      if (!needsSibling || siblings.length === 0) return () => text;
      const isAlone = noneFilled(siblings);
      return (values) => isAlone(values) ? "" : text;
    }
    case "array":
      return arrayWriter(place.elements);
    case "object": {
      const own = columnsIn(place);
      const inner = own.length === 0 ? siblings : own;
      const members = [...place.members].map(([name, member]) =>
        [`${quote(name)}:`, writer(member, inner)] as const
      );
      return (values, problems) => {
        let text = "";
        for (const [key, write] of members) {
          const value = write(values, problems);
          if (value !== "") text += (text === "" ? key : `,${key}`) + value;
        }
        return text === "" ? "" : `{${text}}`;
      };
    }
  }
}

function noneFilled(columns: readonly Column[]): (values: readonly Value[]) => boolean {
  if (columns.some((column) => emptyText(column) !== "")) return () => false;
  return (values) => columns.every(({ index }) => values[index] === undefined);
}

/**
 * A list's elements keep their positions: where an empty one would be closed up by those behind it,
 * the row has a problem, unless the mapping says that it is to be left out.
 */
function arrayWriter(elements: readonly Place[]): Writer {
  const parts = elements.map((element) => {
    const columns = columnsIn(element);
    return {
      // What lies in an element has its siblings there.
      write: writer(element, columns),
      closesUp: columns.every(({ column }) => column.whenEmpty === "omit"),
      column: columns[0]?.column.column ?? "",
    };
  });
  return (values, problems) => {
    let text = "";
    let gap: string | null = null;
    for (const { write, closesUp, column } of parts) {
      const value = write(values, problems);
      if (value === "") {
        if (!closesUp) gap ??= column;
        continue;
      }
      if (gap !== null) problems.push(emptyPosition(gap));
      gap = null;
      text += (text === "" ? "" : ",") + value;
    }
    return text === "" ? "" : `[${text}]`;
  };
}

function emptyPosition(column: string): Problem {
  const message =
    `"${column}" is empty, and what stands behind it in the list would move up: say ` +
    "with whenEmpty in the mapping what is to stand in its place.";
  return { code: "empty-position", column, message };
}

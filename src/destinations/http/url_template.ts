/**
 * URLs with places that each row fills: `/contacts/{id}`, which a column fills that goes to `{id}`. Rows
 * go in one request as far as their URLs are equal.
 *
 * @module
 */

import type { MappingFault, OutputColumn, Placement } from "../../mapping/mod.ts";
import type { Problem } from "../../model/problem.ts";
import type { Value } from "../../model/value.ts";
import { jsonText } from "../quote.ts";

/** True for a target in the URL rather than in the record. */
export function isUrlTarget(target: string): boolean {
  return /^\{[^{}]+\}$/.test(target);
}

/** The places that a URL has, without braces of `${NAME}`. */
export function placesIn(url: string): string[] {
  return [...url.matchAll(/(?<!\$)\{[^{}]+\}/g)].map(([place]) => place);
}

/** What stands between the values of a route. No value that a key may hold has one. */
const BETWEEN = "\n";

/** A URL with places, compiled. */
export interface UrlTemplate {
  /** The route of a row: the values of its places. */
  routeOf(values: readonly Value[], problems: Problem[]): string;
  /** The URL of the rows of a route. */
  urlOf(route: string): string;
}

/** Compiles a URL; null where all rows have the same. */
export function compileUrl(url: string, outputs: readonly OutputColumn[]): UrlTemplate | null {
  const places = [...new Set(placesIn(url))];
  if (places.length === 0) return null;
  const columns = places.map((place) => outputs.findIndex(({ to }) => to.includes(place)));
  return {
    routeOf: (values, problems) =>
      columns.map((at) => {
        const text = textOf(values[at]);
        const fault = faultOf(text);
        if (fault !== null) problems.push(problemOf(fault, outputs[at]?.column ?? ""));
        return text;
      }).join(BETWEEN),
    urlOf(route) {
      const values = route.split(BETWEEN);
      return places.reduce(
        (text, place, at) => text.replaceAll(place, () => encodeURIComponent(values[at] ?? "")),
        url,
      );
    },
  };
}

function textOf(value: Value): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : jsonText(value);
}

/** `..` would lead to another place, and what is no Unicode text can't be written. */
function faultOf(text: string): string | null {
  if (text === "") return "is empty";
  if (/^\.\.?$/.test(text)) return "would lead to another place";
  return text.includes(BETWEEN) || !text.isWellFormed() ? "holds what no URL can" : null;
}

function problemOf(fault: string, column: string): Problem {
  const message = `"${column}" ${fault}, and stands in the URL of the row's request.`;
  return { code: "invalid-url", column, message };
}

/** Places of a URL that nothing fills, columns that go to none, and places that a value must not fill. */
export function* urlFaults(url: string, targets: readonly Placement[]): Generator<MappingFault> {
  const places = placesIn(url);
  const path = ["http", "url"];
  if (/^(?:https?:\/\/|\$\{\w+\})[^/?#]*(?<!\$)\{/i.test(url)) {
    yield { path, message: "the host is the same for all rows" };
  }
  for (const place of places) {
    if (targets.some(({ to }) => to === place)) continue;
    yield { path, message: `no column goes to "${place}": it would be sent as it stands` };
  }
  for (const { to, path } of targets) {
    if (path[0] === "constants") {
      yield { path, message: "write what is the same for all rows into http.url" };
    } else if (!places.includes(to)) yield { path, message: `http.url has no ${to}` };
  }
}

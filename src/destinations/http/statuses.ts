/**
 * What a status means by the lists of the mapping's `http:` section.
 *
 * @module
 */

import { matcher } from "../../mapping/mod.ts";
import type { HttpAnswer } from "../../model/answer.ts";
import { parseJson } from "../answers.ts";
import { compileRootReader } from "./path.ts";
import type { HttpSection } from "./schema.ts";

/** What a status means for the rows that it is about. */
export type Meaning = "accepted" | "retried" | "split" | "refused";

/** The meaning of a status by the mapping's lists; a number wins over its class. */
export function compileStatuses(
  statuses: HttpSection["statuses"],
): (status: number) => Meaning | null {
  const meanings = new Map<number | string, Meaning>();
  // Earlier lists win, so they are written last.
  for (const meaning of ["refused", "split", "retried", "accepted"] as const) {
    for (const status of statuses[meaning]) meanings.set(status, meaning);
  }
  return (status) => meanings.get(status) ?? meanings.get(`${Math.floor(status / 100)}xx`) ?? null;
}

/** What a body can say of its request: what a status can, or that the credentials are refused. */
export type BodyMeaning = Meaning | "credentials";

/** The meaning of an answer by what stands in its body; null where the mapping says nothing of it. */
export function compileWhen(
  when: HttpSection["statuses"]["when"] = [],
): (answer: HttpAnswer) => BodyMeaning | null {
  const rules = when.map(({ status, path, equals, matches, means }) => {
    const read = compileRootReader(path);
    const isMatch = matches === undefined ? null : matcher(matches);
    const fits = (value: unknown): boolean =>
      isMatch !== null
        ? isScalar(value) && isMatch(String(value))
        : value === equals || (typeof equals === "number" && value === String(equals));
    return { means, fits, read, isStatus: compileStatus(status) };
  });
  return (answer) => {
    if (rules.length === 0 || answer.bodyFault) return null;
    // Some APIs answer in plain text.
    const body = parseJson(answer.body) ?? answer.body.trim();
    const rule = rules.find(({ fits, read, isStatus }) =>
      isStatus(answer.status) && fits(read(body))
    );
    return rule?.means ?? null;
  };
}

function compileStatus(wanted: number | string | undefined): (status: number) => boolean {
  return (status) =>
    wanted === undefined || wanted === status || wanted === `${Math.floor(status / 100)}xx`;
}

function isScalar(value: unknown): boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

/**
 * How long an API asks to be left alone, where it says so in a way of its own.
 *
 * @module
 */

import type { HttpAnswer } from "../../model/answer.ts";
import { parseJson } from "../answers.ts";
import { askedMs, LONGEST_RETRY_AFTER_MS, serverTime } from "../retry_after.ts";
import { compileReader } from "./path.ts";
import type { HttpSection } from "./schema.ts";

/** Compiles the wait that an answer asks for, in milliseconds; null of one that asks for none. */
export function compileWait(wait: HttpSection["wait"]): (answer: HttpAnswer) => number | null {
  if (wait === undefined) return askedMs;
  const read = compileReader(wait.path);
  const { unit, header } = wait;
  const factor = unit === "seconds" || unit === "epochSeconds" ? 1000 : 1;
  const isEpoch = unit === "epochSeconds" || unit === "epochMilliseconds";
  return (answer) => {
    const given = header === undefined
      ? read(parseJson(answer.body))
      : answer.headers.get(header)?.trim();
    const isNumber = typeof given === "number" ||
      typeof given === "string" && /^\d+(?:\.\d+)?$/.test(given);
    const ms = isNumber ? Number(given) * factor - (isEpoch ? serverTime(answer) ?? NaN : 0) : NaN;
    return ms >= 0 && ms <= LONGEST_RETRY_AFTER_MS ? Math.ceil(ms) : askedMs(answer);
  };
}

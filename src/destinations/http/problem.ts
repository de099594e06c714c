/**
 * Reading the error that a JSON API gives for a request or for one row, at the places that the
 * mapping names.
 *
 * @module
 */

import type { ApiProblem } from "../../model/answer.ts";
import type { Endpoint } from "../answers.ts";
import { compileReader } from "./path.ts";

/** Reads code and message of an error; the message is empty where the mapping's path finds none. */
export function compileProblem(
  paths: { readonly code?: string | undefined; readonly message?: string | undefined },
  { title }: Endpoint,
): (value: unknown, status: string) => ApiProblem {
  const readCode = compileReader(paths.code);
  const readMessage = compileReader(paths.message);
  return (value, status) => {
    const code = readCode(value);
    const message = readMessage(value);
    const words = typeof message === "string" && message.trim() !== "" ? message : null;
    return {
      code: `refused-${codeWord(code) ?? status}`,
      column: null,
      message: words === null ? "" : `${title} refused the row`,
      ...(words === null ? {} : { words }),
    };
  };
}

/** An API's code as a kebab-case word; null where it is none, since it might hold a row's value. */
function codeWord(code: unknown): string | null {
  const text = typeof code === "number" ? String(code) : code;
  if (typeof text !== "string" || !/^[A-Za-z0-9][\w .-]{0,63}$/.test(text)) return null;
  return text.toLowerCase().replace(/[_. ]+/g, "-");
}

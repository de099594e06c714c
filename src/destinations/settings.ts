/**
 * Reading a destination's settings out of environment variables: one sentence for everything that
 * is missing or wrong, never with the value of a secret.
 *
 * @module
 */

import * as z from "zod";

import { UsageError } from "../model/errors.ts";
import { isLoopbackHost } from "../model/loopback.ts";
import { revealed, type Variables } from "../model/secret.ts";
import { joinWords } from "../text/words.ts";

/**
 * Checks variables against a schema whose keys are their names. Empty variables count as not set,
 * as a line `NAME=` in a `.env` file means.
 *
 * @throws {UsageError} naming every variable that is missing or wrong. What is wrong with one is
 * the schema's own message, which starts after the name: `must be …`.
 */
export function readVariables<T extends z.ZodType>(
  title: string,
  schema: T,
  variables: Variables,
): z.output<T> {
  const set = Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, revealed(value)] as const)
      .filter(([, value]) => value !== ""),
  );
  const result = schema.safeParse(set);
  if (result.success) return result.data;

  const missing: string[] = [];
  const wrong: string[] = [];
  for (const { path, message } of result.error.issues) {
    const name = String(path[0]);
    if (Object.hasOwn(set, name)) wrong.push(`${name} ${message}`);
    else missing.push(name);
  }
  const sentences = wrong.map((sentence) => `${sentence}.`);
  if (missing.length > 0) {
    sentences.unshift(
      `${title} needs ${joinWords(missing)}: set ${missing.length > 1 ? "them" : "it"} in the ` +
        "environment or in .env.",
    );
  }
  const message = sentences.join(" ").replace(/\.$/, "");
  throw new UsageError(message, missing.length > 0 ? { remedy: { code: "rehearse" } } : {});
}

/**
 * Checks a URL that credentials are sent to.
 *
 * @param name What the URL is called in an error. The URL itself is not
 * repeated there, since it may hold a password.
 * @throws {UsageError} when it is no http(s) URL, holds a user or a password, or would carry the
 * credentials in the clear beyond loopback without `insecureHttp`.
 */
export function checkUrl(name: string, value: string, insecureHttp: boolean): string {
  const url = URL.parse(value);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`${name} must be a whole URL that begins with https://`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new UsageError(
      `${name} must not hold a user name or password: the credentials have settings of their own`,
    );
  }
  if (url.protocol === "http:" && !insecureHttp && !isLoopbackHost(url.hostname)) {
    throw new UsageError(
      `${name} would send the credentials in the clear: use https://`,
      { remedy: { code: "allow-insecure" } },
    );
  }
  return value;
}

/** As {@linkcode checkUrl}, for a URL that paths are added to: without slashes at its end. */
export function checkBaseUrl(name: string, value: string, insecureHttp: boolean): string {
  const checked = checkUrl(name, value, insecureHttp);
  if (/[?#]/.test(checked)) throw new UsageError(`${name} must not hold a query or a fragment`);
  let end = checked.length;
  while (checked[end - 1] === "/") end--;
  return checked.slice(0, end);
}

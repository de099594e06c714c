/**
 * Filling in the `${NAME}`s of an `http:` section: which environment variables it reads, and the
 * section with their values.
 *
 * @module
 */

import { UsageError } from "../errors.ts";
import { ENVIRONMENT_REFERENCE, type HttpSection } from "../mapping/mod.ts";
import type { Variable } from "../types.ts";
import { joinWords } from "../words.ts";
import { checkUrl } from "./settings.ts";

/**
 * Settings that send a mapping's requests to a stand-in, whatever its URLs say. It can't come from
 * the environment by accident: no shell sets a name with a colon.
 */
export const SANDBOX_ORIGIN = "rowferry:sandbox";

/** The variables that a section reads, in the order of their first mention. */
export function environmentVariables(section: HttpSection): Variable[] {
  const found = new Map<string, Variable>();
  forEachText(section, (text, place, secret) => {
    for (const [, name = ""] of text.matchAll(ENVIRONMENT_REFERENCE)) {
      const before = found.get(name);
      found.set(name, {
        name,
        secret: secret || (before?.secret ?? false),
        help: before?.help ?? `Used in the mapping's http.${place}`,
      });
    }
  });
  return [...found.values()];
}

/**
 * The section with every `${NAME}` replaced, and its URLs checked.
 *
 * @throws {UsageError} naming the variables that are not set, or the URL that will not do.
 */
export function fillIn(
  section: HttpSection,
  variables: Readonly<Record<string, string>>,
  insecureHttp: boolean,
): HttpSection {
  const missing = environmentVariables(section)
    .map(({ name }) => name)
    .filter((name) => !Object.hasOwn(variables, name) || variables[name] === "");
  if (missing.length > 0) {
    throw new UsageError(
      `The mapping needs ${joinWords(missing)}: set ${missing.length > 1 ? "them" : "it"} in ` +
        "the environment or in .env, or add --sandbox to try it without credentials",
    );
  }
  const fill = (text: string) =>
    text.replace(ENVIRONMENT_REFERENCE, (_, name: string) => variables[name] ?? "");
  const fillUrl = (place: string, text: string) => {
    const filled = fill(text);
    const origin = variables[SANDBOX_ORIGIN];
    return checkUrl(
      `http.${place} of the mapping`,
      origin === undefined ? filled : `${origin}${pathOf(filled)}`,
      insecureHttp,
    );
  };
  const headers = Object.fromEntries(
    Object.entries(section.headers).map(([name, value]) => [name, fill(value)]),
  );
  return {
    ...section,
    url: fillUrl("url", section.url),
    headers,
    auth: fillAuth(section.auth, fill, fillUrl),
  };
}

/** Path and query of a filled-in URL, even where what stood for its origin is no URL. */
export function pathOf(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? "/" : `${parsed.pathname}${parsed.search}`;
}

function fillAuth(
  auth: HttpSection["auth"],
  fill: (text: string) => string,
  fillUrl: (place: string, text: string) => string,
): HttpSection["auth"] {
  switch (auth.type) {
    case "none":
      return auth;
    case "bearer":
      return { ...auth, token: fill(auth.token) };
    case "basic":
      return { ...auth, username: fill(auth.username), password: fill(auth.password) };
    case "apiKey":
      return { ...auth, value: fill(auth.value) };
    case "oauth2":
      return {
        ...auth,
        tokenUrl: fillUrl("auth.tokenUrl", auth.tokenUrl),
        clientId: fill(auth.clientId),
        clientSecret: fill(auth.clientSecret),
      };
  }
}

/** Calls `visit` with every text that may name variables; `secret` where they hold credentials. */
function forEachText(
  { url, headers, auth }: HttpSection,
  visit: (text: string, place: string, secret: boolean) => void,
): void {
  const visitUrl = (place: string, text: string) => {
    // A host, or a base URL at the start, is no secret; keys travel in paths and queries.
    const base = /^(?:\$\{[^}]*\}|https?:\/\/[^/?#]*)/i.exec(text)?.[0].length ?? 0;
    visit(text.slice(0, base), place, false);
    visit(text.slice(base), place, true);
  };
  visitUrl("url", url);
  for (const [name, value] of Object.entries(headers)) visit(value, `headers.${name}`, true);
  for (const [key, value] of Object.entries(auth)) {
    if (key === "tokenUrl") visitUrl("auth.tokenUrl", value);
    else visit(value, `auth.${key}`, key !== "username" && key !== "clientId");
  }
}

/**
 * Secrets that stand in URLs, in which they are written otherwise than in the setting that holds them;
 * and words of a mapping that are none. All pure.
 *
 * @module
 */

import type { Constant } from "../../mapping/mod.ts";

/** Shorter parts of a URL are no secrets: `v2`, `hooks`. */
const SHORTEST_SECRET = 8;

/** A URL's path or query without what is secret in it, however it is written there. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.flatMap(formsInUrl).reduce((rest, form) => rest.replaceAll(form, "…"), text);
}

/** A value as it may stand in a URL; the longest first, as one may be a part of another. */
function formsInUrl(value: string): string[] {
  const forms = [
    value,
    encodeURI(value.toWellFormed()),
    encodeURIComponent(value.toWellFormed()),
    URL.parse(`http://x/${value}`)?.pathname.slice(1) ?? "",
    URL.parse(`http://x/?${value}`)?.search.slice(1) ?? "",
  ];
  return [...new Set(forms)].filter((form) => form !== "").sort((a, b) => b.length - a.length);
}

/** A word or two of letters, as no key is. */
const PLAIN_WORDS = /^(?=.{1,20}$)\p{L}+(?:[ _-]\p{L}+)*$/u;

const NAMES_SECRET = /key|token|secret|pass|auth/i;

/** Constants as the mapping has them that are plain words: they may be told. */
export function plainWords(constants: readonly Constant[]): string[] {
  return constants
    .flatMap(({ to, value }) => typeof value === "string" && !NAMES_SECRET.test(to) ? [value] : [])
    .filter((value) => PLAIN_WORDS.test(value));
}

/** A secret in all its forms, and where it is a whole URL, the parts of it that an API may repeat by themselves. */
export function withParts(value: string): string[] {
  const url = /^https?:/i.test(value) ? URL.parse(value) : null;
  if (url === null) return formsInUrl(value);
  const segments = url.pathname.split("/");
  const parts = [url.pathname, url.search, ...segments, ...url.searchParams.values()];
  return [...formsInUrl(value), ...parts.filter(({ length }) => length >= SHORTEST_SECRET)];
}

/**
 * Filling in the `${NAME}`s of an `http:` section: which environment variables it reads, and the
 * section with their values.
 *
 * @module
 */

import { UsageError } from "../../model/errors.ts";
import { revealed, type Variables } from "../../model/secret.ts";
import { ENVIRONMENT_REFERENCE } from "../../mapping/mod.ts";
import type { Constant, MappingFile } from "../../mapping/mod.ts";
import { type HttpSection, sectionOf } from "./schema.ts";
import type { DestinationVariable } from "../../model/destination.ts";
import { joinWords } from "../../text/words.ts";
import { checkUrl } from "../settings.ts";

/**
 * Settings that send a mapping's requests to a stand-in, whatever its URLs say. It can't come from
 * the environment by accident: no shell sets a name with a colon.
 */
export const SANDBOX_ORIGIN = "rowferry:sandbox";

/** What variables are there that only have to be set. */
export const SANDBOX_VALUE = "sandbox";

/** A text that stands for a number. */
const NUMBER_REFERENCE = /^\$\{(\w+):number\}$/;

/** The part of a mapping file that may name variables. */
export interface Filled {
  readonly section: HttpSection;
  readonly constants: readonly Constant[];
}

/** That part of a file. */
export function filledIn(file: MappingFile): Filled {
  return { section: sectionOf(file), constants: file.constants as readonly Constant[] };
}

/** The variables that a mapping reads, in the order of their first mention. */
export function environmentVariables(file: Filled): DestinationVariable[] {
  const found = new Map<string, DestinationVariable>();
  forEachText(file, (text, place, secret) => {
    for (const [, name = ""] of text.matchAll(ENVIRONMENT_REFERENCE)) {
      const before = found.get(name);
      found.set(name, {
        name,
        secret: secret || (before?.secret ?? false),
        help: before?.help ?? `Used in the mapping's ${place}`,
      });
    }
  });
  return [...found.values()];
}

/**
 * Section and constants with every `${NAME}` replaced, and the URLs checked.
 *
 * @throws {UsageError} naming the variables that are not set, or the URL that will not do.
 */
export function fillIn(file: Filled, variables: Variables, insecureHttp: boolean): Filled {
  const { section, constants } = file;
  const missing = environmentVariables(file)
    .map(({ name }) => name)
    .filter((name) => valueOf(variables, name) === "");
  if (missing.length > 0) {
    throw new UsageError(
      `The mapping needs ${joinWords(missing)}: set ${missing.length > 1 ? "them" : "it"} in ` +
        "the environment or in .env",
      { remedy: { code: "rehearse" } },
    );
  }
  const fill = (text: string) =>
    text.replace(ENVIRONMENT_REFERENCE, (_, name: string) => valueOf(variables, name));
  /** What a text stands for: a number where it is `${NAME:number}` and no more. */
  const fillAny = (text: string): unknown => {
    const name = NUMBER_REFERENCE.exec(text)?.[1];
    if (name === undefined) return fill(text);
    const value = fill(text).trim();
    if (/^-?\d{1,15}(?:\.\d{1,15})?$/.test(value)) return Number(value);
    if (valueOf(variables, SANDBOX_ORIGIN) !== "") return 1;
    throw new UsageError(`${name} must be a number, since the mapping has it as one`);
  };
  const fillUrl = (place: string, text: string) => {
    const filled = fill(text);
    const origin = valueOf(variables, SANDBOX_ORIGIN);
    return checkUrl(
      `http.${place} of the mapping`,
      origin === "" ? filled : `${origin}${pathOf(filled)}`,
      insecureHttp,
    );
  };
  const headers = Object.fromEntries(
    Object.entries(section.headers).map(([name, value]) => [name, fill(value)]),
  );
  const { envelope, job } = section;
  return {
    section: {
      ...section,
      url: fillUrl("url", section.url),
      headers,
      auth: fillAuth(section.auth, fill, fillUrl),
      ...(job && {
        job: {
          ...job,
          url: job.url === "{job}" ? job.url : fillUrl("job.url", job.url),
          errors: job.errors && fillUrl("job.errors", job.errors),
        },
      }),
      envelope: "with" in envelope && envelope.with
        ? { ...envelope, with: fillValue(envelope.with, fillAny) as typeof envelope.with }
        : envelope,
    },
    constants: constants.map((constant) => ({
      ...constant,
      value: fillValue(constant.value, fillAny) as Constant["value"],
    })),
  };
}

/** A JSON value with its texts filled in; names of members stay. */
function fillValue(value: unknown, fill: (text: string) => unknown): unknown {
  if (typeof value === "string") return fill(value);
  if (Array.isArray(value)) return value.map((part) => fillValue(part, fill));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, fillValue(part, fill)]),
  );
}

/** A variable's text, empty where it is not set. */
export function valueOf(variables: Variables, name: string): string {
  return Object.hasOwn(variables, name) ? revealed(variables[name] ?? "") : "";
}

/** Path and query of a filled-in URL, even where what stood for its origin is no URL. */
export function pathOf(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return "/";
  return `${parsed.pathname}${parsed.search}`.replaceAll("%7B", "{").replaceAll("%7D", "}");
}

/** Members of `auth`, of whatever type, that may name variables; true for those that are secret. */
const AUTH_TEXTS: Readonly<Record<string, boolean>> = {
  token: true,
  username: true, // Of APIs that take their key as the user.
  password: true,
  value: true,
  clientId: true,
  clientSecret: true,
  refreshToken: true,
  key: true,
  keyId: false,
  issuer: false,
  subject: false,
  scope: false,
  audience: false,
};

function fillAuth(
  auth: HttpSection["auth"],
  fill: (text: string) => string,
  fillUrl: (place: string, text: string) => string,
): HttpSection["auth"] {
  const filled = Object.entries(auth)
    .filter(([name, text]) => name in AUTH_TEXTS && text !== undefined)
    .map(([name, text]) => [name, fill(String(text))]);
  const texts = { ...auth, ...Object.fromEntries(filled) };
  if (!("tokenUrl" in auth)) return texts;
  return { ...texts, tokenUrl: fillUrl("auth.tokenUrl", auth.tokenUrl) } as typeof auth;
}

/** Calls `visit` with every text that may name variables; `secret` where they hold credentials. */
function forEachText(
  { section: { url, headers, auth, envelope, job }, constants }: Filled,
  visitText: (text: string, place: string, secret: boolean) => void,
): void {
  const visit = (text: string, place: string, secret: boolean) =>
    visitText(text, `http.${place}`, secret);
  const visitUrl = (place: string, text: string) => {
    // A host, or a base URL at the start, is no secret; keys travel in paths and queries, and so
    // in a variable that is the whole URL.
    const base = /^(?:\$\{[^}]*\}(?=.)|https?:\/\/[^/?#]*)/i.exec(text)?.[0].length ?? 0;
    visit(text.slice(0, base), place, false);
    visit(text.slice(base), place, true);
  };
  visitUrl("url", url);
  if (job !== undefined) visitUrl("job.url", job.url);
  if (job?.errors !== undefined) visitUrl("job.errors", job.errors);
  for (const [name, value] of Object.entries(headers)) visit(value, `headers.${name}`, true);
  if ("tokenUrl" in auth) visitUrl("auth.tokenUrl", auth.tokenUrl);
  for (const [name, text] of Object.entries(auth)) {
    const secret = AUTH_TEXTS[name];
    if (secret !== undefined && text !== undefined) visit(String(text), `auth.${name}`, secret);
  }
  // Some APIs want their key in the body.
  const visitValue = (value: unknown, place: string) =>
    void fillValue(value, (text) => {
      visitText(text, place, true);
      return text;
    });
  if ("with" in envelope) visitValue(envelope.with, "http.envelope.with");
  for (const { value } of constants) visitValue(value, "constants");
}

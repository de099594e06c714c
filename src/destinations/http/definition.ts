/**
 * Any JSON API that a mapping file describes in its `http:` section.
 *
 * @module
 */

import { createHash } from "node:crypto";

import { UsageError } from "../../model/errors.ts";
import type { Batch } from "../../model/batch.ts";
import type { Destination, DropsRepeats, RequestLimit } from "../../model/destination.ts";
import type { Variables } from "../../model/secret.ts";
import type { TargetId } from "../../model/target.ts";
import { ENVIRONMENT_REFERENCE, type MappingDialect } from "../../mapping/mod.ts";
import type { Endpoint } from "../answers.ts";
import { compileAnswerRules } from "./answers.ts";
import { compileDistinctKey, compileEncode } from "./encode.ts";
import { compileEnvelope } from "./envelope.ts";
import { authHeaders, loginOf, secretsOf } from "./login.ts";
import { withoutSecrets, withParts } from "./secrets.ts";
import {
  environmentVariables,
  type Filled,
  filledIn,
  fillIn,
  SANDBOX_ORIGIN,
  valueOf,
} from "./settings.ts";
import type { DestinationDefinition, SinkSetup } from "../definition.ts";
import type { DocumentedAnswers } from "../gallery_entry.ts";
import type { DestinationProfile } from "../profile.ts";
import { dialect } from "./dialect.ts";
import { documentedApi } from "./documented_api.ts";
import { http } from "./profile.ts";
import { type HttpSection, sectionOf } from "./schema.ts";
import { standIn } from "./stand_in.ts";

/** Headers that the connection itself decides on; a mapping that sets them breaks requests. */
const RESERVED_HEADERS = ["content-length", "host", "connection", "transfer-encoding"];

/** What is special about an API that the program knows by name. */
export interface KnownApi {
  readonly profile: DestinationProfile;
  readonly mapping: MappingDialect;
  /** Its name in sentences; the host's where it has none. */
  readonly title: string | null;
  /** What a variable is for; undefined where the mapping's place says enough. */
  helpOf(variable: string): string | undefined;
  /** What it asks and answers, as its documentation tells; null where that isn't known. */
  readonly answers: DocumentedAnswers | null;
}

/** Any JSON API. */
export const definition = definitionOf({
  profile: http,
  mapping: dialect,
  title: null,
  helpOf: () => undefined,
  answers: null,
});

/** A JSON API that a mapping describes, under a name of its own. */
export function definitionOf(api: KnownApi): DestinationDefinition {
  return {
    ...api.profile,
    mapping: api.mapping,
    variables: (mapping) =>
      environmentVariables(filledIn(mapping)).map((variable) => ({
        ...variable,
        help: api.helpOf(variable.name) ?? variable.help,
      })),
    sandboxVariables(url, mapping) {
      const section = sectionOf(mapping);
      // A variable that a URL begins with stands for a host; the others only have to be set.
      const hosts = [section.url, section.auth.type === "oauth2" ? section.auth.tokenUrl : ""]
        .map((text) => /^\$\{(\w+)\}/.exec(text)?.[1]);
      const values = environmentVariables(filledIn(mapping))
        .map(({ name }) => [name, hosts.includes(name) ? url : "sandbox"]);
      return { ...Object.fromEntries(values), [SANDBOX_ORIGIN]: url };
    },
    target: (variables, mapping) => targetOf(filledIn(mapping), variables),
    standIn: (mapping) =>
      api.answers === null ? standIn(sectionOf(mapping)) : documentedApi(api.answers),
    createSink(setup) {
      const { mapping } = setup;
      const declared = filledIn(mapping.file);
      const { section, constants } = fillIn(declared, setup.variables, setup.insecureHttp);
      const secrets = environmentVariables(declared)
        .filter(({ secret }) => secret).map(({ name }) => name);
      return {
        destination: destination(api, section, secrets, setup),
        encode: compileEncode(section, { ...mapping, constants }, setup.idPrefix),
        ...compileDistinctKey(section, mapping),
      };
    },
  };
}

/** The resolved URL; of a query, which may hold a key, no more than whether it is another one. */
function targetOf(declared: Filled, variables: Variables): TargetId {
  const text = declared.section.url.replace(
    ENVIRONMENT_REFERENCE,
    (_, name: string) => valueOf(variables, name),
  );
  const url = URL.parse(text);
  if (url === null) return { address: "" };
  const secrets = environmentVariables(declared).filter(({ secret }) => secret)
    .map(({ name }) => valueOf(variables, name));
  const address = `${url.origin}${shownPath(url, text, secrets)}`;
  if (url.search === "" || secrets.includes(text)) return { address };
  // A key that is renewed makes no other target.
  const query = withoutSecrets(url.search, secrets);
  return { address, query: createHash("sha256").update(query).digest("hex").slice(0, 8) };
}

/** A URL's path, without what is secret in it. */
function shownPath({ pathname }: URL, whole: string, secrets: readonly string[]): string {
  return secrets.includes(whole) ? "/…" : withoutSecrets(pathname, secrets);
}

function destination(
  api: Pick<KnownApi, "profile" | "title">,
  section: HttpSection,
  secrets: readonly string[],
  { idPrefix, single, variables }: SinkSetup,
): Destination {
  const { limits } = section;
  const url = new URL(section.url);
  const values = [...secretsOf(section.auth), ...secrets.map((name) => valueOf(variables, name))];
  const endpoint: Endpoint = {
    title: api.title ?? url.hostname,
    path: shownPath(url, section.url, values),
    setting: "http.url of the mapping",
  };
  const envelope = compileEnvelope(section.envelope);
  const headers = requestHeaders(section, envelope.contentType);
  const login = loginOf(section.auth);
  const asking = Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.toLowerCase() !== "content-type"),
  );
  const { classify, jobs } = compileAnswerRules({
    section,
    endpoint,
    variables: secrets,
    head: (url, token) => ({ method: "GET", url, headers: signed(asking, token) }),
    isSecret: (text) => values.some((value) => value.length > 3 && text.includes(value)),
  });
  const rowsPerRequest = single || section.envelope.format === "single" ? 1 : limits.rows;
  return {
    name: api.profile.name,
    title: endpoint.title,
    secrets: values.flatMap(withParts),
    address: `${url.origin}${endpoint.path}`,
    limits: {
      rowsPerRequest,
      bytesPerRequest: limits.bytes,
      bytesPerRow: limits.bytesPerRow ?? limits.bytes,
      rowsPerSecond: limits.rowsPerSecond ?? null,
      requestLimits: requestLimits(limits),
      concurrency: limits.concurrency,
      answerMs: (limits.answerSeconds ?? 60) * 1000,
    },
    dropsRepeats: dropsRepeats(section, rowsPerRequest),
    frame: () => envelope,
    login,
    ...(section.confirms && { confirms: section.confirms }),
    readsAcceptedBody: section.results !== undefined || section.statuses.when !== undefined ||
      jobs !== null,
    ...(jobs && { apiJob: jobs }),
    request(batch, token, answered = 0) {
      const own = signed(headers, token);
      if (section.idempotencyHeader !== undefined) {
        own[section.idempotencyHeader] = requestId(idPrefix, batch, answered);
      }
      return { method: section.method, url: section.url, headers: own };
    },
    classify,
  };
}

/** Headers with the token that a login gave; without one, they carry their credentials themselves. */
function signed(
  headers: Readonly<Record<string, string>>,
  token: string | null,
): Record<string, string> {
  return token === null ? { ...headers } : { ...headers, Authorization: `Bearer ${token}` };
}

/** Limits by request, in whole requests: 0.5 a second is one in two seconds. */
function requestLimits(limits: HttpSection["limits"]): RequestLimit[] {
  const { requestsPerSecond, requestsPerMinute, requestWindows = [] } = limits;
  return [
    ...(requestsPerSecond === undefined ? [] : [{ requests: requestsPerSecond, seconds: 1 }]),
    ...(requestsPerMinute === undefined ? [] : [{ requests: requestsPerMinute, seconds: 60 }]),
    ...requestWindows,
  ].map(({ requests, seconds }) => {
    const whole = Math.max(1, Math.floor(requests));
    return { requests: whole, ms: seconds * 1000 * Math.max(1, whole / requests) };
  });
}

/** A request's id is that of its rows. */
function dropsRepeats(section: HttpSection, rowsPerRequest: number): DropsRepeats {
  if (section.repeatsAreSafe) return "rows";
  if (section.idempotencyHeader === undefined) return "nothing";
  return rowsPerRequest === 1 ? "rows" : "requests";
}

/** Headers of every request. @throws {UsageError} naming a header that will not do. */
function requestHeaders(section: HttpSection, contentType: string): Record<string, string> {
  const { headers, auth, idempotencyHeader } = section;
  const own = authHeaders(auth);
  const later = [auth.type === "oauth2" ? "Authorization" : undefined, idempotencyHeader];
  const all = [
    ...Object.entries(headers),
    ...Object.entries(own),
    ...later.filter((name) => name !== undefined).map((name) => [name, ""] as const),
  ];
  const names = new Set<string>();
  for (const [name, value] of all) {
    checkHeader(name, value);
    const lower = name.toLowerCase();
    if (names.has(lower)) throw new UsageError(`The mapping sets the header ${name} twice`);
    names.add(lower);
  }
  if (idempotencyHeader?.toLowerCase() === "content-type") {
    throw new UsageError(`The mapping's idempotencyHeader must not be ${idempotencyHeader}`);
  }
  const type: Record<string, string> = names.has("content-type")
    ? {}
    : { "Content-Type": contentType };
  return { ...type, ...trimmed(headers), ...trimmed(own) };
}

/** Without blanks and line ends around values, which secrets that stand in files have. */
function trimmed(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.trim()]));
}

function checkHeader(name: string, value: string): void {
  if (RESERVED_HEADERS.includes(name.toLowerCase())) {
    throw new UsageError(`The mapping must not set the header ${name}: rowferry does`);
  }
  try {
    new Headers([[name, value]]);
  } catch {
    throw new UsageError(`The mapping's header ${name} holds characters that HTTP does not allow`);
  }
}

/**
 * The same for the same rows of a run until the API answers them, and different for others: APIs give
 * the answer again that they gave to an id before.
 */
function requestId(idPrefix: string, batch: Batch, answered: number): string {
  const rows = Array.from({ length: batch.length }, (_, index) => batch.place(index).number).join();
  const round = answered === 0 ? "" : `:${answered}`;
  return createHash("sha256").update(`${idPrefix}:${rows}${round}`).digest("hex").slice(0, 32);
}

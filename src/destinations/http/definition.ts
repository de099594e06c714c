/**
 * Any JSON API that a mapping file describes in its `http:` section.
 *
 * @module
 */

import { createHash } from "node:crypto";

import type { Batch } from "../../model/batch.ts";
import type { Destination, DropsRepeats, RequestLimit } from "../../model/destination.ts";
import type { Variables } from "../../model/secret.ts";
import type { TargetId } from "../../model/target.ts";
import { ENVIRONMENT_REFERENCE, type MappingDialect } from "../../mapping/mod.ts";
import type { Endpoint } from "../answers.ts";
import { compileAnswerRules } from "./answers.ts";
import { compileBody } from "./bodies.ts";
import type { Body } from "./body.ts";
import { compileDistinctKey, compileEncode, recordParts } from "./encode.ts";
import { requestHeaders, signed } from "./headers.ts";
import { loginOf, secretsOf } from "./login.ts";
import { plainWords, withoutSecrets, withParts } from "./secrets.ts";
import {
  environmentVariables,
  type Filled,
  filledIn,
  fillIn,
  SANDBOX_ORIGIN,
  SANDBOX_VALUE,
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
import { compileUrl, type UrlTemplate } from "./url_template.ts";

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
      const hosts = [section.url, "tokenUrl" in section.auth ? section.auth.tokenUrl : ""]
        .map((text) => /^\$\{(\w+)\}/.exec(text)?.[1]);
      const values = environmentVariables(filledIn(mapping))
        .map(({ name }) => [name, hosts.includes(name) ? url : SANDBOX_VALUE]);
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
      const parts = recordParts(section, { ...mapping, constants });
      const worded = {
        body: compileBody(section.envelope, parts),
        url: compileUrl(section.url, parts.outputs),
      };
      return {
        destination: destination(api, section, secrets, {
          ...setup,
          ...worded,
          ownWords: plainWords(declared.constants),
        }),
        encode: compileEncode(section, worded.body, worded.url, setup.idPrefix),
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
  const path = pathname.replaceAll("%7B", "{").replaceAll("%7D", "}");
  return secrets.includes(whole) ? "/…" : withoutSecrets(path, secrets);
}

/** How the rows of a run are worded. */
interface Worded {
  readonly body: Body;
  readonly url: UrlTemplate | null;
  /** See `Destination.ownWords`. */
  readonly ownWords: readonly string[];
}

function destination(
  api: Pick<KnownApi, "profile" | "title">,
  section: HttpSection,
  secrets: readonly string[],
  { idPrefix, single, variables, body, url: template, ownWords }: SinkSetup & Worded,
): Destination {
  const { limits } = section;
  const url = new URL(section.url);
  const values = [...secretsOf(section.auth), ...secrets.map((name) => valueOf(variables, name))];
  const endpoint: Endpoint = {
    title: api.title ?? url.hostname,
    path: shownPath(url, section.url, values),
    setting: "http.url of the mapping",
  };
  const headers = requestHeaders(section, body.contentType);
  const login = loginOf(section.auth);
  const asking = Object.fromEntries(
    Object.entries(headers).filter(([name]) => !/^content-(?:type|encoding)$/i.test(name)),
  );
  const { classify, jobs } = compileAnswerRules({
    section,
    endpoint,
    recordOf: body.recordOf,
    variables: secrets,
    head: (url, token) => ({ method: "GET", url, headers: signed(asking, token) }),
    isSecret: (text) => values.some((value) => value.length > 3 && text.includes(value)),
  });
  const rowsPerRequest = single || body.isSingle ? 1 : limits.rows;
  return {
    name: api.profile.name,
    title: endpoint.title,
    secrets: values.flatMap(withParts),
    ownWords,
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
    frame: () => body.frame,
    login,
    ...(section.compress && { packs: section.compress }),
    ...(section.confirms && { confirms: section.confirms }),
    readsAcceptedBody: section.results !== undefined || section.statuses.when !== undefined ||
      jobs !== null,
    ...(jobs && { apiJob: jobs }),
    request(batch, token, answered = 0) {
      const own = signed(headers, token);
      if (section.idempotencyHeader !== undefined) {
        own[section.idempotencyHeader] = requestId(idPrefix, batch, answered);
      }
      const { route } = batch;
      const url = template === null ? section.url : template.urlOf(String(route));
      return { method: section.method, url, headers: own };
    },
    classify,
  };
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

/**
 * The same for the same rows of a run until the API answers them, and different for others: APIs give
 * the answer again that they gave to an id before.
 */
function requestId(idPrefix: string, batch: Batch, answered: number): string {
  const rows = Array.from({ length: batch.length }, (_, index) => batch.place(index).number).join();
  const round = answered === 0 ? "" : `:${answered}`;
  return createHash("sha256").update(`${idPrefix}:${rows}${round}`).digest("hex").slice(0, 32);
}

/**
 * A stand-in for any JSON API, made from the `http:` section of a mapping: it takes what the
 * section says the API takes, checks envelope, limits and credentials, and accepts every record.
 *
 * @module
 */

import {
  basicCredentials,
  isObject,
  type SandboxAnswer,
  type SandboxRequest,
  SeenIds,
  type StandIn,
} from "../stand_in.ts";
import type { HttpSection } from "./schema.ts";
import { recordsIn, stepsOf } from "./stand_in_records.ts";

const MOST_IDS = 100_000;
const TOKEN_LIFETIME_S = 3600;

/** Plays the API that the section describes. */
export function standIn(api: HttpSection): StandIn {
  const path = pathOf(api.url);
  const tokenPath = "tokenUrl" in api.auth ? pathOf(api.auth.tokenUrl) : null;
  const tokens = new SeenIds(100);
  const seen = new SeenIds(MOST_IDS);
  const accepted = api.statuses.accepted.find((status) => typeof status === "number") ?? 200;

  const jobs = api.job === undefined ? null : playJobs(api, api.job, accepted);

  return {
    answer(request) {
      const told = jobs?.answer(request);
      if (told) return told;
      if (tokenPath !== null && request.path === tokenPath) return issueToken(request, tokens);
      if (!isAtPlace(path, request.path)) {
        return failure(404, `There is nothing at ${request.path}`);
      }
      if (request.method !== api.method) return failure(405, `The method must be ${api.method}`);
      if (!isAuthorized(api.auth, request.headers, tokens)) {
        return failure(401, "The credentials are missing or unknown");
      }
      if (request.bytes > api.limits.bytes) return failure(413, "The body is too large");
      const records = recordsIn(api.envelope, request.body);
      if (records === null || records.length === 0) {
        return failure(400, "The body does not hold records in the envelope's form");
      }
      if (records.length > api.limits.rows) return failure(413, "There are too many records");
      const id = api.idempotencyHeader && request.headers.get(api.idempotencyHeader);
      if (id === null) return failure(400, `The header ${api.idempotencyHeader} is missing`);
      const fresh = !id || seen.add(id);
      if (jobs) return { ...jobs.start(records.length), taken: records.length };
      return {
        status: accepted,
        json: results(api.results, records.length, accepted),
        [fresh ? "taken" : "repeated"]: records.length,
      };
    },
  };
}

/** Jobs that have ended, and taken all, as soon as they are asked for. */
function playJobs(api: HttpSection, job: NonNullable<HttpSection["job"]>, status: number) {
  const counts = new Map<string, number>();
  const placeOf = (template: string) => template === "{job}" ? "/{job}" : pathOf(template);
  const isAt = (template: string, id: string, path: string) =>
    placeOf(template).replace("{job}", id) === path;
  return {
    start(count: number): SandboxAnswer {
      const id = `job-${counts.size + 1}`;
      counts.set(id, count);
      const body: Record<string, unknown> = {};
      if (job.id !== undefined) put(body, stepsOf(job.id), id);
      const headers = job.idHeader === undefined ? {} : { [job.idHeader]: `/${id}` };
      return { status, headers, json: body };
    },
    answer({ method, path }: SandboxRequest): SandboxAnswer | null {
      if (method !== "GET") return null;
      const [id, count] =
        [...counts].find(([id]) =>
          isAt(job.url, id, path) || isAt(job.errors ?? job.url, id, path)
        ) ?? [];
      if (id === undefined || count === undefined) return failure(404, "There is no such job");
      const body = results(api.results, count, status);
      if (isAt(job.url, id, path) && isObject(body)) {
        put(body, stepsOf(job.state), job.states.accepted[0]);
      }
      return { status: 200, json: body };
    },
  };
}

function failure(status: number, message: string): SandboxAnswer {
  return { status, json: { message } };
}

/** What a grant needs beside its type; where it names a client, that needs its secret, too. */
const GRANTS: Readonly<Record<string, string | null>> = {
  "client_credentials": null,
  "refresh_token": "refresh_token",
  "urn:ietf:params:oauth:grant-type:jwt-bearer": "assertion",
};

/** Tokens by any grant, the client in the header or in the form (RFC 6749 §4.4.2, errors by §5.2). */
export function issueToken(
  { headers, body, method }: SandboxRequest,
  tokens: SeenIds,
): SandboxAnswer {
  const form = new URLSearchParams(body);
  const needed = GRANTS[form.get("grant_type") ?? ""];
  if (method !== "POST" || needed === undefined) {
    return { status: 400, json: { error: "unsupported_grant_type" } };
  }
  if (needed !== null && !form.get(needed)) {
    return { status: 400, json: { error: "invalid_grant" } };
  }
  const hasSecret = form.get("client_secret") || form.get("client_assertion");
  const isClient = basicCredentials(headers) !== null || form.get("client_id") && hasSecret;
  if (needed === null && !isClient) {
    return { status: 401, json: { error: "invalid_client" } };
  }
  const token = crypto.randomUUID();
  tokens.add(token);
  return {
    status: 200,
    json: { access_token: token, token_type: "Bearer", expires_in: TOKEN_LIFETIME_S },
  };
}

function isAuthorized(auth: HttpSection["auth"], headers: Headers, tokens: SeenIds): boolean {
  const bearer = /^Bearer (\S+)$/.exec(headers.get("authorization") ?? "")?.[1];
  switch (auth.type) {
    case "none":
      return true;
    case "bearer":
      return bearer !== undefined;
    case "basic":
      return basicCredentials(headers, { emptyPassword: auth.password === undefined }) !== null;
    case "apiKey":
      return (headers.get(auth.header) ?? "") !== "";
    case "oauth2":
    case "oauth2Refresh":
    case "oauth2Jwt":
      return bearer !== undefined && tokens.has(bearer);
  }
}

/** An answer that says of every record that it was taken, where the API says so at all. */
function results(wanted: HttpSection["results"], count: number, status: number): unknown {
  const [at] = [wanted?.at ?? []].flat();
  const body: Record<string, unknown> = {};
  if (wanted?.taken !== undefined) put(body, stepsOf(wanted.taken), count);
  // Lists by index or key name failed records only.
  if (wanted?.match?.by === "position") {
    const entry: Record<string, unknown> = {};
    if (wanted.status !== undefined) put(entry, stepsOf(wanted.status), status);
    const list = Array.from({ length: count }, () => entry);
    if (at === undefined) return list;
    put(body, stepsOf(at), list);
  } else if (wanted?.match && at === undefined) return [];
  return body;
}

function put(body: Record<string, unknown>, [step = "", ...rest]: string[], value: unknown): void {
  if (rest.length === 0) body[step] = value;
  else {
    const inner = isObject(body[step]) ? body[step] : {};
    body[step] = inner;
    put(inner, rest, value);
  }
}

/** The path of a URL, where `${NAME}` in front is the host and any other stands for `sandbox`. */
function pathOf(url: string): string {
  const filled = url.replace(/^\$\{\w+\}/, "http://host").replace(/\$\{\w+\}/g, "sandbox");
  const path = URL.parse(filled)?.pathname.replace(/(?<=.)\/+$/, "") ?? "/";
  return path.replaceAll("%7B", "{").replaceAll("%7D", "}");
}

/** Whether a path is that of a URL with places, which a row's value fills. */
function isAtPlace(template: string, path: string): boolean {
  const parts = template.split(/\{[^{}]+\}/).map(RegExp.escape);
  return new RegExp(`^${parts.join("[^/]+")}$`).test(path);
}

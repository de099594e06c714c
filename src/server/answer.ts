/**
 * What happens around every request, whichever route it is for: who is let in, how much it may bring,
 * the headers of the answer, the access log, the numbers.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Io } from "../io.ts";
import type { Log } from "../log.ts";
import { limitedBody } from "./body_limit.ts";
import { corsHeaders, preflight } from "./cors.ts";
import type { Passage } from "./gate.ts";
import type { Guard } from "./guard.ts";
import type { Answerer } from "./listen.ts";
import { HttpProblem, problem } from "./problem_details.ts";
import type { RouteNames } from "./route_names.ts";

/** What a route is told of a request beside the request itself. */
export interface RequestOrigin {
  /** Stands in the access log and in the answer's `X-Request-Id`. */
  readonly requestId: string;
  /** To be called where the answer's body is made while it is sent: the connection ends with it. */
  streaming(): void;
}

/** A request that was answered. */
export interface Answered {
  readonly method: string;
  /** The path as the API's description has it: what a client writes there stays unsaid. */
  readonly route: string;
  readonly status: number;
  /** Until the head of the answer. */
  readonly ms: number;
}

/** Where requests go and what holds for all of them. */
export interface Surroundings {
  readonly app: { fetch(request: Request, origin: RequestOrigin): Response | Promise<Response> };
  readonly io: Pick<Io, "monotonic" | "randomBytes">;
  readonly log: Log;
  readonly guard: Guard;
  readonly routes: RouteNames;
  /** Web pages of these origins may use the server. */
  readonly origins: readonly string[];
  /** Bytes that a file may have. */
  readonly maxUpload: number;
  onAnswered(answered: Answered): void;
}

/** Bytes of a body that is no file. */
const MOST_JSON_BYTES = 1024 * 1024;

/** How long a request that uploads nothing may take, its own time on the network included. */
const JSON_MS = 30_000;

/** Methods that have a name in the log and the numbers: of others a client can make up any number. */
const METHODS = ["GET", "HEAD", "POST", "DELETE", "OPTIONS"];

/** What needs no token: it tells what everybody can read in the manual. */
const PUBLIC = ["/", "/swagger-ui/", "/openapi.json", "/healthz", "/readyz"];

/**
 * What browsers are to make of an answer, unless its route says otherwise. Each costs a microsecond,
 * so there are those only that say something of answers that are no pages.
 */
const HEADERS = Object.entries({
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
});

/** Answers requests by an app. */
export function createAnswerer(surroundings: Surroundings): Answerer {
  const { io, log, origins, onAnswered } = surroundings;
  const access = log.of("access");
  const nextId = requestIds(io);
  return async (request, passage) => {
    const begin = io.monotonic();
    const requestId = idOf(request) ?? nextId();
    const path = pathOf(request.url);
    const response = await answer(surroundings, request, { path, requestId, passage });
    const { headers } = response;
    headers.set("X-Request-Id", requestId);
    for (const [name, value] of HEADERS) if (!headers.has(name)) headers.set(name, value);
    for (const [name, value] of corsHeaders(request, origins)) headers.set(name, value);

    const method = METHODS.includes(request.method) ? request.method : "other";
    const { status } = response;
    const route = surroundings.routes(path);
    const ms = io.monotonic() - begin;
    onAnswered({ method, route, status, ms });
    access.info("{method} {route} {status}", () => ({
      requestId,
      method,
      route,
      status,
      ms: Math.round(ms * 10) / 10,
      address: passage.address,
    }));
    return response;
  };
}

async function answer(
  { app, guard, origins, maxUpload }: Surroundings,
  request: Request,
  { path, requestId, passage }: {
    readonly path: string;
    readonly requestId: string;
    readonly passage: Passage;
  },
): Promise<Response> {
  const asked = preflight(request, origins);
  if (asked) return asked;
  const refusal = guard(request, isPublic(path));
  if (refusal) return refusal;
  const origin = { requestId, streaming: () => passage.streaming() };
  if (request.method === "HEAD") {
    const { url, headers } = request;
    const whole = await app.fetch(new Request(url, { headers }), origin);
    await whole.body?.cancel(); // Nobody takes it: what it is made from is closed.
    return new Response(null, whole);
  }
  if (request.body === null) return await app.fetch(request, origin);

  const isUpload = !/^application\/(?:[\w.+-]+\+)?json\b/i.test(
    request.headers.get("content-type") ?? "",
  );
  const limit = isUpload ? maxUpload : MOST_JSON_BYTES;
  const length = request.headers.get("content-length");
  const tooLarge = { status: 413, detail: `At most ${limit} bytes` };
  if (Number(length) > limit) return problem(tooLarge);
  // The server itself holds a request to the length that it states.
  if (!isUpload && length !== null) {
    passage.within(JSON_MS);
    return await app.fetch(request, origin);
  }
  if (isUpload) passage.uploading();
  else passage.within(JSON_MS);
  const body = limitedBody(request.body, limit, {
    onEnd: () => passage.uploaded(),
    tooLarge: () => new HttpProblem(tooLarge),
  });
  const { url, method, headers } = request;
  // Not made of the request itself, of whose signal Deno would warn.
  return await app.fetch(new Request(url, { method, headers, body }), origin);
}

/** The path of an absolute URL, without its query. */
function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  const end = url.indexOf("?", start);
  return end < 0 ? url.slice(start) : url.slice(start, end);
}

function isPublic(path: string): boolean {
  return PUBLIC.some((open) =>
    path === open || (open.endsWith("/") && open !== "/" && path.startsWith(open))
  );
}

/** The id that a client or a proxy gave the request, if it is one. */
function idOf({ headers }: Request): string | null {
  const given = headers.get("x-request-id");
  return given !== null && /^[\w.-]{1,64}$/.test(given) ? given : null;
}

/** Ids that no other process gives: each has its own beginning. */
function requestIds(io: Pick<Io, "randomBytes">): () => string {
  const prefix = Buffer.from(io.randomBytes(6)).toString("hex");
  let count = 0;
  return () => `${prefix}-${++count}`;
}

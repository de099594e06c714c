/**
 * A stand-in for the ShowAds API: tokens for a day, banners one by one or up to 1000 a request.
 *
 * @module
 */

import {
  isObject,
  parseBody,
  type SandboxAnswer,
  type SandboxRequest,
  type StandIn,
} from "../stand_in.ts";

const TOKEN_LIFETIME_MS = 24 * 60 * 60 * 1000;
const MOST_ROWS = 1000;
const HIGHEST_BANNER = 99;

/** Plays ShowAds; `now` is the clock, epoch milliseconds. */
export function standIn(now: () => number): StandIn {
  /** Tokens handed out, and when they end. */
  const tokens = new Map<string, number>();

  function authenticate({ body }: SandboxRequest): SandboxAnswer {
    const parsed = parseBody(body);
    const key = isObject(parsed) ? parsed["ProjectKey"] : undefined;
    if (typeof key !== "string" || key.trim() === "") {
      return { status: 400, json: { message: "ProjectKey is missing" } };
    }
    for (const [token, ends] of tokens) if (ends <= now()) tokens.delete(token);
    const token = crypto.randomUUID();
    tokens.set(token, now() + TOKEN_LIFETIME_MS);
    return { status: 200, json: { AccessToken: token } };
  }

  function isAuthorized({ headers }: SandboxRequest): boolean {
    const token = /^Bearer (\S+)$/.exec(headers.get("authorization") ?? "")?.[1];
    return token !== undefined && (tokens.get(token) ?? 0) > now();
  }

  return {
    answer(request) {
      const { path, method } = request;
      const bulk = path === "/banners/show/bulk";
      if (path !== "/auth" && path !== "/banners/show" && !bulk) return { status: 404 };
      if (method !== "POST") return { status: 405 };
      if (path === "/auth") return authenticate(request);
      if (!isAuthorized(request)) {
        return { status: 401, json: { message: "The token is missing, unknown or too old" } };
      }
      const parsed = parseBody(request.body);
      const rows = bulk ? (isObject(parsed) ? parsed["Data"] : undefined) : [parsed];
      if (!Array.isArray(rows) || rows.length === 0 || rows.length > MOST_ROWS) {
        return { status: 400, json: { message: `Data must hold 1 to ${MOST_ROWS} banners` } };
      }
      return rows.every(isBanner)
        ? { status: 200, taken: rows.length }
        : { status: 400, json: { message: "A banner must have VisitorCookie and BannerId" } };
    },
  };
}

function isBanner(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { VisitorCookie: cookie, BannerId: banner, ...others } = value;
  return typeof cookie === "string" && cookie !== "" && Object.keys(others).length === 0 &&
    Number.isInteger(banner) && Number(banner) >= 0 && Number(banner) <= HIGHEST_BANNER;
}

/**
 * Who is let in: bearer tokens, and what keeps web pages that somebody on this machine looks at from
 * using the server behind their back. All pure.
 *
 * @module
 */

import { createHash, timingSafeEqual } from "node:crypto";
import { UsageError } from "../model/errors.ts";
import { isLoopbackHost } from "../model/loopback.ts";
import { problem } from "./problem_details.ts";

/** Whom a server lets in. */
export interface Admittance {
  /** Any of these opens; none are asked for when there are none. */
  readonly tokens: readonly string[];
  /** True when all come from this machine, and so must call it by one of its own names. */
  readonly isLocal: boolean;
  /** Origins of web pages that may use the server from a browser, e.g. `https://crm.example.com`. */
  readonly origins: readonly string[];
}

/** Where the server listens, and what guards it there. */
export interface Exposure {
  readonly host: string;
  readonly tokens: readonly string[];
  /** Somebody said that a network guards it. */
  readonly isOpen: boolean;
}

/**
 * Fails where anybody could use the server.
 *
 * @throws {UsageError} when it is to listen beyond this machine with nothing to guard it.
 */
export function checkExposure({ host, tokens, isOpen }: Exposure): void {
  if (isOpen && tokens.length > 0) {
    throw new UsageError("There are tokens, and yet the server is to be open: only one can hold", {
      remedy: { code: "drop-setting", setting: "open" },
    });
  }
  if (tokens.length > 0 || isOpen || isLoopbackHost(host)) return;
  throw new UsageError(`Beyond this machine (${host}) anybody could send rows`, {
    remedy: { code: "guard-server" },
  });
}

/** The tokens in a text, which blanks separate. */
export function tokensIn(text: string): string[] {
  return text.split(/\s+/).filter((token) => token !== "");
}

/**
 * Says no, or nothing.
 *
 * @param request Its path is the caller's to know: some need no token.
 */
export type Guard = (request: Request, isPublic: boolean) => Response | null;

/** A guard for a server. What it answers tells strangers nothing. */
export function createGuard({ tokens, isLocal, origins }: Admittance): Guard {
  const digests = tokens.map(digestOf);
  return ({ headers, method }, isPublic) => {
    // A page may have its own name lead here (DNS rebinding), but can't claim one of ours.
    if (isLocal && !isLoopbackHost(hostOf(headers.get("host")))) {
      return problem({
        status: 421,
        detail: "This server answers to localhost and 127.0.0.1 only",
      });
    }
    const origin = headers.get("origin");
    if (origin !== null && !isSafe(method) && !isOwn(origin, headers.get("host"))) {
      if (!origins.includes(origin)) return problem({ status: 403 });
    }
    if (isPublic || digests.length === 0 || isKnown(headers.get("authorization"), digests)) {
      return null;
    }
    return problem({
      status: 401,
      headers: { "WWW-Authenticate": "Bearer" },
    });
  };
}

/** The host of a `Host` header, without its port. */
function hostOf(header: string | null): string {
  return (header ?? "").replace(/:\d+$/, "").toLowerCase();
}

function isSafe(method: string): boolean {
  return method === "GET" || method === "HEAD" || method === "OPTIONS";
}

/** True when a page of this very server sends the request. */
function isOwn(origin: string, host: string | null): boolean {
  return origin === `http://${host}` || origin === `https://${host}`;
}

/** Compares digests: of two texts of unlike length, no time tells how far they are alike. */
function isKnown(authorization: string | null, digests: readonly Uint8Array[]): boolean {
  const given = digestOf(/^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1] ?? "");
  let isEqual = false;
  for (const digest of digests) isEqual = timingSafeEqual(digest, given) || isEqual;
  return isEqual;
}

function digestOf(token: string): Uint8Array {
  return createHash("sha256").update(token).digest();
}

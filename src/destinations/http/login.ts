/**
 * Credentials of an `http:` section: the header that carries them, and OAuth 2.0 by client credentials
 * (RFC 6749 §4.4), a refresh token (§6) or a signed token (RFC 7523).
 *
 * @module
 */

import { Buffer } from "node:buffer";

import * as z from "zod";

import { DestinationError } from "../../model/errors.ts";
import { compileAssertion } from "./assertion.ts";
import type { HttpSection } from "./schema.ts";
import type { HttpAnswer } from "../../model/answer.ts";
import type { TokenFlow } from "../../model/destination.ts";
import { insteadOf, parseJson } from "../answers.ts";

/** RFC 6749 §5.1 leaves `expires_in` out at will; an hour is what servers mostly mean then. */
const DEFAULT_LIFETIME_MS = 60 * 60 * 1000;

const tokenSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive().optional().catch(undefined),
});

/** The headers that carry credentials by themselves. */
export function authHeaders(auth: HttpSection["auth"]): Record<string, string> {
  switch (auth.type) {
    case "none":
    case "oauth2":
    case "oauth2Refresh":
    case "oauth2Jwt":
      return {};
    case "bearer":
      return { "Authorization": `Bearer ${auth.token}` };
    case "basic":
      return { "Authorization": basic(auth.username, auth.password ?? "") };
    case "apiKey":
      return { [auth.header]: auth.value };
  }
}

/** Filled-in values that an API may echo and that must not be repeated. */
export function secretsOf(auth: HttpSection["auth"]): string[] {
  switch (auth.type) {
    case "none":
      return [];
    case "bearer":
      return [auth.token];
    case "basic":
      return [auth.password ?? auth.username, basic(auth.username, auth.password ?? "")];
    case "apiKey":
      return [auth.value];
    case "oauth2":
      return [auth.clientSecret];
    case "oauth2Refresh":
      return [auth.refreshToken, ...auth.clientSecret === undefined ? [] : [auth.clientSecret]];
    case "oauth2Jwt":
      return [auth.key];
  }
}

/** How a token is got, or null where none is needed. @throws {UsageError} for a key that is none. */
export function loginOf(auth: HttpSection["auth"]): TokenFlow | null {
  if (!("tokenUrl" in auth)) return null;
  const headers: Record<string, string> = { "Content-Type": "application/x-www-form-urlencoded" };
  const flow = (form: Record<string, string | undefined>): TokenFlow => ({
    request: { method: "POST", url: auth.tokenUrl, headers, body: formOf(form) },
    read: readToken,
  });
  const { scope } = auth;
  if (auth.type === "oauth2Jwt") {
    const formAt = compileAssertion(auth);
    return { ...flow({}), bodyAt: (now) => formOf({ ...formAt(now), scope }) };
  }
  const { clientId, clientSecret, credentialsIn } = auth;
  const inHeader = credentialsIn === "header" && clientSecret !== undefined;
  if (inHeader) {
    // RFC 6749 §2.3.1: both are form-encoded before they are joined.
    headers["Authorization"] = basic(formEncode(clientId), formEncode(clientSecret));
  }
  const client = inHeader ? {} : { client_id: clientId, client_secret: clientSecret };
  return auth.type === "oauth2"
    ? flow({ grant_type: "client_credentials", scope, audience: auth.audience, ...client })
    : flow({
      grant_type: "refresh_token",
      refresh_token: auth.refreshToken,
      scope,
      ...client,
    });
}

function readToken(answer: HttpAnswer): ReturnType<TokenFlow["read"]> {
  const read = tokenSchema.safeParse(parseJson(answer.body));
  if (!read.success) {
    const what = insteadOf("an access_token", answer);
    throw new DestinationError(
      `The token endpoint answered ${what}: check auth.tokenUrl of the mapping`,
    );
  }
  const { access_token, expires_in } = read.data;
  return {
    token: access_token,
    expiresInMs: expires_in === undefined ? DEFAULT_LIFETIME_MS : expires_in * 1000,
  };
}

/** The fields that are there, form-encoded. */
function formOf(fields: Readonly<Record<string, string | undefined>>): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) form.set(name, value);
  }
  return form.toString();
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, "utf8").toString("base64")}`;
}

function formEncode(text: string): string {
  return new URLSearchParams({ "": text }).toString().slice(1);
}

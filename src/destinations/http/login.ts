/**
 * Credentials of an `http:` section: the header that carries them, and OAuth 2.0 client
 * credentials (RFC 6749 §4.4).
 *
 * @module
 */

import { Buffer } from "node:buffer";

import * as z from "zod";

import { DestinationError } from "../../model/errors.ts";
import type { HttpSection } from "./schema.ts";
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
  }
}

/** How a token is got, or null where none is needed. */
export function loginOf(auth: HttpSection["auth"]): TokenFlow | null {
  if (auth.type !== "oauth2") return null;
  const form = new URLSearchParams({ grant_type: "client_credentials" });
  if (auth.scope !== undefined) form.set("scope", auth.scope);
  if (auth.audience !== undefined) form.set("audience", auth.audience);
  const headers: Record<string, string> = { "Content-Type": "application/x-www-form-urlencoded" };
  if (auth.credentialsIn === "header") {
    // RFC 6749 §2.3.1: both are form-encoded before they are joined.
    headers["Authorization"] = basic(formEncode(auth.clientId), formEncode(auth.clientSecret));
  } else {
    form.set("client_id", auth.clientId);
    form.set("client_secret", auth.clientSecret);
  }
  return {
    request: { method: "POST", url: auth.tokenUrl, headers, body: form.toString() },
    read(answer) {
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
    },
  };
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, "utf8").toString("base64")}`;
}

function formEncode(text: string): string {
  return new URLSearchParams({ "": text }).toString().slice(1);
}

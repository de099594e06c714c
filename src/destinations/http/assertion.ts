/**
 * JSON Web Tokens that are signed here (RFC 7519, RS256), by which a server hands out others (RFC 7523).
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createHash, createPrivateKey, createSign, type KeyObject } from "node:crypto";
import { UsageError } from "../../model/errors.ts";
import type { HttpSection } from "./schema.ts";
import { SANDBOX_VALUE } from "./settings.ts";

type JwtAuth = Extract<HttpSection["auth"], { type: "oauth2Jwt" }>;

const OAUTH = "urn:ietf:params:oauth";

/**
 * Compiles the form that asks for a token at a time, epoch milliseconds.
 *
 * @throws {UsageError} when the key is none.
 */
export function compileAssertion(auth: JwtAuth): (now: number) => Record<string, string> {
  const { use, issuer, keyId, scope, tokenUrl, lifetimeSeconds } = auth;
  const sign = signer(auth.key);
  const head = encoded({ alg: "RS256", typ: "JWT", ...(keyId && { kid: keyId }) });
  const tokenAt = (now: number) => {
    const iat = Math.floor(now / 1000);
    const claims = {
      iss: issuer,
      sub: auth.subject ?? issuer,
      aud: auth.audience ?? tokenUrl,
      iat,
      exp: iat + lifetimeSeconds,
      // Some servers take no token twice.
      jti: createHash("sha256").update(`${issuer}:${now}`).digest("hex").slice(0, 32),
      ...(use === "grant" && scope !== undefined && { scope }),
    };
    const text = `${head}.${encoded(claims)}`;
    return `${text}.${sign(text)}`;
  };
  return use === "grant"
    ? (now) => ({ grant_type: `${OAUTH}:grant-type:jwt-bearer`, assertion: tokenAt(now) })
    : (now) => ({
      grant_type: "client_credentials",
      client_id: issuer,
      client_assertion_type: `${OAUTH}:client-assertion-type:jwt-bearer`,
      client_assertion: tokenAt(now),
    });
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function signer(key: string): (text: string) => string {
  if (key === SANDBOX_VALUE) return () => "unsigned"; // A stand-in doesn't know the key.
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(key.replaceAll("\\n", "\n").trim());
  } catch {
    throw new UsageError(NO_KEY);
  }
  if (privateKey.asymmetricKeyType !== "rsa") throw new UsageError(NO_KEY);
  return (text) => createSign("RSA-SHA256").update(text).sign(privateKey, "base64url");
}

const NO_KEY = "auth.key of the mapping must hold an RSA private key in PEM form, " +
  "-----BEGIN PRIVATE KEY----- and on";

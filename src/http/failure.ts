/**
 * What it means that no answer came. The texts of the system's errors are only looked into: they may
 * hold the URL, so nothing but words of our own leaves this module, and the names that a certificate
 * is for. All pure.
 *
 * @module
 */

import { errorMessage, NetworkError } from "../model/errors.ts";

type Causes = readonly (readonly [RegExp, string])[];

/** Causes of a connection that was never made, by the texts of Deno and the system. */
const NEVER_MADE: Causes = [
  [/dns error|lookup address|getaddrinfo/i, "the host name can't be resolved"],
  [/refused/i, "connection refused"],
  [/unreachable|no route/i, "the network can't be reached"],
  [/timed out/i, "the connection timed out"],
];

/** Causes of a connection that broke. */
const BROKEN: Causes = [
  [/unexpected e(?:of|nd of file)|close_notify/i, "the other side closed the connection"],
  [/reset|broken pipe|aborted/i, "the other side reset the connection"],
];

/** Causes of TLS that was not taken up, which only a person can mend, by the texts of rustls. */
const NO_TLS: Causes = [
  [/opening CA file|pem file/i, "the file that DENO_CERT names can't be read"],
  [
    /CaUsedAsEndEntity/i,
    "its certificate is an authority's own (CA:TRUE), not one for a host: have that authority issue " +
    "one, and name the authority's file in DENO_CERT",
  ],
  [
    /UnknownIssuer|UnknownCA/i,
    "its certificate is from an unknown authority: DENO_CERT takes a file with that authority, " +
    "DENO_TLS_CA_STORE=system takes the system's",
  ],
  [/NotValidYet/i, "its certificate is not valid yet, by this machine's clock"],
  [/certificate: ?(?:certificate )?expired/i, "its certificate has expired"],
  [/not valid for (?:any )?name|NotValidForName/i, "its certificate is for another host"],
  [/Revoked/i, "its certificate was revoked"],
  [/invalid peer certificate/i, "its certificate is not valid"],
  [/CertificateRequired|BadCertificate/i, "the server wants a client certificate"],
  [
    /HandshakeFailure/i,
    "the server broke the handshake off: it may want a client certificate, or other ciphers",
  ],
  [/ProtocolVersion|incompatible/i, "the server speaks no version of TLS that is still safe"],
  [/corrupt message|InvalidContentType/i, "the server speaks no TLS on this port"],
];

/** What an error means that came while a connection was being made. */
export function neverMade(error: unknown): NetworkError {
  if (error instanceof NetworkError) return error;
  return new NetworkError("never", firstMatch(NEVER_MADE, errorMessage(error)) ?? "no connection");
}

/** What an error means that came while TLS was being taken up. */
export function neverSecure(error: unknown): NetworkError {
  const text = errorMessage(error);
  const cause = firstMatch(NO_TLS, text);
  if (cause !== undefined) {
    return new NetworkError("never", `no secure connection: ${cause}${namesIn(text)}`, true);
  }
  const broke = firstMatch(BROKEN, text) ?? "TLS failed";
  return new NetworkError("never", `no secure connection: ${broke}`);
}

/** What an error means that came on a connection; `sent` as far as is known without it. */
export function broken(error: unknown, sent: NetworkError["sent"]): NetworkError {
  if (error instanceof NetworkError) return error;
  const text = errorMessage(error);
  // Of a client certificate that is missing, TLS 1.3 tells only now, and takes no request before.
  if (/fatal alert: (?:CertificateRequired|BadCertificate)/i.test(text)) return neverSecure(error);
  const reason = firstMatch(BROKEN, text) ?? "the connection failed";
  return new NetworkError(sent, sent === "partly" ? `${reason} before all was sent` : reason);
}

/** The first of the names that a certificate is for, where the error tells them. */
function namesIn(text: string): string {
  const [, name] = /DnsName\("([\w*.-]{1,253})"\)/.exec(text) ?? [];
  return name === undefined ? "" : ` (${name})`;
}

function firstMatch(causes: Causes, text: string): string | undefined {
  return causes.find(([pattern]) => pattern.test(text))?.[1];
}

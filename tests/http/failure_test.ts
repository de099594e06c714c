/** What no answer means, by the texts that Deno, rustls and the system have for it. */

import { assertEquals } from "@std/assert";

import { broken, neverMade, neverSecure } from "../../src/http/failure.ts";
import type { NetworkError } from "../../src/model/errors.ts";

const told = ({ sent, reason, lasting }: NetworkError) => [sent, reason, lasting];

const NO_TLS: readonly (readonly [text: string, reason: RegExp, lasting: boolean])[] = [
  ["invalid peer certificate: UnknownIssuer", /unknown authority: DENO_CERT/, true],
  ["received fatal alert: UnknownCA", /unknown authority: DENO_CERT/, true],
  [
    "invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))",
    /an authority's own \(CA:TRUE\)/,
    true,
  ],
  ["invalid peer certificate: NotValidYet", /not valid yet/, true],
  ["invalid peer certificate: certificate expired: verification time …", /has expired/, true],
  [
    'certificate not valid for name "localhost"; certificate is only valid for DnsName("api.example")',
    /another host \(api\.example\)/,
    true,
  ],
  ["invalid peer certificate: Revoked", /was revoked/, true],
  ["invalid peer certificate: BadEncoding", /certificate is not valid/, true],
  ["received fatal alert: CertificateRequired", /wants a client certificate/, true],
  ["received fatal alert: HandshakeFailure", /broke the handshake off/, true],
  ["received fatal alert: ProtocolVersion", /no version of TLS that is still safe/, true],
  ["received corrupt message of type InvalidContentType", /no TLS on this port/, true],
  ["Error opening CA file", /DENO_CERT names can't be read/, true],
  ["tls handshake eof", /TLS failed/, false],
  ["unexpected end of file", /closed the connection/, false],
  ["connection reset by peer", /reset the connection/, false],
];

for (const [text, reason, lasting] of NO_TLS) {
  Deno.test(`${text} is ${lasting ? "for a person to mend" : "tried again"}, and was never sent`, () => {
    const error = neverSecure(new Error(text));
    assertEquals([error.sent, error.lasting], ["never", lasting]);
    assertEquals(reason.test(error.reason), true, error.reason);
  });
}

Deno.test("a connection that was never made says why, and is tried again", () => {
  for (
    const [text, reason] of [
      ["dns error: failed to lookup address", "the host name can't be resolved"],
      ["Connection refused (os error 111)", "connection refused"],
      ["Network is unreachable (os error 101)", "the network can't be reached"],
      ["Connection timed out (os error 110)", "the connection timed out"],
      ["https://api.example/?key=secret", "no connection"],
    ] as const
  ) assertEquals(told(neverMade(new Error(text))), ["never", reason, false]);
});

Deno.test("a connection that broke keeps what is known of what was sent", () => {
  const reset = new Error("Connection reset by peer (os error 104)");
  const reason = "the other side reset the connection";
  assertEquals(told(broken(reset, "perhaps")), ["perhaps", reason, false]);
  assertEquals(told(broken(reset, "partly")), ["partly", `${reason} before all was sent`, false]);
  assertEquals(told(broken(new Error("odd"), "perhaps")), [
    "perhaps",
    "the connection failed",
    false,
  ]);
  // TLS 1.3 tells of it once the request is out, and takes none before.
  const refused = broken(new Error("received fatal alert: CertificateRequired"), "perhaps");
  assertEquals([refused.sent, refused.lasting], ["never", true]);
});

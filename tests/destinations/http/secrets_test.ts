/** Secrets that stand in URLs. */

import { assert, assertEquals } from "@std/assert";

import { scrub } from "../../../src/delivery/scrub.ts";
import { answerOf, sinkFor } from "../../support/sinks.ts";

function open(url: string, variables: Record<string, string>) {
  return sinkFor({
    destination: "http",
    columns: [{ from: "id", to: "id" }],
    http: { url },
  }, { variables }).destination;
}

const TOKENS = [
  "T0KEN-abcdef",
  "T0K%2FEN%20abc",
  "T0K^EN|a b",
  "T0K/EN/ab",
  "žeton-tajný",
  "T0K%EN",
];

for (const token of TOKENS) {
  for (
    const url of [
      "https://api.example.com/hooks/${TOKEN}",
      "https://api.example.com/x?key=${TOKEN}",
    ]
  ) {
    Deno.test(`${token} in ${url} shows nowhere, however it is written`, () => {
      const destination = open(url, { TOKEN: token });
      const { address, secrets } = destination;
      const verdict = destination.classify(answerOf(404), null);
      const shown = `${address} ${JSON.stringify(verdict)}`;
      assert(!/T0K|žeton|%C5%BE/i.test(shown), shown);
      const [decoded, encoded] = [
        URL.parse(`http://x/${token}`)?.pathname ?? "",
        encodeURIComponent(token),
      ];
      assert(
        !/T0K|žeton|%C5%BE/i.test(scrub(`No ${token}, ${decoded.slice(1)}, ${encoded}`, secrets)),
      );
    });
  }
}

Deno.test("of a URL that is secret as a whole, an API may repeat no part that tells", () => {
  const hook = "https://hooks.example.com/services/T00000000/B%2F000000001?sig=abcdefgh12";
  const { address, secrets } = open("${WEBHOOK}", { WEBHOOK: hook });
  assertEquals(address, "https://hooks.example.com/…");
  const words =
    "No service T00000000, B/000000001 (B%2F000000001), abcdefgh12 at hooks.example.com";
  assertEquals(scrub(words, secrets), "No service …, … (…), … at hooks.example.com");
});

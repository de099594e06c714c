import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../../src/model/errors.ts";
import { type Admittance, checkExposure, createGuard, tokensIn } from "../../src/server/guard.ts";

const OPEN: Admittance = { tokens: [], isLocal: false, origins: [] };

function ask(
  admittance: Partial<Admittance>,
  headers: Record<string, string>,
  { method = "POST", isPublic = false } = {},
): number | null {
  const guard = createGuard({ ...OPEN, ...admittance });
  const request = new Request("http://localhost:5000/send_record", { method, headers });
  return guard(request, isPublic)?.status ?? null;
}

Deno.test("any of the tokens opens, and nothing else does", () => {
  const tokens = tokensIn("  old-token\n new-token ");
  const bearer = (authorization: string) => ask({ tokens }, { authorization });
  assertEquals(bearer("Bearer old-token"), null);
  assertEquals(bearer("bearer new-token"), null);
  for (const wrong of ["Bearer old", "Bearer old-token new-token", "Basic b2xk", "old-token", ""]) {
    assertEquals(bearer(wrong), 401, wrong);
  }
  assertEquals(ask({ tokens }, {}), 401);
  assertEquals(ask({ tokens }, {}, { isPublic: true }), null);
});

Deno.test("a refusal asks for a token and tells nothing else", async () => {
  const guard = createGuard({ ...OPEN, tokens: ["secret-token"] });
  const answer = guard(new Request("http://localhost/v1/imports"), false);
  assertEquals(answer?.headers.get("www-authenticate"), "Bearer");
  assertEquals(await answer?.json(), { type: "about:blank", title: "Unauthorized", status: 401 });
});

Deno.test("on loopback the server answers to this machine's names only (DNS rebinding)", () => {
  const named = (host: string) => ask({ isLocal: true }, { host });
  for (
    const host of ["localhost", "LOCALHOST:5000", "127.0.0.1:8080", "[::1]:5000", "a.localhost"]
  ) {
    assertEquals(named(host), null, host);
  }
  for (
    const host of ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:5000", ""]
  ) {
    assertEquals(named(host), 421, host);
  }
  assertEquals(ask({ isLocal: false }, { host: "rows.example.com" }), null);
});

Deno.test("a page of another origin can't post, unless it was named", () => {
  const from = (origin: string, origins: string[] = [], method = "POST") =>
    ask({ origins }, { origin, host: "localhost:5000" }, { method });
  assertEquals(from("http://localhost:5000"), null);
  assertEquals(from("https://evil.example"), 403);
  assertEquals(from("null"), 403);
  assertEquals(from("https://crm.example.com", ["https://crm.example.com"]), null);
  // What is only read, the browser itself keeps from the page.
  assertEquals(from("https://evil.example", [], "GET"), null);
});

Deno.test("beyond this machine a server needs a token, or somebody who says that it needs none", () => {
  const check = (host: string, tokens: string[] = [], isOpen = false) =>
    checkExposure({ host, tokens, isOpen });
  for (const host of ["127.0.0.1", "localhost", "::1"]) check(host);
  check("0.0.0.0", ["token"]);
  check("0.0.0.0", [], true);
  for (const host of ["0.0.0.0", "::", "10.0.0.5", "rows.example.com"]) {
    const error = assertThrows(() => check(host), UsageError);
    assertStringIncludes(error.message, host);
    assert(error.remedy);
  }
  assertThrows(() => check("0.0.0.0", ["token"], true), UsageError);
});

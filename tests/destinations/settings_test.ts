import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";

import { findDestination } from "../../src/destinations/registry.ts";
import { UsageError } from "../../src/model/errors.ts";
import { batchOf, builtin, sinkFor, VARIABLES } from "../support/sinks.ts";
import { definitions } from "../support/destinations.ts";

function settingsError(destination: string, changes: Record<string, string>): string {
  const variables = { ...VARIABLES[destination], ...changes };
  return assertThrows(() => sinkFor(builtin(destination), { variables }), UsageError).message;
}

const CASES: [what: string, destination: string, changes: Record<string, string>, says: string][] =
  [
    ["a missing key", "mparticle", { MPARTICLE_API_KEY: "" }, "mParticle needs MPARTICLE_API_KEY:"],
    [
      "three missing variables",
      "mparticle",
      { MPARTICLE_API_KEY: "", MPARTICLE_API_SECRET: "", MPARTICLE_ENVIRONMENT: "" },
      "mParticle needs MPARTICLE_API_KEY, MPARTICLE_API_SECRET and MPARTICLE_ENVIRONMENT: set them",
    ],
    [
      "an unknown environment",
      "mparticle",
      { MPARTICLE_ENVIRONMENT: "prod" },
      "MPARTICLE_ENVIRONMENT must be development or production",
    ],
    ["a key with a colon", "mparticle", { MPARTICLE_API_KEY: "a:b" }, "must not hold a colon"],
    [
      "a data plan without its version",
      "mparticle",
      { MPARTICLE_DATA_PLAN_NAME: "plan" },
      "MPARTICLE_DATA_PLAN_NAME and MPARTICLE_DATA_PLAN_VERSION go together",
    ],
    [
      "a data plan's version without its name",
      "mparticle",
      { MPARTICLE_DATA_PLAN_VERSION: "1" },
      "set both, or neither",
    ],
    [
      "a data plan's version that is no number",
      "mparticle",
      { MPARTICLE_DATA_PLAN_NAME: "plan", MPARTICLE_DATA_PLAN_VERSION: "10abc" },
      "MPARTICLE_DATA_PLAN_VERSION must be a whole number from 1",
    ],
    [
      "a data plan of version 0",
      "mparticle",
      { MPARTICLE_DATA_PLAN_NAME: "plan", MPARTICLE_DATA_PLAN_VERSION: "0" },
      "MPARTICLE_DATA_PLAN_VERSION must be a whole number from 1",
    ],
    [
      "a host without a scheme",
      "mparticle",
      { MPARTICLE_HOST: "s2s.mparticle.com/v2" },
      "https://",
    ],
    [
      "a host of another scheme",
      "mparticle",
      { MPARTICLE_HOST: "ftp://mparticle.com" },
      "https://",
    ],
    ["a host with a query", "mparticle", { MPARTICLE_HOST: "https://m.com/?a=b" }, "a query"],
    ["a missing URL", "showads", { API_URL: "" }, "ShowAds needs API_URL: set it"],
    ["a missing project key", "showads", { PROJECT_KEY: "" }, "ShowAds needs PROJECT_KEY: set it"],
    [
      "plain http beyond loopback",
      "showads",
      { API_URL: "http://showads.example.com" },
      "API_URL would send the credentials in the clear",
    ],
    [
      "a host that only looks like loopback",
      "showads",
      { API_URL: "http://127.0.0.1.example.com" },
      "in the clear",
    ],
  ];

for (const [what, destination, changes, says] of CASES) {
  Deno.test(`${destination}: ${what} is told in one sentence`, () => {
    assertStringIncludes(settingsError(destination, changes), says);
  });
}

Deno.test("a URL with a password is refused, and the password not repeated", () => {
  const message = settingsError("showads", { API_URL: "https://me:hunter2@example.com" });
  assertStringIncludes(message, "API_URL must not hold a user name or password");
  assertEquals(message.includes("hunter2"), false);
});

Deno.test("the value of a wrong key is not repeated", () => {
  assertEquals(
    settingsError("mparticle", { MPARTICLE_API_KEY: "hunter:2" }).includes("hunter"),
    false,
  );
});

for (const url of ["http://127.0.0.1:8080", "http://localhost/v1", "http://[::1]:1"]) {
  Deno.test(`credentials may go to ${url}, which is loopback`, () => {
    sinkFor(builtin("showads"), { variables: { ...VARIABLES["showads"], API_URL: url } });
  });
}

Deno.test("with insecureHttp, credentials may go over plain http", () => {
  const variables = { ...VARIABLES["showads"], API_URL: "http://showads.example.com" };
  sinkFor(builtin("showads"), { variables, insecureHttp: true });
});

Deno.test("a base URL's trailing slash makes no double slash", () => {
  const variables = { ...VARIABLES["mparticle"], MPARTICLE_HOST: "https://example.com/v2/" };
  const sink = sinkFor(builtin("mparticle"), { variables });
  const { url } = sink.destination.request(batchOf(sink, []), null);
  assertEquals(url, "https://example.com/v2/bulkevents");
});

Deno.test("a misspelt destination gets the nearest name", () => {
  const { message } = assertThrows(() => findDestination("mpartcle"), UsageError);
  assertEquals(message, 'No destination is called "mpartcle": did you mean mparticle?');
});

Deno.test("a destination that is like none gets all names", () => {
  const { message } = assertThrows(() => findDestination("nowhere"), UsageError);
  for (const { name } of definitions) assertStringIncludes(message, name);
  assertMatch(message, /^No destination is called "nowhere": there are mparticle, .* and http$/);
});

Deno.test("the variables that hold credentials are marked as secrets", () => {
  const ownKinds = definitions.filter(({ name, mapping }) =>
    (mapping.sectionName ?? name) !== "http"
  );
  const secrets = ownKinds.flatMap((kind) =>
    kind.variables(builtin(kind.name)).filter(({ secret }) => secret).map(({ name }) => name)
  );
  assertEquals(secrets, ["MPARTICLE_API_KEY", "MPARTICLE_API_SECRET", "PROJECT_KEY"]);
});

/** Tokens by refresh tokens and signed tokens, and bodies that are packed. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { createVerify, generateKeyPairSync } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { packed } from "../../../src/delivery/packing.ts";
import { answerOf, batchOf, NOW, sinkFor } from "../../support/sinks.ts";
import { Workdir } from "../../support/workdir.ts";

const TOKEN_URL = "https://login.example.com/token";
const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

function fileOf(auth: Record<string, unknown>, more: Record<string, unknown> = {}) {
  return {
    destination: "http",
    columns: [{ from: "id", to: "id" }],
    http: { url: "https://api.example.com/x", auth: { tokenUrl: TOKEN_URL, ...auth }, ...more },
  };
}

const VARIABLES = { REFRESH: "r&t", SECRET: "s", KEY: privateKey };

function loginOf(auth: Record<string, unknown>, variables: Record<string, string> = {}) {
  const { destination } = sinkFor(fileOf(auth), { variables: { ...VARIABLES, ...variables } });
  const { login } = destination;
  assert(login);
  const body = login.bodyAt?.(NOW) ?? login.request.body;
  return { destination, login, form: Object.fromEntries(new URLSearchParams(body)) };
}

const REFRESH = { type: "oauth2Refresh", refreshToken: "${REFRESH}", clientId: "me" };

Deno.test("a refresh token brings a token, and is told nowhere", () => {
  const { login, form, destination } = loginOf({ ...REFRESH, scope: "crm" });
  assertEquals(form, {
    grant_type: "refresh_token",
    refresh_token: "r&t",
    scope: "crm",
    client_id: "me",
  });
  assertEquals(login.request.headers["Authorization"], undefined);
  assert(destination.secrets.includes("r&t"));
  assertEquals(login.read(answerOf(200, { access_token: "t", expires_in: 60 })), {
    token: "t",
    expiresInMs: 60_000,
  });
  const withSecret = loginOf({ ...REFRESH, clientSecret: "${SECRET}" });
  assertEquals(withSecret.login.request.headers["Authorization"], `Basic ${btoa("me:s")}`);
  assertEquals(withSecret.form.client_id, undefined);
});

Deno.test("a token that the API refuses is renewed, whatever brought it", () => {
  const { destination } = loginOf(REFRESH);
  const batch = batchOf(sinkFor(fileOf(REFRESH), { variables: VARIABLES }), [["a"]]);
  assertEquals(destination.classify(answerOf(401), batch).kind, "unauthorized");
});

/** The parts of a signed token, if its signature is good. */
function readToken(token = "") {
  const [head = "", claims = "", signature = ""] = token.split(".");
  const isGood = createVerify("RSA-SHA256").update(`${head}.${claims}`)
    .verify(publicKey, signature, "base64url");
  assert(isGood);
  const parsed = (text: string) => JSON.parse(atob(text.replaceAll("-", "+").replaceAll("_", "/")));
  return { head: parsed(head), claims: parsed(claims) };
}

const JWT = { type: "oauth2Jwt", key: "${KEY}", issuer: "robot@example.com" };

Deno.test("a token that is signed here is granted on, as service accounts do", () => {
  const { form } = loginOf({ ...JWT, scope: "a b", keyId: "k1", subject: "ann@example.com" });
  assertEquals(form.grant_type, "urn:ietf:params:oauth:grant-type:jwt-bearer");
  const { head, claims } = readToken(form.assertion);
  assertEquals(head, { alg: "RS256", typ: "JWT", kid: "k1" });
  const { jti, ...others } = claims;
  assert(jti);
  assertEquals(others, {
    iss: "robot@example.com",
    sub: "ann@example.com",
    aud: TOKEN_URL,
    iat: NOW / 1000,
    exp: NOW / 1000 + 180,
    scope: "a b",
  });
});

Deno.test("a token that is signed here stands for a client's secret", () => {
  const KEY = privateKey.replaceAll("\n", "\\n");
  const { form } = loginOf({ ...JWT, use: "client", audience: "https://aud" }, { KEY });
  assertEquals([form.grant_type, form.client_id], ["client_credentials", "robot@example.com"]);
  assertEquals(
    form.client_assertion_type,
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
  );
  const { claims } = readToken(form.client_assertion);
  assertEquals([claims.sub, claims.aud], ["robot@example.com", "https://aud"]);
});

Deno.test("a key that is none is refused before anything is sent, and not told", () => {
  const { privateKey: other } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  for (const KEY of ["hunter2", other]) {
    const error = assertThrows(() => loginOf(JWT, { KEY }), Error, "RSA private key in PEM form");
    assert(!error.message.includes(KEY));
  }
});

Deno.test("a packed body is the same each time, and nothing where nothing is", async () => {
  const body = new TextEncoder().encode('[{"id":1}]'.repeat(100));
  const [one, two] = [await packed(body, "gzip"), await packed(body, "gzip")];
  assertEquals(one, two);
  assert(one.length < body.length);
  assertEquals(Uint8Array.from(gunzipSync(one)), body);
  assertEquals((await packed(new Uint8Array(), "gzip")).length, 0);
});

for (const auth of [REFRESH, JWT, { ...JWT, use: "client" }]) {
  const name = `${auth.type}${"use" in auth ? " (client)" : ""}`;
  Deno.test(`--sandbox logs in by ${name} and takes packed bodies`, async () => {
    await using dir = await Workdir.make();
    await dir.write("rows.csv", `id\n${"r\n".repeat(5)}`);
    await dir.write("map.json", JSON.stringify(fileOf(auth, { compress: "gzip" })));
    const result = await dir.json(["import", "rows.csv", "--mapping", "map.json", "--sandbox"]);
    assertEquals([result.exitCode, result.rows?.accepted], [0, 5], JSON.stringify(result));
  });
}

Deno.test("a mapping that packs bodies must not say so in headers as well", () => {
  const file = fileOf(REFRESH, { compress: "gzip", headers: { "content-encoding": "gzip" } });
  assertThrows(() => sinkFor(file, { variables: VARIABLES }), Error, "twice");
});

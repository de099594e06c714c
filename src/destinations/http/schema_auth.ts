/**
 * The parts of an `http:` section that may name environment variables: texts, URLs, credentials.
 *
 * @module
 */

import * as z from "zod";
import { ENVIRONMENT_REFERENCE } from "../../mapping/mod.ts";

/** Said of each such text. */
export const FROM_ENVIRONMENT = "may hold ${NAME}, an environment variable";

/** A path to a place in a JSON value. */
export const path = z.string().min(1);

/** A text that says something. */
export const someText = z.string().min(1);

/** A text that may name environment variables. */
export const environmentText = someText.refine(
  (value) => !value.replace(ENVIRONMENT_REFERENCE, "").includes("${") && !/:number\}/.test(value),
  'expected a name of letters, digits and underscores between "${" and "}"',
);

/** A text that must come from the environment, because a mapping file holds no secrets. */
const secret = environmentText.refine(
  (value) => new RegExp(ENVIRONMENT_REFERENCE).test(value),
  "expected ${NAME}, an environment variable: a mapping file holds no secrets",
);

/** A URL that may have places in braces. */
export const urlTemplate = environmentText.refine(
  (value) => /^(https?:\/\/|\$\{)/i.test(value),
  "expected a URL that starts with http://, https:// or ${NAME}",
);

/** A URL that has none. */
const url = urlTemplate.superRefine((value, context) => {
  const place = /\{+[^{}]*\}+/.exec(value.replace(ENVIRONMENT_REFERENCE, ""))?.[0];
  if (place === undefined) return;
  context.addIssue({ code: "custom", message: `${place} would be sent as it stands` });
});

const scope = environmentText.optional()
  .describe(`Scopes, separated by spaces; ${FROM_ENVIRONMENT}`);

const credentialsIn = z.enum(["header", "body"]).default("header")
  .describe("Whether id and secret go as HTTP Basic or in the form body (RFC 6749 §2.3.1)");

/** How requests carry their credentials. */
export const authSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("none") }),
  z.strictObject({
    type: z.literal("bearer"),
    token: secret.describe(`Sent as "Authorization: Bearer …"; ${FROM_ENVIRONMENT}`),
  }),
  z.strictObject({
    type: z.literal("basic"),
    username: environmentText.describe(`User name; ${FROM_ENVIRONMENT}`),
    password: secret.optional().describe(
      `Password, empty where it is left out; ${FROM_ENVIRONMENT}`,
    ),
  }).refine(
    ({ username, password }) => password !== undefined || secret.safeParse(username).success,
    "expected ${NAME} for the username: without a password it is the secret, which a mapping file doesn't hold",
  ),
  z.strictObject({
    type: z.literal("apiKey"),
    header: someText.default("X-Api-Key").describe("Header that carries the key"),
    value: secret.describe(`The header's value, e.g. "ApiKey \${KEY}"; ${FROM_ENVIRONMENT}`),
  }),
  z.strictObject({
    type: z.literal("oauth2"),
    tokenUrl: url.describe(
      `Token endpoint (RFC 6749 §4.4, client credentials); ${FROM_ENVIRONMENT}`,
    ),
    clientId: environmentText.describe(`Client id; ${FROM_ENVIRONMENT}`),
    clientSecret: secret.describe(`Client secret; ${FROM_ENVIRONMENT}`),
    scope,
    audience: environmentText.min(1).optional()
      .describe(`Audience, where the server asks for one; ${FROM_ENVIRONMENT}`),
    credentialsIn,
  }),
  z.strictObject({
    type: z.literal("oauth2Refresh"),
    tokenUrl: url.describe(`Token endpoint (RFC 6749 §6, a refresh token); ${FROM_ENVIRONMENT}`),
    refreshToken: secret.describe(
      `A refresh token that stays good: one that a login replaces is lost; ${FROM_ENVIRONMENT}`,
    ),
    clientId: environmentText.describe(`Client id; ${FROM_ENVIRONMENT}`),
    clientSecret: secret.optional()
      .describe(`Client secret, where the client has one; ${FROM_ENVIRONMENT}`),
    scope,
    credentialsIn,
  }),
  z.strictObject({
    type: z.literal("oauth2Jwt"),
    tokenUrl: url.describe(
      `Token endpoint (RFC 7523, a JSON Web Token signed by RS256); ${FROM_ENVIRONMENT}`,
    ),
    use: z.enum(["grant", "client"]).default("grant").describe(
      "grant: the token is what is granted on, as by service accounts (§2.1); client: it stands for the " +
        "client's secret (§2.2)",
    ),
    key: secret.describe(
      `RSA private key as PEM, its line ends perhaps written \\n; ${FROM_ENVIRONMENT}`,
    ),
    keyId: environmentText.optional().describe(`Id of the key (kid); ${FROM_ENVIRONMENT}`),
    issuer: environmentText.describe(
      `Issuer (iss): the account's address, or the client's id; ${FROM_ENVIRONMENT}`,
    ),
    subject: environmentText.optional()
      .describe(`Subject (sub), where it is not the issuer; ${FROM_ENVIRONMENT}`),
    audience: environmentText.optional()
      .describe(`Audience (aud), where it is not the token endpoint; ${FROM_ENVIRONMENT}`),
    scope,
    lifetimeSeconds: z.int().min(10).max(3600).default(180)
      .describe("How long the signed token is good for"),
  }),
]);

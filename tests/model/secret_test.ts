import { assert, assertEquals } from "@std/assert";
import { resolveSettings } from "../../src/config/resolve.ts";
import { define } from "../../src/config/setting.ts";
import { oneOf, secret } from "../../src/config/values.ts";
import { recordSettings } from "../../src/jobs/kept_settings.ts";
import { separateSecrets, targetVariables } from "../../src/jobs/target.ts";
import { HIDDEN, revealed, Secret } from "../../src/model/secret.ts";
import type { JsonValue } from "../../src/model/value.ts";
import { builtin, definitions } from "../support/destinations.ts";

const TEXT = "s3cr3t-0f-4-feed";

Deno.test("a secret gives its text to whom it is revealed, and to nobody else", () => {
  const key = new Secret(TEXT);
  assertEquals(key.reveal(), TEXT);
  assertEquals(revealed(key), TEXT);
  const shown = [
    `${key}`,
    String(key),
    "" + key,
    JSON.stringify({ key }),
    Deno.inspect({ key }),
    Object.values(key).join(),
    JSON.stringify(Object.entries({ ...key })),
    [key].join(),
    new Error(`refused ${key}`).stack ?? "",
  ];
  for (const text of shown) assert(!text.includes(TEXT), text);
  assertEquals(`${key}`, HIDDEN);
});

Deno.test("what can be recorded holds no secret, by type, and by what it reads as", () => {
  const key = new Secret(TEXT);
  const { settings } = resolveSettings("import", {}, { get: () => null, names: () => [] });
  // @ts-expect-error: a checkpoint takes JSON, which a secret is not.
  const value: JsonValue = key;
  // @ts-expect-error: the variables that a run keeps are texts.
  const recorded = recordSettings({ settings, variables: { MPARTICLE_API_KEY: key } });
  assert(!JSON.stringify([value, recorded]).includes(TEXT));
});

Deno.test("a setting that is secret is no flag, is not kept and has no default, by type", () => {
  const line = { commands: ["import"], group: "General", help: "a token" } as const;
  define({ ...line, flag: null, secret: true, check: secret() });
  // @ts-expect-error: secrets are never flags.
  define({ ...line, flag: "token", secret: true, check: secret() });
  // @ts-expect-error: a run keeps no secret.
  define({ ...line, flag: null, secret: true, check: secret(), kept: true });
  // @ts-expect-error: a secret has no default.
  define({ ...line, flag: null, secret: true, check: secret(), default: "x" });
  // @ts-expect-error: the value of a secret setting is a Secret.
  define({ ...line, flag: null, secret: true, check: oneOf(["a"]) });
  // @ts-expect-error: a Secret is the value of no other setting.
  define({ ...line, flag: "token", check: secret() });
});

Deno.test("each destination's secret variables come out of the environment as secrets", () => {
  const environment = {
    get: () => ({ value: TEXT, origin: "the environment", isFromFile: false }),
    names: () => [],
  };
  let secret = 0;
  for (const definition of definitions) {
    if (definition.builtinMapping === null) continue;
    const target = { definition, mapping: builtin(definition.name), mappingPath: null };
    const { open, secrets } = separateSecrets(targetVariables(target, environment));
    for (const variable of definition.variables(target.mapping)) {
      assertEquals(Object.hasOwn(secrets, variable.name), variable.secret);
      assertEquals(Object.hasOwn(open, variable.name), !variable.secret);
      if (variable.secret) secret++;
    }
  }
  assert(secret > 2);
});

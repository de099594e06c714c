/**
 * Secrets and row values stay where they belong, however much is logged and whatever the API says.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { systemIo } from "../../src/system_io.ts";
import { type Received, type Reply, withFaults } from "../support/faults.ts";
import { type Ended, signals, type Surroundings, Workdir } from "../support/workdir.ts";
import { kinds } from "./fated_rows.ts";

const KEY = "KEY-f00dface";
const SECRET = "SECRET-caf3/+babe=&x";
const PROJECT_KEY = "PROJECT-KEY-0ddba11";
const TOKEN = "TOKEN-decafbad.c0ffee_1";

/** Every form in which a secret may show. */
const SECRETS = [KEY, SECRET, PROJECT_KEY, TOKEN, `${KEY}:${SECRET}`].flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString("base64"),
  Buffer.from(secret).toString("base64url"),
  secret.toLowerCase(),
  secret.slice(0, secret.indexOf("-") + 4), // Messages are cut, perhaps within a secret.
]);

const VALUES = {
  name: "Zebediah Quux",
  badName: "X Æ Quuux-12",
  cookie: "cookie-7f3a9",
  email: "zeb.quux@example.org",
  badEmail: "zeb-quux-example",
  mobile: "7700900358",
  customer: "cust-5eed1e",
};

const policies = (() => {
  const { header } = kinds.mparticle;
  const row = (fields: Record<string, string>) =>
    header.trim().split(",").map((name) => fields[name] ?? "").join(",") + "\n";
  const good = {
    customer_id: VALUES.customer,
    "Email Address": VALUES.email,
    $firstname: "Zebediah",
    $lastname: "Quux",
    $mobile: VALUES.mobile,
  };
  return header + row(good) + row({ ...good, "Email Address": VALUES.badEmail }) +
    row({ ...good, customer_id: "poison-beef" }) +
    row({ ...good, "Online Policy": "perhaps-quux" });
})();

const customers = `Name,Age,Cookie,Banner_id
${VALUES.name},45,${VALUES.cookie},7
${VALUES.badName},45,${VALUES.cookie},7
${VALUES.name},17,${VALUES.cookie},7
${VALUES.name},45,poison-beef,8
${VALUES.name},45,${VALUES.cookie},quux-8
"${VALUES.name},45,${VALUES.cookie}
`;

const ROW_VALUES = [
  ...Object.values(VALUES),
  "Quux",
  "Zebediah",
  "poison-beef",
  "perhaps-quux",
  "quux-8",
];

/** An answer that repeats all that it was told. */
function echo(status: number, request: Received): Reply {
  const headers = [...request.headers].map(([name, value]) => `${name}: ${value}`).join("; ");
  const secrets = request.path.startsWith("/v2")
    ? `${KEY} ${SECRET} ${KEY}:${SECRET}`
    : `${PROJECT_KEY} ${TOKEN}`;
  const message = `Refused: ${headers}; ${secrets}; ${request.body}`;
  return {
    status,
    headers: {
      "retry-after": "1",
      location: `http://127.0.0.1:1/?token=${encodeURIComponent(TOKEN)}`,
      "x-mp-rate-limit-exceeded": `${KEY}`,
      "www-authenticate": `Bearer realm="${TOKEN}"`,
    },
    body: JSON.stringify({ errors: [{ code: secrets, message }], message, AccessToken: TOKEN }),
  };
}

const statuses = [200, 202, 302, 400, 401, 403, 404, 413, 429, 500];

const environments: Record<string, Record<string, string>> = {
  debug: { MPARTICLE_DEBUG: "true", LOGLEVEL: "DEBUG" },
  level: { LOGLEVEL: "DEBUG" },
};

async function assertNothingShown(dir: Workdir, ended: Ended, what: string): Promise<void> {
  const places: [string, string][] = [["stdout", ended.stdout], ["stderr", ended.stderr]];
  for (const path of await dir.tree()) {
    if (!/\.(csv|env)$/.test(path)) places.push([path, await dir.read(path)]);
  }
  for (const [place, text] of places) {
    for (const secret of [...SECRETS, ...ROW_VALUES]) {
      assert(!text.includes(secret), `${what}: ${place} holds ${secret}:\n${text}`);
    }
  }
  // The rows as they stood in the source.
  for (const path of (await dir.tree()).filter((path) => path.endsWith(".csv"))) {
    const text = await dir.read(path);
    for (const secret of SECRETS) assert(!text.includes(secret), `${path} holds ${secret}`);
  }
}

for (const destination of ["mparticle", "showads"] as const) {
  const taken = destination === "mparticle" ? 202 : 200;
  for (const [level, variables] of Object.entries(environments)) {
    for (const flags of [["--log-format", "json", "--json"], ["--verbose"]]) {
      Deno.test(`${destination}: no secret and no row value shows, ${level} ${flags.join(" ")}`, async () => {
        for (const status of statuses) {
          await withFaults((request) => {
            if (request.path === "/auth" && status !== 404) {
              return { status: 200, body: JSON.stringify({ AccessToken: TOKEN }) };
            }
            const fine = status !== 400 || !request.body.includes("poison");
            return fine && status === 400 ? { status: taken, body: "{}" } : echo(status, request);
          }, async (server) => {
            await using dir = await Workdir.make();
            await dir.write("rows.csv", destination === "showads" ? customers : policies);
            await dir.write(".env", `PROJECT_KEY="${PROJECT_KEY}"\n`);
            const surroundings: Surroundings = {
              env: {
                ...variables,
                MPARTICLE_API_KEY: KEY,
                MPARTICLE_API_SECRET: SECRET,
                MPARTICLE_ENVIRONMENT: "development",
                MPARTICLE_HOST: `${server.url}/v2`,
                API_URL: server.url,
              },
              terminal: flags.includes("--verbose"),
              io: { sleep: () => Promise.resolve(), prompts: systemIo().prompts },
            };
            const delivering = [...flags, "--retry-for", "1ms"];
            const args = ["import", "rows.csv", "--to", destination, ...delivering];
            const ended = await dir.run([...args, "--restart"], surroundings);
            const isTaken = destination === "showads" && status === 200 || status === 202;
            const good = isTaken || [400, 413].includes(status);
            assert(good ? ended.code === 1 : [3, 4].includes(ended.code), ended.stderr);
            await assertNothingShown(dir, ended, `import, ${status}`);
            if (!good) {
              const resumed = await dir.run(["resume", ...delivering], surroundings);
              await assertNothingShown(dir, resumed, `resume, ${status}`);
            }
            await assertNothingShown(dir, await dir.run(["status", "--json"]), "status");
          });
        }
      });
    }
  }

  Deno.test(`${destination}: no secret and no row value of a single record shows`, async () => {
    for (const status of statuses) {
      await withFaults(
        (request) =>
          request.path === "/auth"
            ? { status: 200, body: JSON.stringify({ AccessToken: TOKEN }) }
            : echo(status, request),
        async (server) => {
          await using dir = await Workdir.make();
          const surroundings = {
            env: {
              ...environments.debug,
              MPARTICLE_API_KEY: KEY,
              MPARTICLE_API_SECRET: SECRET,
              MPARTICLE_ENVIRONMENT: "development",
              MPARTICLE_HOST: `${server.url}/v2`,
              API_URL: server.url,
              PROJECT_KEY,
            },
            io: { sleep: () => Promise.resolve() },
          };
          const records: Record<string, unknown>[] = destination === "showads"
            ? [
              { Name: VALUES.name, Age: 45, Cookie: VALUES.cookie, Banner_id: 7 },
              { Name: VALUES.badName, Age: 45, Cookie: VALUES.cookie, Banner_id: "quux-8" },
            ]
            : [
              { customer_id: VALUES.customer, "Email Address": VALUES.email },
              { customer_id: VALUES.customer, "Email Address": VALUES.badEmail },
            ];
          for (const record of records) {
            for (const flags of [["--json"], []]) {
              const args = ["send", "-", "--to", destination, "--retry-for", "1ms", ...flags];
              const stdin = JSON.stringify(record);
              const ended = await dir.run(args, { ...surroundings, stdin });
              await assertNothingShown(dir, ended, `send, ${status}`);
            }
          }
        },
      );
    }
  });
}

Deno.test("no secret stands in the message about a setting that is wrong", async () => {
  const wrong: readonly [string, Record<string, string>][] = [
    ["showads", { API_URL: `https://user:${SECRET}@api.test`, PROJECT_KEY }],
    ["showads", { API_URL: `http://api.test/${SECRET}`, PROJECT_KEY }],
    ["showads", { API_URL: `${PROJECT_KEY}`, PROJECT_KEY }],
    ["mparticle", {
      MPARTICLE_API_KEY: KEY,
      MPARTICLE_API_SECRET: SECRET,
      MPARTICLE_ENVIRONMENT: "elsewhere",
    }],
    ["mparticle", {
      MPARTICLE_API_KEY: `${KEY}\n`,
      MPARTICLE_API_SECRET: `${SECRET}\u2028`,
      MPARTICLE_ENVIRONMENT: "development",
      MPARTICLE_HOST: "http://127.0.0.1:1",
    }],
  ];
  for (const [destination, env] of wrong) {
    await using dir = await Workdir.make();
    await dir.write("rows.csv", destination === "showads" ? customers : policies);
    const args = ["import", "rows.csv", "--to", destination, "--retry-for", "1ms"];
    const ended = await dir.run(args, { env: { ...env, ...environments.debug } });
    assert([2, 3].includes(ended.code), JSON.stringify(ended));
    await assertNothingShown(dir, ended, JSON.stringify(Object.keys(env)));
  }
});

Deno.test("an interrupted run shows no secret and no row value either", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", customers);
  const { onStopSignal, send } = signals();
  await withFaults((request) => {
    if (request.path === "/auth") {
      return { status: 200, body: JSON.stringify({ AccessToken: TOKEN }) };
    }
    send("SIGTERM");
    return "hang";
  }, async (server) => {
    const env = { ...environments.debug, API_URL: server.url, PROJECT_KEY };
    const args = ["import", "rows.csv", "--to", "showads", "--grace", "1ms", "--json"];
    const ended = await dir.run(args, { env, io: { onStopSignal } });
    assertEquals(ended.code, 143);
    await assertNothingShown(dir, ended, "SIGTERM");
  });
});

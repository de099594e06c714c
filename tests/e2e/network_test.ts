/** The real program on a real network: TLS, proxies, hosts by their names. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";

import {
  AUTHORITY,
  CERTIFICATE,
  EXPIRED_CERTIFICATE,
  KEY,
  OLD_AUTHORITY,
} from "../support/certificates.ts";
import { withFaults } from "../support/faults.ts";
import { startProgram } from "../support/process.ts";
import { standIn } from "../support/stand_in.ts";
import { type Ended, Workdir } from "../support/workdir.ts";

const CSV = "name,age,cookie,banner_id\nJo,44,c1,1\n";

/** Imports a row into ShowAds at this address. */
async function importTo(
  dir: Workdir,
  url: string,
  env: Record<string, string> = {},
): Promise<Ended> {
  await dir.write("rows.csv", CSV);
  const args = ["import", "rows.csv", "--to", "showads", "--restart", "--json", "--insecure-http"];
  await using program = startProgram(dir.path, [...args, "--retry-for", "0s"], {
    API_URL: url,
    PROJECT_KEY: "key",
    ...env,
  });
  return await program.ended;
}

/** An API that speaks TLS on localhost; `paths` fills with the requests that it takes. */
function secureApi(cert = CERTIFICATE): { url: string; paths: string[] } & AsyncDisposable {
  const paths: string[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, cert, key: KEY, onListen() {} },
    async (request) => {
      await request.arrayBuffer();
      paths.push(new URL(request.url).pathname);
      return Response.json({ AccessToken: "token" });
    },
  );
  return {
    url: `https://localhost:${server.addr.port}`,
    paths,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("an API that speaks TLS is reached by its name", async () => {
  await using dir = await Workdir.make();
  await using api = secureApi();
  await dir.write("authority.pem", AUTHORITY);
  const { code, stdout } = await importTo(dir, api.url, { DENO_CERT: "authority.pem" });
  assertEquals([code, JSON.parse(stdout).rows.accepted], [0, 1]);
  assertEquals(api.paths, ["/auth", "/banners/show/bulk"]);
});

Deno.test("an API whose certificate nobody trusts is never sent anything", async () => {
  await using dir = await Workdir.make();
  await using api = secureApi();
  const { code, stdout } = await importTo(dir, api.url);
  assertEquals(code, 3);
  assertStringIncludes(
    JSON.parse(stdout).reason,
    "ShowAds can't be reached (no secure connection: its certificate is from an unknown authority: " +
      "DENO_CERT takes a file",
  );
  assertEquals(api.paths, []);
});

Deno.test("a certificate that has expired, and plain HTTP on the port, are called so", async () => {
  await using dir = await Workdir.make();
  await dir.write("authority.pem", OLD_AUTHORITY);
  const reason = async (url: string) => {
    const { code, stdout } = await importTo(dir, url, { DENO_CERT: "authority.pem" });
    assertEquals(code, 3);
    return JSON.parse(stdout).reason;
  };
  await using expired = secureApi(EXPIRED_CERTIFICATE);
  assertEquals(
    await reason(expired.url),
    "ShowAds can't be reached (no secure connection: its certificate has expired)",
  );
  await using plain = await standIn("showads");
  assertEquals(
    await reason(plain.url.replace("http:", "https:")),
    "ShowAds can't be reached (no secure connection: the server speaks no TLS on this port)",
  );
});

Deno.test("bytes that never left this machine are not counted as carried", async () => {
  await using dir = await Workdir.make();
  const rows = new URL("../../examples/policies.csv", import.meta.url);
  await dir.write("rows.csv", await Deno.readTextFile(rows));
  const args = ["import", "rows.csv", "--to", "mparticle", "--retry-for", "1ms"];
  const env = {
    MPARTICLE_API_KEY: "the-key",
    MPARTICLE_API_SECRET: "the-secret",
    MPARTICLE_ENVIRONMENT: "development",
    MPARTICLE_HOST: "http://127.0.0.1:9",
  };
  const { stdout } = await dir.run(args, { env });
  assertStringIncludes(stdout, "mParticle can't be reached (connection refused)");
  assertMatch(stdout, /\d requests? (?:\(.*\) )?in .*, of which nothing left this machine\.\n/);
  const { bytesSent, requests } = await dir.json([...args, "--restart"], { env });
  assertEquals(bytesSent, 0);
  assert(requests.sent > 0);
});

Deno.test("a proxy is asked in the API's place, but not for the hosts of NO_PROXY", async () => {
  await using dir = await Workdir.make();
  const login = { status: 200, body: '{"AccessToken":"token"}' };
  await withFaults(() => login, async (proxy) => {
    const env = { HTTP_PROXY: proxy.url };
    assertEquals((await importTo(dir, "http://api.invalid/v1", env)).code, 0);
    assertEquals(proxy.received.map(({ path }) => path), [
      "http://api.invalid/v1/auth",
      "http://api.invalid/v1/banners/show/bulk",
    ]);
    await withFaults(() => login, async (api) => {
      const direct = { ...env, NO_PROXY: "127.0.0.1" };
      assertEquals((await importTo(dir, api.url, direct)).code, 0);
      assertEquals(api.received.length, 2);
    });
    assertEquals(proxy.received.length, 2);
  });
});

Deno.test("--sandbox reaches nothing but loopback, whatever proxies are set", async () => {
  await withFaults(() => ({ status: 200, body: "{}" }), async (proxy) => {
    const env = {
      ...{ HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, ALL_PROXY: proxy.url },
      DENO_NO_UPDATE_CHECK: "1", // Which Deno itself would make, by the proxy.
    };
    for (const destination of ["mparticle", "showads"]) {
      await using dir = await Workdir.make();
      const header = destination === "mparticle" ? "customer_id\nc1\n" : CSV;
      await dir.write("rows.csv", header);
      const args = ["import", "rows.csv", "--to", destination, "--sandbox", "--json"];
      await using program = startProgram(dir.path, args, env);
      const { code, stdout, stderr } = await program.ended;
      if (destination === "showads") {
        assertEquals([code, JSON.parse(stdout).rows.accepted], [0, 1], stderr);
      }
    }
    assertEquals(proxy.received, []);
  });
});

Deno.test("a proxy that can't be understood, and a DENO_CERT that isn't there, are errors at once", async () => {
  await using dir = await Workdir.make();
  await withFaults(() => ({ status: 200, body: '{"AccessToken":"token"}' }), async (api) => {
    const proxied = await importTo(dir, api.url, { HTTP_PROXY: "http://u:s3cret@:::" });
    assertEquals([proxied.code, proxied.stderr.includes("s3cret")], [2, false]);
    assertStringIncludes(proxied.stderr, "HTTP_PROXY is no proxy that can be used");
    const certified = await importTo(dir, api.url, { DENO_CERT: "nowhere.pem" });
    assertEquals(certified.code, 2);
    assertStringIncludes(certified.stderr, "DENO_CERT names nowhere.pem, which can't be read");
    await dir.write("notes.txt", "the authority is in the other folder\n");
    const noted = await importTo(dir, api.url, { DENO_CERT: "notes.txt" });
    assertEquals(noted.code, 2);
    assertStringIncludes(noted.stderr, "DENO_CERT names notes.txt, which holds no certificate");
    assertEquals(api.received, []);
  });
});

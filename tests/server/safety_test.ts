import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Workdir } from "../support/workdir.ts";
import { startServer } from "./support.ts";

Deno.test("beyond this machine the server starts with a token, or when it is said to be open", async () => {
  await using dir = await Workdir.make();
  const refused = await dir.run(["serve", "--port", "0", "--host", "0.0.0.0"]);
  assertEquals(refused.code, 2, refused.stderr);
  for (const word of ["0.0.0.0", "ROWFERRY_SERVE_TOKEN", "--open"]) {
    assertStringIncludes(refused.stderr, word);
  }
  const both = await dir.run(["serve", "--port", "0", "--host", "0.0.0.0", "--open"], {
    env: { ROWFERRY_SERVE_TOKEN: "secret-token" },
  });
  assertEquals(both.code, 2, both.stderr);
  assert(!both.stderr.includes("secret-token"), both.stderr);
  for (
    const [flags, env] of [[["--open"], {}], [[], { ROWFERRY_SERVE_TOKEN: "token" }]] as const
  ) {
    await using server = await startServer({ dir, flags: ["--host", "0.0.0.0", ...flags], env });
    const answer = await fetch(server.url.replace("0.0.0.0", "127.0.0.1") + "/healthz");
    assertEquals([answer.status, await answer.json()], [200, { status: "ok" }]);
  }
});

Deno.test("a server with tokens opens to each of them, and shows others its page and its health", async () => {
  const env = { ROWFERRY_SERVE_TOKEN: "old-token new-token" };
  await using server = await startServer({ env, flags: ["--verbose"] });
  const status = async (path: string, token?: string) => {
    const headers: HeadersInit = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    const answer = await fetch(server.url + path, { headers });
    await answer.text();
    return answer.status;
  };
  for (const path of ["/", "/swagger-ui/page.js", "/openapi.json", "/healthz", "/readyz"]) {
    assertEquals(await status(path), 200, path);
  }
  for (const path of ["/metrics", "/v1/imports", "/nothing"]) {
    assertEquals([await status(path), await status(path, "wrong")], [401, 401], path);
  }
  assertEquals(await status("/metrics", "old-token"), 200);
  assertEquals(await status("/metrics", "new-token"), 200);
  assert(!/(?:old|new)-token/.test(server.stderr()), server.stderr());
});

Deno.test("a name that somebody has lead to this machine doesn't lead in (DNS rebinding)", async () => {
  await using server = await startServer();
  const { port } = new URL(server.url);
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  const request = `GET / HTTP/1.1\r\nHost: evil.example:${port}\r\nConnection: close\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  const answer = await new Response(connection.readable).text();
  assertStringIncludes(answer, "HTTP/1.1 421 ");
});

Deno.test("/metrics tells what was asked and how it was answered, by route", async () => {
  await using server = await startServer();
  await (await fetch(`${server.url}/healthz`)).text();
  await (await fetch(`${server.url}/anna@example.com`)).text();
  const answer = await fetch(`${server.url}/metrics`);
  assertStringIncludes(answer.headers.get("content-type") ?? "", "text/plain; version=0.0.4");
  const text = await answer.text();
  const count = 'rowferry_http_requests_total{method="GET",';
  assertStringIncludes(text, `${count}route="/healthz",status="200"} 1`);
  assertStringIncludes(text, `${count}route="other",status="404"} 1`);
  assert(!text.includes("anna"), text);
});

Deno.test("the page comes out of the program, and lets nothing in from elsewhere", async () => {
  await using server = await startServer();
  const page = await fetch(server.url);
  const html = await page.text();
  assertEquals(page.headers.get("content-type"), "text/html; charset=UTF-8");
  const policy = page.headers.get("content-security-policy") ?? "";
  assert(!/unsafe|https?:|\*/.test(policy), policy);
  assert(!/<script>|<style|style=|\son\w+=/.test(html), "something is inline");
  const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file ?? "");
  assertEquals(files.filter((file) => /^(?:https?:)?\/\//.test(file)), []);
  for (const file of files.filter((file) => !file.startsWith("data:"))) {
    const answer = await fetch(`${server.url}/${file}`);
    assert(answer.ok && (await answer.text()).length > 100, file);
  }
});

Deno.test("--probe tells whether a server is ready there", async () => {
  await using server = await startServer();
  const { port } = new URL(server.url);
  const ask = (port: string) => server.dir.run(["serve", "--probe", "--port", port]);
  assertEquals(await ask(port), { code: 0, stdout: "", stderr: "" });
  assertEquals(await server.stop(), 143);
  const ended = await ask(port);
  assertEquals(ended.code, 1);
  assertStringIncludes(ended.stderr, "no server is ready there");
});

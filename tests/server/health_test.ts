import { assertEquals } from "@std/assert";
import { startServer } from "./support.ts";

Deno.test("a server that listens lives, is ready, and describes itself", async () => {
  await using server = await startServer();
  for (const path of ["/healthz", "/readyz"]) {
    const answer = await fetch(server.url + path);
    assertEquals([answer.status, await answer.json()], [200, { status: "ok" }]);
  }
  const description = await (await fetch(`${server.url}/openapi.json`)).json();
  assertEquals(description.openapi, "3.1.0");
});

Deno.test("what there isn't is told as problem details", async () => {
  await using server = await startServer();
  const answer = await fetch(`${server.url}/nothing`);
  assertEquals(answer.status, 404);
  assertEquals(answer.headers.get("content-type"), "application/problem+json");
  assertEquals(await answer.json(), { type: "about:blank", title: "Not Found", status: 404 });
});

Deno.test("SIGTERM ends the server with 143", async () => {
  const server = await startServer();
  await (await fetch(`${server.url}/healthz`)).text();
  assertEquals(await server.stop(), 143);
  await server.dir[Symbol.asyncDispose]();
});

Deno.test("a port that is taken is an error of usage that names it", async () => {
  await using server = await startServer();
  const port = new URL(server.url).port;
  const ended = await server.dir.run(["serve", "--port", port, "--log-dir", "other"]);
  assertEquals(ended.code, 2, ended.stderr);
  assertEquals(ended.stderr.includes(`port ${port}`), true);
});

Deno.test("a log folder has one server: a second one ends with 5", async () => {
  await using server = await startServer();
  const ended = await server.dir.run(["serve", "--port", "0"]);
  assertEquals(ended.code, 5, ended.stderr);
});

import { assertEquals, assertStringIncludes } from "@std/assert";
import { startServerProcess } from "../support/server_process.ts";
import { Workdir } from "../support/workdir.ts";

/** Connects to a server, sends a text, and gives all that comes until the server ends it. */
async function exchange(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(new TextEncoder().encode(text));
  return await new Response(connection.readable).text();
}

Deno.test("clients that never end the head of their request are dropped, and others are served", async () => {
  await using dir = await Workdir.make();
  await using server = await startServerProcess(dir.path, ["--sandbox"]);
  const slow = await Promise.all(
    ["", "POST /send_record HTTP/1.1\r\nHost: localhost\r\nX-Slow: "].map((text) =>
      exchange(server.url, text)
    ),
  );
  assertEquals(slow, ["", ""]);
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  assertStringIncludes(metrics, 'connections_dropped_total{reason="slow-request"} 2');
});

Deno.test("an upload that the server doesn't want is answered, though it is not read", async () => {
  await using dir = await Workdir.make();
  await using server = await startServerProcess(dir.path, ["--sandbox", "--max-upload", "1000"]);
  const body = new Blob(["Ann,33,c,7\n".repeat(1_000_000)]);
  const answer = await fetch(`${server.url}/v1/imports?destination=showads`, {
    method: "POST",
    headers: { "Content-Type": "text/csv" },
    body,
  });
  assertEquals([answer.status, (await answer.json()).title], [413, "Content Too Large"]);
});

Deno.test("whoever has no token is told nothing, and a stop lets no request fall", async () => {
  await using dir = await Workdir.make();
  await using server = await startServerProcess(
    dir.path,
    ["--sandbox", "--host", "0.0.0.0", "--log-format", "json", "--verbose"],
    { ROWFERRY_SERVE_TOKEN: "first-token second-token" },
  );
  const post = (token: string) =>
    fetch(`${server.url}/send_record`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
      body: JSON.stringify({ name: "Ann Example", age: 34, cookie: "c-1", banner_id: 7 }),
    });
  const refused = await post("another-token");
  assertEquals([refused.status, await refused.json()], [401, {
    type: "about:blank",
    status: 401,
    title: "Unauthorized",
  }]);
  const answers = await Promise.all(["first-token", "second-token"].map(post));
  assertEquals(answers.map(({ status }) => status), [202, 202]);
  for (const answer of answers) await answer.text();
  assertEquals(await server.stop(), 143);
  for (const secret of ["-token", "Ann", "c-1"]) {
    assertEquals(server.stderr().includes(secret), false, server.stderr());
  }
});

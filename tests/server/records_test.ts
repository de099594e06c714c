import { assertEquals } from "@std/assert";
import { startServer, until } from "./support.ts";

/** Mappings for records that are as awkward as can be. */
const MAPPING = {
  destination: "http",
  http: { url: "${CRM_URL}/people", headers: { "X-Api": "1" } },
  csv: { delimiter: ";", comment: "#", escape: "\\", header: ["Id", "Note"], skipLines: 2 },
  columns: [{ from: "Id", to: "id", required: true }, { from: "Note", to: "note", trim: false }],
  rest: { to: "traits" },
};

Deno.test("records go out with their values as they came, whatever the mapping says of files", async () => {
  const received: Record<string, unknown>[] = [];
  const api = Deno.serve({ port: 0, onListen() {} }, async (request) => {
    received.push(...await request.json());
    return Response.json({});
  });
  const server = await startServer({
    env: { CRM_URL: `http://127.0.0.1:${api.addr.port}` },
    flags: ["--mappings", "maps"],
    setUp: async (dir) => {
      await Deno.mkdir(dir.file("maps"));
      await dir.write("maps/crm.json", JSON.stringify(MAPPING));
    },
  });
  const records = [
    { Id: "#1", Note: 'a "quoted" \\ backslash\\' },
    { Id: 12345678901234567890n, Note: "two\r\nlines, and\na comma" },
    { Id: "3", Note: " blanks ", Colour: "řéd", Size: 4.5 },
    { Id: "4", Note: "'=;", Size: true, Colour: null },
  ];
  for (const record of records) {
    const text = JSON.stringify(
      { mapping: "crm", record },
      (_key, value) => typeof value === "bigint" ? `big ${value}` : value,
    ).replace(/"big (\d+)"/, "$1");
    const answer = await fetch(`${server.url}/v1/records`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: text,
    });
    assertEquals([answer.status, await answer.json()], [202, { outcome: "kept", rule: null }]);
  }
  await until(() => received.length === records.length);
  received.sort((a, b) => String(a.id) < String(b.id) ? -1 : 1);
  assertEquals(received, [
    { id: "#1", note: 'a "quoted" \\ backslash\\' },
    { id: "12345678901234567890", note: "two\r\nlines, and\na comma" },
    { id: "3", note: " blanks ", traits: { Colour: "řéd", Size: "4.5" } },
    { id: "4", note: "'=;", traits: { Size: "true" } },
  ]);
  await server[Symbol.asyncDispose]();
  await api.shutdown();
});

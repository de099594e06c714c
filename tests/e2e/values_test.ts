/**
 * Values that say how others of their column are meant.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { assertCode, Workdir } from "../support/workdir.ts";

const MAPPING = `destination: http
http: { url: "http://127.0.0.1:9/x", envelope: { format: ndjson } }
columns:
  - { from: id, to: id }
  - { from: sum, to: sum, type: number }
`;

Deno.test("one decimal comma makes a point that may part thousands doubtful from the first row on", async () => {
  await using dir = await Workdir.make();
  await dir.write("map.yaml", MAPPING);
  await dir.write("sums.csv", 'id,sum\n1,1.234\n2,7\n3,"1.234,50"\n4,0.125\n');
  const args = ["import", "sums.csv", "--mapping", "map.yaml", "--dry-run", "--dump", "out.txt"];
  assertCode(await dir.run(args), 1);
  assertEquals(await dir.read("out.txt"), '{"id":"2","sum":7}\n{"id":"4","sum":0.125}\n');
});

Deno.test("without one it is a point, and what the mapping says is never doubted", async () => {
  await using dir = await Workdir.make();
  await dir.write("map.yaml", MAPPING);
  await dir.write("sums.csv", "id,sum\n1,1.234\n");
  const args = ["import", "sums.csv", "--mapping", "map.yaml", "--dry-run", "--dump", "out.txt"];
  assertCode(await dir.run(args), 0);
  assertEquals(await dir.read("out.txt"), '{"id":"1","sum":1.234}\n');
  await dir.write("map.yaml", MAPPING.replace("type: number", 'type: number, decimal: ","'));
  await dir.write("sums.csv", 'id,sum\n1,1.234\n2,"1.234,50"\n');
  assertCode(await dir.run([...args.slice(0, -1), "comma.txt"]), 0);
  assertEquals(await dir.read("comma.txt"), '{"id":"1","sum":1234}\n{"id":"2","sum":1234.5}\n');
});

Deno.test("a file's decimal comma is said once, in the mapping or by a flag", async () => {
  await using dir = await Workdir.make();
  await dir.write("sums.csv", 'id,sum\n1,1.234\n2,"1.234,50"\n');
  const args = ["import", "sums.csv", "--mapping", "map.yaml", "--dry-run", "--dump"];
  await dir.write("map.yaml", `${MAPPING}csv: { decimal: "," }\n`);
  assertCode(await dir.run([...args, "a.txt"]), 0);
  assertEquals(await dir.read("a.txt"), '{"id":"1","sum":1234}\n{"id":"2","sum":1234.5}\n');
  await dir.write("map.yaml", MAPPING);
  assertCode(await dir.run([...args, "b.txt", "--decimal", ","]), 0);
  assertEquals(await dir.read("b.txt"), await dir.read("a.txt"));
});

Deno.test("JSON goes out with its own digits", async () => {
  await using dir = await Workdir.make();
  await dir.write("map.yaml", MAPPING.replace("type: number", "type: json"));
  await dir.write("sums.csv", 'id,sum\n1,"{ ""b"": 1.10, ""a"": 12345678901234567890 }"\n');
  const args = ["import", "sums.csv", "--mapping", "map.yaml", "--dry-run", "--dump", "out.txt"];
  assertCode(await dir.run(args), 0);
  assertEquals(
    await dir.read("out.txt"),
    '{"id":"1","sum":{"b":1.10,"a":12345678901234567890}}\n',
  );
});

Deno.test("what changes on its way out does so for every destination, and not for filters", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", "Id,Last,Day,Score\n C1 ,Lee,2024-03-05,7\nC2,May,2024-03-06,8\n");
  const columns = [
    { from: "Id", join: { columns: ["Last"], with: "-" }, clean: ["lower"], hash: "md5" },
    { from: "Day", type: "date", as: "DD/MM" },
    { from: "Score", type: "integer", as: "text" },
  ];
  const targets: Record<string, readonly string[]> = {
    mparticle: ["user_identities.customer_id", "user_attributes.day", "user_attributes.score"],
    http: ["id", "day", "score"],
  };
  for (const [destination, places] of Object.entries(targets)) {
    const mapping = {
      destination,
      columns: columns.map((column, at) => ({ ...column, to: places[at] })),
      where: ["Day <= 2024-03-05 and Score = 7"],
      ...(destination === "http" && { http: { url: "https://api.example.com/x" } }),
    };
    await dir.write("map.json", JSON.stringify(mapping));
    const flags = ["--dry-run", "--dump", `${destination}.jsonl`];
    const env = {
      MPARTICLE_API_KEY: "k",
      MPARTICLE_API_SECRET: "s",
      MPARTICLE_ENVIRONMENT: "development",
    };
    const ended = await dir.run(["import", "rows.csv", "--mapping", "map.json", ...flags], { env });
    assertEquals(ended.code, 0, ended.stderr);
    const body = await dir.read(`${destination}.jsonl`);
    for (const text of ['"791646873dd5a95886eee4aa38ddd1cc"', '"05/03"', '"7"']) {
      assertStringIncludes(body, text);
    }
    assertEquals(body.includes('"06/03"'), false);
  }
});

/**
 * Values that say how others of their column are meant.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
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

/**
 * The examples of docs/mapping.md: a mapping, a file, and what then goes over the wire. A mapping that
 * stands alone must be one that rowferry takes.
 *
 * In what goes over the wire, a line `POST /path` begins a request, whose body follows, and a line
 * `=> 200 {…}` answers it; `# accepted 1, rejected 1` ends all of it.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { parse } from "yaml";
import { loadNeeds } from "../../src/mapping/needs.ts";
import { mappingSchema } from "../support/destinations.ts";
import { type Received, type Reply, withFaults } from "../support/faults.ts";
import { Workdir } from "../support/workdir.ts";

const PAGE = await Deno.readTextFile(new URL("../../docs/mapping.md", import.meta.url));
const ORIGIN = "https://api.example.com";

/** The id of a row, which is another one in each run. */
const UUID = /"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"/g;

/** What is sent, and what is answered. */
interface Exchange {
  readonly request: string;
  readonly answer: Reply;
}

function exchangesIn(text: string): Exchange[] {
  return [...text.matchAll(/^([A-Z]+ \/.*\n(?:(?!=> ).*\n)*)=> (\d+) ?(.*)$/gm)].map(
    ([, request = "", status, body = ""]) => ({
      request: request.trimEnd(),
      answer: { status: Number(status), body, headers: { "content-type": "application/json" } },
    }),
  );
}

async function runExample(mapping: string, rows: string, wire: string): Promise<void> {
  const exchanges = exchangesIn(wire);
  const sent: string[] = [];
  const script = ({ method, path, body }: Received): Reply => {
    sent.push(`${method} ${path}\n${body.replace(UUID, '"UUID"')}`.trimEnd());
    return exchanges[sent.length - 1]?.answer ?? { status: 404 };
  };
  const result = await withFaults(script, async ({ url }) => {
    await using dir = await Workdir.make();
    await dir.write("rows.csv", rows);
    await dir.write("map.yaml", mapping.replaceAll(ORIGIN, url));
    const names = [...mapping.matchAll(/\$\{(\w+)\}/g)].map(([, name = ""]) => name);
    const env = Object.fromEntries(names.map((name) => [name, name.toLowerCase()]));
    const io = { sleep: () => Promise.resolve() };
    return await dir.json(["import", "rows.csv", "--mapping", "map.yaml"], { env, io });
  });
  assertEquals(sent, exchanges.map(({ request }) => request), JSON.stringify(result));
  const counts = [...(/^# (.*)$/m.exec(wire)?.[1] ?? "").matchAll(/(\w+) (\d+)/g)];
  assert(counts.length > 0, "the example says nothing of what becomes of its rows");
  for (const [, outcome = "", count] of counts) {
    assertEquals([outcome, result.rows[outcome]], [outcome, Number(count)], JSON.stringify(result));
  }
}

let ran = 0;
const blocks = [...PAGE.matchAll(/^```(\w+)\n(.*?)^```$/gms)];
for (const [at, [, language, text = ""]] of blocks.entries()) {
  if (language !== "yaml" || !/^destination:/m.test(text)) continue;
  const line = PAGE.slice(0, PAGE.indexOf(text)).split("\n").length;
  const [, , rows = ""] = blocks[at + 1] ?? [];
  const [, kind, wire = ""] = blocks[at + 2] ?? [];
  const isWhole = blocks[at + 1]?.[1] === "csv" && kind === "http";
  if (isWhole) ran++;
  Deno.test(`docs/mapping.md's example in line ${line} ${isWhole ? "runs" : "is a mapping"}`, async () => {
    await loadNeeds(text);
    mappingSchema.parse(parse(text));
    if (isWhole) await runExample(text, rows, wire);
  });
}

Deno.test("docs/mapping.md has examples that run", () => assert(ran > 0, String(ran)));

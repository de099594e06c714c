/**
 * Whole imports to JSON APIs that take a part of a request: what rowferry claims is what they took, and
 * no row goes out more often than it has to.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { type Reply, withFaults } from "../support/faults.ts";
import { Workdir } from "../support/workdir.ts";

interface Item {
  readonly id: string;
}

/** An API behind a mapping, and what it got to see. */
interface Trial {
  readonly ids: readonly string[];
  readonly http: Record<string, unknown>;
  /** Answers a request; what it takes it puts into `taken`. */
  answer(items: readonly Item[], taken: string[]): Reply;
}

async function run({ ids, http, answer }: Trial) {
  const taken: string[] = [];
  const sent: string[] = [];
  let requests = 0;
  const script = ({ body }: { body: string }): Reply => {
    const items = JSON.parse(body) as Item[];
    requests++;
    sent.push(...items.map(({ id }) => id));
    return answer(items, taken);
  };
  return await withFaults(script, async (server) => {
    await using dir = await Workdir.make();
    await dir.write("rows.csv", `id\n${ids.join("\n")}\n`);
    const mapping = {
      destination: "http",
      columns: [{ from: "id", to: "id" }],
      http: { url: `${server.url}/import`, ...http },
    };
    await dir.write("map.json", JSON.stringify(mapping));
    const result = await dir.json(["import", "rows.csv", "--mapping", "map.json"]);
    return { result, taken, sent, requests };
  });
}

const IDS = Array.from({ length: 2_000 }, (_, index) => `r${index + 1}`);
const isBad = (id: string) => /[05]0$/.test(id); // 40 of them.
const LIST = { at: "failed", match: { by: "index", path: "index" } };
const LIMITS = { limits: { rows: 2_000 } };

function badOf(items: readonly Item[]) {
  return items.flatMap(({ id }, index) => isBad(id) ? [{ index }] : []);
}

Deno.test("an API that takes the good rows and answers 400 gets each row once", async () => {
  const { result, taken, sent, requests } = await run({
    ids: IDS,
    http: { ...LIMITS, results: { ...LIST, taken: "taken", others: "taken" } },
    answer(items, taken) {
      const failed = badOf(items);
      const good = items.filter(({ id }) => !isBad(id)).map(({ id }) => id);
      taken.push(...good);
      const status = failed.length > 0 ? 400 : 200;
      return { status, body: JSON.stringify({ taken: good.length, failed }) };
    },
  });
  assertEquals([result.exitCode, requests, sent.length], [1, 1, 2_000]);
  assertEquals([result.rows.accepted, result.rows.rejected], [taken.length, 40]);
});

Deno.test("an API that takes nothing and names the bad rows gets the others once more", async () => {
  const { result, taken, sent, requests } = await run({
    ids: IDS,
    http: { ...LIMITS, results: { ...LIST, others: "nothing" } },
    answer(items, taken) {
      const failed = badOf(items);
      if (failed.length > 0) return { status: 400, body: JSON.stringify({ failed }) };
      taken.push(...items.map(({ id }) => id));
      return { status: 200, body: "{}" };
    },
  });
  assertEquals([requests, sent.length], [2, 3_960]);
  assertEquals([result.rows.accepted, result.rows.rejected], [1_960, 40]);
  assertEquals(new Set(taken).size, taken.length);
});

Deno.test("counts that don't add up lead to the rows that weren't taken, where repeats are safe", async () => {
  const { result, taken, requests } = await run({
    ids: IDS.slice(0, 100),
    http: { repeatsAreSafe: true, results: { taken: "count" } },
    answer(items, taken) {
      const good = items.filter(({ id }) => !isBad(id)).map(({ id }) => id);
      taken.push(...good);
      return { status: 200, body: JSON.stringify({ count: good.length, message: "bad id" }) };
    },
  });
  assertEquals([result.rows.accepted, result.rows.rejected, result.rows.unknown], [98, 2, 0]);
  assertEquals(new Set(taken).size, 98);
  assert(requests < 40, `${requests} requests`);
});

Deno.test("counts that don't add up are no acceptance where repeats would double rows", async () => {
  const { result, sent } = await run({
    ids: IDS.slice(0, 10),
    http: { results: { taken: "count" } },
    answer: (items) => ({ status: 200, body: JSON.stringify({ count: items.length - 1 }) }),
  });
  assertEquals([result.rows.accepted, result.rows.unknown, sent.length], [0, 10, 10]);
  assertEquals(result.exitCode, 1);
});

Deno.test("a rate limit that comes as 400 by its body costs no row", async () => {
  let calls = 0;
  const when = [{ status: 400, path: "code", equals: "rate_limited", means: "retried" }];
  const { result, taken } = await run({
    ids: IDS.slice(0, 300),
    http: { statuses: { when } },
    answer(items, taken) {
      if (++calls % 2 === 1) return { status: 400, body: '{"code":"rate_limited"}' };
      taken.push(...items.map(({ id }) => id));
      return { status: 200, body: "{}" };
    },
  });
  assertEquals([result.exitCode, result.rows.accepted, taken.length], [0, 300, 300]);
});

Deno.test("a key that stands twice goes alone to be told apart, where repeats are safe", async () => {
  const seen = new Set<string>();
  const { result } = await run({
    ids: ["a", "b", "a", "c"],
    http: {
      repeatsAreSafe: true,
      results: { at: "failed", match: { by: "key", record: "id" } },
    },
    answer(items, taken) {
      const failed = items.filter(({ id }, index) =>
        items.findIndex((other) => other.id === id) < index
      ).map(({ id }) => id);
      for (const { id } of items) seen.add(id);
      taken.push(...seen);
      return { status: 200, body: JSON.stringify({ failed }) };
    },
  });
  assertEquals([result.rows.accepted, result.rows.rejected, result.rows.unknown], [4, 0, 0]);
});

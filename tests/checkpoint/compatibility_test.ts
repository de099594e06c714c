/**
 * Unfinished runs that an older rowferry left are gone on with. The folders in `fixtures/` were made
 * before the release of 0.1.0, and are never made anew: a change that breaks one of these tests makes
 * the unfinished runs of users unresumable.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { resolve } from "node:path";
import { encodeLine, type Line } from "../../src/checkpoint/lines.ts";
import type { HttpClient } from "../../src/io.ts";
import { assertCode, Workdir } from "../support/workdir.ts";

/** Where the runs of the fixtures were made. */
const FOLDER = "/job";

const secrets = {
  MPARTICLE_API_KEY: "key-of-test",
  MPARTICLE_API_SECRET: "secret-of-test",
  PROJECT_KEY: "key-of-test",
};

/** A folder of `fixtures/`, and what is left of its run. */
interface Fixture {
  readonly name: string;
  readonly destination: string;
  /** The numbers of the rows that were not accepted by then, but will be. */
  readonly left: readonly number[];
  /** Over the whole run. */
  readonly rows: Readonly<Record<string, number>>;
}

const fixtures: readonly Fixture[] = [
  {
    name: "mparticle-stopped",
    destination: "mparticle",
    left: [15, 16, 18, 19, 20, 21, 22, 23],
    rows: { read: 24, accepted: 20, filtered: 0, rejected: 4 },
  },
  {
    name: "mparticle-interrupted",
    destination: "mparticle",
    left: [15, 16, 18, 19, 20, 21, 22, 23],
    rows: { read: 24, accepted: 20, filtered: 0, rejected: 4 },
  },
  {
    name: "showads-killed",
    destination: "showads",
    left: [18, 19, 20, 21, 22],
    rows: { read: 24, accepted: 17, filtered: 3, rejected: 4 },
  },
  {
    name: "showads-elsewhere",
    destination: "showads",
    left: [18, 19, 20, 21, 22],
    rows: { read: 24, accepted: 17, filtered: 3, rejected: 4 },
  },
  {
    name: "http-defaults",
    destination: "http",
    left: [16, 18, 19, 20, 21, 22, 23],
    rows: { read: 24, accepted: 19, filtered: 1, rejected: 4 },
  },
  {
    name: "http-shard",
    destination: "http",
    left: [19, 20, 21, 22, 23],
    rows: { read: 11, accepted: 9, filtered: 0, rejected: 2 },
  },
];

for (const fixture of fixtures) {
  Deno.test(`an unfinished run of an older rowferry is resumed: ${fixture.name}`, async () => {
    await using dir = await Workdir.make();
    const run = await plant(dir, fixture);
    const sent: number[] = [];
    const ended = await dir.run(["resume", run, "--json"], {
      env: secrets,
      io: { httpClient: () => api(sent) },
    });
    assertCode(ended, 1);
    const { rows, files } = JSON.parse(ended.stdout);
    const { accepted, read, filtered, rejected } = rows;
    assertEquals({ read, accepted, filtered, rejected }, fixture.rows);
    assertEquals(sent.toSorted((a, b) => a - b), fixture.left);
    const lines = (await Deno.readTextFile(resolve(dir.path, files.rejected))).trimEnd().split(
      "\n",
    );
    assertEquals(lines.length, 1 + rejected);
  });
}

/** Puts a fixture's files where its run expects them; returns the run's folder. */
async function plant(dir: Workdir, { name, destination }: Fixture): Promise<string> {
  const fixture = new URL(`./fixtures/${name}/`, import.meta.url);
  const read = (file: string) => Deno.readTextFile(new URL(file, fixture));
  const [first = "", ...lines] = (await read("run/checkpoint.jsonl")).trimEnd().split("\n");
  const moved = JSON.parse(first.replaceAll(`"${FOLDER}/`, `"${dir.path}/`));
  const run = `log/in.csv.${destination}/${moved.runId}`;
  const shift = dir.path.length - FOLDER.length;
  const longer = shift * (first.split(`"${FOLDER}/`).length - 1);

  await Deno.mkdir(dir.file(run), { recursive: true });
  await dir.write("in.csv", await read("in.csv"));
  if (destination === "http") await dir.write("mapping.json", await read("mapping.json"));
  if (name === "showads-elsewhere") {
    await Deno.mkdir(dir.file("failed"));
    await dir.write("failed/rejected.csv", await read("failed/rejected.csv"));
  } else {
    await dir.write(`${run}/rejected.csv`, await read("run/rejected.csv"));
  }
  await dir.write(`${run}/errors.jsonl`, await read("run/errors.jsonl"));
  const texts = [
    moved,
    ...lines.map((line) => {
      const later = JSON.parse(line.replaceAll(`"${FOLDER}/`, `"${dir.path}/`));
      return { ...later, synced: later.synced + longer };
    }),
  ].map(withChecksum);
  await dir.write(`${run}/checkpoint.jsonl`, texts.join(""));
  return run;
}

function withChecksum({ crc: _, ...line }: Line & { crc: string }): string {
  return new TextDecoder().decode(encodeLine(line));
}

/** Takes everything, and notes the numbers of the rows. */
function api(sent: number[]): HttpClient {
  return {
    fetch: (url, { body }) => {
      const { pathname } = new URL(url);
      if (pathname === "/auth") return Promise.resolve(Response.json({ AccessToken: "token" }));
      const text = new TextDecoder().decode(body);
      const ids = /"source_request_id":"[^"]*-(\d+)"|"VisitorCookie":"[^"]*-0*(\d+)"|"id":(\d+)/g;
      for (const found of text.matchAll(ids)) sent.push(Number(found.slice(1).find(Boolean)));
      const status = pathname.startsWith("/v2/") ? 202 : 200;
      return Promise.resolve(Response.json({}, { status }));
    },
    close() {},
  };
}

/**
 * Every API of the gallery, by the same tests: its mapping, what is sent by it against what the API
 * takes, and what rowferry claims against what a stand-in took that answers as documented.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import * as z from "zod";
import type { AnswerTemplate, GalleryEntry } from "../../src/destinations/gallery_entry.ts";
import { galleryVariables } from "../../src/destinations/gallery_entry.ts";
import { galleryEntries } from "../../src/destinations/registry.ts";
import { documentedApi } from "../../src/destinations/http/documented_api.ts";
import { memberOf } from "../../src/destinations/http/documented_together.ts";
import type { StandIn } from "../../src/destinations/stand_in.ts";
import type { HttpClient } from "../../src/io.ts";
import { builtin, definitionOf } from "../support/destinations.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { sinkFor } from "../support/sinks.ts";
import { assertCode, Workdir } from "../support/workdir.ts";
import expected from "./expected.json" with { type: "json" };

/** Rows that are good, that the API refuses, that are empty, and that are doubled. */
async function sampleRows(dir: Workdir, name: string): Promise<void> {
  const path = new URL(`${name}.csv`, import.meta.url);
  await dir.write("rows.csv", await Deno.readTextFile(path));
}

/** The bodies that rowferry would send. */
async function bodies(dir: Workdir, name: string): Promise<unknown[]> {
  const args = ["import", "rows.csv", "--to", name, "--dry-run", "--dump", "bodies.jsonl"];
  const dumped = await dir.run(args);
  assert(dumped.code <= 1, dumped.stderr);
  return (await dir.read("bodies.jsonl")).trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** What became of each row: taken, rejected by a check of rowferry's, or refused by the API. */
async function fatesOf(dir: Workdir, { rows, files }: Result): Promise<string[]> {
  const lines = (await dir.read(files.errors)).trimEnd().split("\n");
  const stages = new Map<number, string>(
    lines.map((line) => JSON.parse(line)).map(({ row, stage }) => [row, stage]),
  );
  return Array.from({ length: rows.read }, (_, at) => {
    const stage = stages.get(at + 1);
    return stage === undefined ? "taken" : stage === "send" ? "refused" : "rejected";
  });
}

interface Result {
  readonly rows: { readonly read: number };
  readonly files: { readonly errors: string };
}

/** Values for an API's variables: a URL for the one that requests go to. */
function variablesOf({ variables, mapping }: GalleryEntry): Record<string, string> {
  const [, host] = /^\$\{(\w+)\}/.exec(String(mapping.http["url"])) ?? [];
  const names = Object.keys(variables);
  return Object.fromEntries(names.map((name) => [name, name === host ? HOST : "sandbox"]));
}

const HOST = "https://api.example.com";

function peaceful({ headers = {} }: AnswerTemplate, now: number): Record<string, string> {
  const epoch = String(Math.ceil(now / 1000) + PEACE_S);
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) =>
      [name, value.replace("$seconds", String(PEACE_S)).replace("$epoch", epoch)] as const
    ),
  );
}

/** How long an API wants peace. */
const PEACE_S = 7;

/** A client whose requests end at a stand-in, and what that took; the first is `limited`, if any is. */
function play(standIn: StandIn, limited: AnswerTemplate | null = null, clock = new FakeClock()) {
  let taken = 0;
  const statuses = new Set<number>();
  const client: HttpClient = {
    fetch(url, { method, headers, body: bytes }) {
      const body = new TextDecoder().decode(bytes);
      const { pathname: path, search: query } = new URL(url);
      const request = { method, path, query, headers: new Headers({ ...headers }), body };
      const isLimited = limited !== null && !path.endsWith("/token");
      const answer = isLimited && limited
        ? { ...limited, json: limited.body, headers: peaceful(limited, clock.now()) }
        : standIn.answer({ ...request, bytes: bytes.length });
      if (isLimited) limited = null;
      taken += answer.taken ?? 0;
      statuses.add(answer.status);
      const json = answer.json === undefined ? answer.text ?? "" : JSON.stringify(answer.json);
      const { body: stream } = new Response(json);
      const type = answer.text === undefined ? "application/json" : "text/plain";
      const told = new Headers({ "Content-Type": type, ...answer.headers });
      return Promise.resolve({ status: answer.status, headers: told, body: stream });
    },
    close() {},
  };
  return { client, statuses, taken: () => taken };
}

for (const [name, entry] of galleryEntries) {
  const { title, source, mapping, variables, answers } = entry;
  const definition = definitionOf(name);

  Deno.test(`${name}: its file says what it is`, () => {
    assertEquals(mapping.destination, name);
    assertEquals(Object.keys(variables).toSorted(), galleryVariables(mapping).toSorted());
    assertEquals(
      definition.variables(builtin(name)).map((each) => each.help).toSorted(),
      Object.values(variables).toSorted(),
    );
    const { specification, file, sha256, version, read, licence, facts } = source;
    for (const text of [title, version, licence, facts]) assert(text !== "");
    for (const url of [specification, ...file === null ? [] : [file]]) assert(URL.canParse(url));
    assert(/^\d{4}-\d\d-\d\d$/.test(read) && (sha256 === null || /^[\da-f]{64}$/.test(sha256)));
    assert(typeof mapping.http["confirms"] === "string", "what does an acceptance confirm?");
  });

  Deno.test(`${name}: its limits are not above those that the API documents`, () => {
    const { request, together } = answers;
    const { limits } = sinkFor(mapping, { variables: variablesOf(entry) }).destination;
    assert(limits.rowsPerRequest <= request.rows);
    assert(limits.bytesPerRequest <= (request.bytes ?? Infinity));
    assert(limits.bytesPerRow <= (request.bytesPerRow ?? Infinity));
    assert(["request", "alike", "later", undefined].includes(together?.refuses));
  });

  Deno.test(`${name}: the bodies that it makes have the form that the API documents`, async () => {
    await using dir = await Workdir.make();
    await sampleRows(dir, name);
    const shape = z.fromJSONSchema(answers.request.body ?? {});
    const records = z.fromJSONSchema(answers.record);
    const [body, ...more] = await bodies(dir, name);
    assert(body !== undefined);
    const { at, lines, single } = answers.request.records;
    if (lines) {
      const record = Object.fromEntries(lines.map((line, n) => [line, [body, ...more][n]]));
      return void records.parse(record);
    }
    for (const each of [body, ...more]) shape.parse(each);
    const list = single ? [body] : at === undefined ? body : memberOf(body, at);
    records.parse((list as unknown[])[0]);
  });

  Deno.test(`${name}: what rowferry claims is what the API took, of good, bad, empty and doubled rows`, async () => {
    await using dir = await Workdir.make();
    await sampleRows(dir, name);
    const played = play(definition.standIn(builtin(name), () => 0));
    const result = await dir.json(["import", "rows.csv", "--to", name], {
      env: variablesOf(entry),
      io: { httpClient: () => played.client },
    });
    const wanted: readonly string[] = expected[name as keyof typeof expected];
    const fates = await fatesOf(dir, result);
    assertEquals(fates, wanted, JSON.stringify([...played.statuses]));
    const taken = wanted.filter((fate) => fate === "taken").length;
    assertEquals([result.rows.accepted, played.taken()], [taken, taken]);
    assertEquals([result.rows.unknown, result.rows.filtered], [0, 0]);
    assertEquals([result.destination, result.confirms], [name, mapping.http["confirms"]]);
    if (answers.part) assert(played.statuses.has(answers.part.status));
  });

  Deno.test(`${name}: it is left alone when it is asked too often, and then gets the rows`, async () => {
    await using dir = await Workdir.make();
    await sampleRows(dir, name);
    const clock = new FakeClock();
    const played = play(definition.standIn(builtin(name), () => 0), answers.limited, clock);
    const result = await dir.json(["import", "rows.csv", "--to", name], {
      env: variablesOf(entry),
      io: { ...clock, httpClient: () => played.client },
    });
    assertEquals(await fatesOf(dir, result), expected[name as keyof typeof expected]);
    assert(result.requests.retried > 0);
    const asked = JSON.stringify(answers.limited.headers ?? {}).includes("$");
    if (asked) assert(clock.slept.some((ms) => ms >= PEACE_S * 1000), clock.slept.join());
  });

  Deno.test(`${name}: its stand-in goes by the API, whatever a mapping says`, async () => {
    await using dir = await Workdir.make();
    await sampleRows(dir, name);
    const wrong = { ...mapping, http: { ...mapping.http, method: "PUT" } };
    await dir.write("wrong.json", JSON.stringify(wrong));
    const args = ["import", "rows.csv", "--to", name, "--mapping", "wrong.json", "--sandbox"];
    const { status, rows } = await dir.json(args);
    assertEquals([status, rows.accepted], ["stopped", 0]);
  });

  Deno.test(`${name}: init on examples/customers.csv is a mapping once its marked lines are edited`, async () => {
    const customers = new URL("../../examples/customers.csv", import.meta.url);
    await tryInit(name, await Deno.readTextFile(customers));
  });

  Deno.test(`${name}: init on a CRM's export is a mapping, and sends what the API takes`, async () => {
    await tryInit(name, CRM);
  });

  Deno.test(`${name}: init on a list of addresses is a mapping, and sends what the API takes`, async () => {
    await tryInit(name, LIST);
  });
}

/** What people export from their CRM. */
const CRM = `Id,Email,First name,Last name,Mobile,Company,City,Postcode,Country,Birthday,Notes
C0001,ann@example.com,Ann,Novak,+420601234567,Acme,Brno,60200,CZ,1990-05-17,likes tea
C0002,bo@example.com,Bo,Svoboda,+420601234568,,Praha,11000,CZ,1985-01-02,
C0003,cy@example.com,Cy,Dvorak,,Acme,,,CZ,,
`;

/** A newsletter's list, whose addresses are all that tells people apart. */
const LIST = `Email,First name,Last name
ann@example.com,Ann,Novak
bo@example.com,Bo,Svoboda
`;

/** Makes a mapping, takes its marks away, and holds what validate says against an import of it. */
async function tryInit(name: string, text: string): Promise<void> {
  await using dir = await Workdir.make();
  await dir.write("crm.csv", text);
  // Not all are sent: some APIs take few requests a second.
  await dir.write("first.csv", text.split("\n").slice(0, 40).join("\n"));
  assertCode(await dir.run(["init", "crm.csv", "--to", name, "--output", "crm.yaml"]), 0);
  await dir.write("crm.yaml", (await dir.read("crm.yaml")).replaceAll("# CHOOSE: ", ""));
  const whole = await dir.json(["validate", "crm.csv", "--mapping", "crm.yaml"]);
  assert(whole.exitCode <= 1 && whole.rows.valid > 0, JSON.stringify(whole));
  const args = ["first.csv", "--mapping", "crm.yaml"];
  const validated = await dir.json(["validate", ...args]);
  const result = await dir.json(["import", ...args, "--sandbox", "--rate", "100000"]);
  assertEquals(result.rows.accepted, validated.rows.valid, await dir.read("crm.yaml"));
  assertEquals(result.requests.sent, validated.wouldSend.requests, "nothing had to be sent again");
  assertEquals(result.destination, name);
}

Deno.test("what an API only queued is not called accepted", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", "email\nann@example.com\n");
  const { stdout, code } = await dir.run(["import", "rows.csv", "--to", "attentive", "--sandbox"]);
  assertEquals(code, 0, stdout);
  assertStringIncludes(stdout, "1 of 1 row queued");
  assertStringIncludes(
    stdout,
    "What attentive makes of the rows in its queue is to be seen there.",
  );
  assert(!stdout.includes("accepted"), stdout);
  const status = await dir.run(["status"]);
  assertStringIncludes(status.stdout, "1 row queued");
  assertEquals((await dir.json(["status"])).runs[0].confirms, "queued");
});

Deno.test("a run to an API of the gallery is resumed under its name, and sends no row twice", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", "email\nann@example.com\nbo@example.com\ncy@example.com\n");
  const entry = galleryEntries.get("hubspot");
  assert(entry);
  const { client, taken } = play(definitionOf("hubspot").standIn(builtin("hubspot"), () => 0));
  const outside = { env: variablesOf(entry), io: { httpClient: () => client } };
  const args = ["import", "rows.csv", "--to", "hubspot", "--stop-after", "2"];
  const stopped = await dir.json(args, outside);
  assertEquals([stopped.status, stopped.rows.accepted], ["stopped", 2]);
  const elsewhere = await dir.run(["resume", "--to", "klaviyo"], outside);
  assertCode(elsewhere, 2);
  const resumed = await dir.json(["resume"], outside);
  assertEquals([resumed.status, resumed.destination, resumed.rows.accepted], [
    "completed",
    "hubspot",
    3,
  ]);
  assertEquals(taken(), 3);
});

Deno.test("one record is sent to an API of the gallery", async () => {
  await using dir = await Workdir.make();
  const args = ["send", "--to", "hubspot", "--set", "email=ann@example.com", "--sandbox"];
  const { destination, rows } = await dir.json(args);
  assertEquals([destination, rows.accepted], ["hubspot", 1]);
});

Deno.test("rows about the same person go in requests of their own where an API refuses them together", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", "email\nann@example.com\nbo@example.com\nANN@example.com\n");
  const args = ["import", "rows.csv", "--to", "hubspot", "--dry-run", "--dump", "bodies.jsonl"];
  assertCode(await dir.run(args), 0);
  const bodies = (await dir.read("bodies.jsonl")).trimEnd().split("\n");
  assertEquals(bodies.map((body) => JSON.parse(body).inputs.length), [2, 1]);
});

Deno.test("init offers to make addresses where an API knows people by those and the CSV has none", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", "customer_id\n17\n");
  assertCode(await dir.run(["init", "rows.csv", "--to", "mailchimp", "--output", "crm.yaml"]), 0);
  const draft = await dir.read("crm.yaml");
  assertStringIncludes(draft, '# CHOOSE: clean: [{ replace: { pattern: "^(.+)$", with:');
  await dir.write("crm.yaml", draft.replaceAll("# CHOOSE: ", ""));
  const args = ["import", "rows.csv", "-m", "crm.yaml", "--dry-run", "--dump", "bodies.jsonl"];
  assertCode(await dir.run(args), 0);
  assertStringIncludes(await dir.read("bodies.jsonl"), '"email_address":"17@example.com"');
});

Deno.test("a job whose errors name no row is halved until its counts add up", async () => {
  await using dir = await Workdir.make();
  await sampleRows(dir, "klaviyo");
  const entry = galleryEntries.get("klaviyo");
  assert(entry?.answers.job);
  const { job } = entry.answers;
  const nameless = { status: 200, body: { data: [{ $each: "failed", attributes: {} }] } };
  const answers = { ...entry.answers, job: { ...job, errors: nameless } };
  const clock = new FakeClock();
  const { client, taken } = play(documentedApi(answers));
  const result = await dir.json(["import", "rows.csv", "--to", "klaviyo"], {
    env: variablesOf(entry),
    io: { ...clock, httpClient: () => client },
  });
  assertEquals(await fatesOf(dir, result), expected.klaviyo);
  assert(taken() >= result.rows.accepted, "rows that were taken are sent again at most");
});

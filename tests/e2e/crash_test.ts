/**
 * The program killed between any two steps that outlive it, and gone on with.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { startProgram } from "../support/process.ts";
import { holds, seeded } from "../support/seeds.ts";
import { standIn } from "../support/stand_in.ts";
import { assertCode, Workdir } from "../support/workdir.ts";
import { csvOf, fateOf, idOf, kinds } from "./fated_rows.ts";
import { type Plan, World } from "./world.ts";
import { withoutProblems } from "../support/rejected_rows.ts";

const PLANS: readonly Plan[] = [
  {
    destination: "mparticle",
    rows: 22,
    flags: ["--batch-size", "4", "--concurrency", "2"],
    syncs: "many",
  },
  {
    destination: "showads",
    rows: 22,
    flags: ["--batch-size", "4", "--concurrency", "2"],
    syncs: "few",
  },
  {
    destination: "showads",
    rows: 15,
    flags: ["--batch-size", "3", "--concurrency", "2"],
    syncs: "many",
    env: { FAILED_RECORDS_DIRPATH: "failed" },
  },
  {
    destination: "http",
    rows: 22,
    flags: ["--batch-size", "4", "--concurrency", "2"],
    syncs: "many",
  },
];

/** Most rows that can be in flight: a batch for each place. */
const IN_FLIGHT = 2 * 4;

for (const plan of PLANS) {
  const what = plan.env ? `${plan.destination}, rejected rows elsewhere` : plan.destination;
  Deno.test(`${what}: a kill at any step of an import loses and doubles no row`, async () => {
    const undisturbed = new World(plan);
    await undisturbed.import();
    const { steps } = undisturbed;
    await undisturbed.assertOutcome();
    assert(steps > 80, `there are only ${steps} steps to be killed at`);
    let mostUnknown = 0;
    for (let kill = 1; kill <= steps; kill++) {
      const world = new World(plan);
      await world.finish([kill]);
      mostUnknown = Math.max(mostUnknown, await assertPromise(world, 1));
    }
    assertEquals(mostUnknown > 0, plan.destination === "showads");
  });

  Deno.test(`${what}: a kill at any step of a resume loses and doubles no row either`, async () => {
    const first = new World(plan);
    await first.import();
    const middle = Math.floor(first.steps / 2);
    const world = new World(plan);
    await world.import(middle);
    await world.import();
    for (let kill = 1; kill <= world.steps; kill++) {
      const world = new World(plan);
      await world.finish([middle, kill]);
      await assertPromise(world, 2);
    }
  });
}

/**
 * No row is lost and none is doubled: where the API drops no repeats, rows in flight are unknown.
 *
 * @returns how many rows are.
 */
async function assertPromise(world: World, kills: number): Promise<number> {
  const { destination } = world.plan;
  if (destination === "mparticle") {
    assert(world.doubled.length <= kills * IN_FLIGHT, `${world.doubled.length} rows came again`);
  } else {
    assertEquals(world.doubled, []);
  }
  return await world.assertOutcome(destination === "showads" ? kills * IN_FLIGHT : 0);
}

/** Most rows that can be in flight in the plans of the next test. */
const MOST_IN_FLIGHT = 7 * 4;

Deno.test("any sequence of stops, kills, power cuts, full disks, outages, resumes and appended rows ends as one undisturbed run", async () => {
  const step = fc.integer({ min: 1, max: 160 });
  const request = fc.integer({ min: 1, max: 5 });
  const event = fc.oneof(
    fc.record({ kind: fc.constant("kill" as const), at: step }),
    fc.record({ kind: fc.constant("power cut" as const), at: step, seed: fc.nat() }),
    fc.record({ kind: fc.constant("full disk" as const), at: step }),
    fc.record({ kind: fc.constant("signal" as const), at: request }),
    fc.record({ kind: fc.constant("outage" as const), at: request }),
    fc.record({ kind: fc.constant("wrong key" as const), at: request }),
    fc.record({ kind: fc.constant("append" as const), rows: fc.integer({ min: 1, max: 9 }) }),
  );
  const plan = fc.record({
    destination: fc.constantFrom("mparticle" as const, "showads" as const, "http" as const),
    rows: fc.integer({ min: 7, max: 30 }),
    flags: fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 4 })).map((
      [batch, places],
    ) => ["--batch-size", `${batch}`, "--concurrency", `${places}`, "--grace", "1h"]),
    syncs: fc.constantFrom("few" as const, "many" as const),
    env: fc.constantFrom({ FAILED_RECORDS_DIRPATH: "" }, { FAILED_RECORDS_DIRPATH: "failed" }),
  });
  await holds(
    fc.asyncProperty(plan, fc.array(event, { maxLength: 7 }), async (plan, events) => {
      const world = new World(plan);
      for (const event of events) {
        if (event.kind === "append") {
          world.append(event.rows);
          continue;
        }
        const { kind, at } = event;
        const before = world.requests;
        world.onRequest = (request) => {
          if (kind === "signal" && request === before + at) world.signals.send("SIGINT");
          if (request < before + at) return null;
          return kind === "outage" ? 503 : kind === "wrong key" ? 403 : null;
        };
        const ended = await world.import((step) => {
          if (kind === "full disk" && step >= at) return "no-space";
          return (kind === "kill" || kind === "power cut") && step === at ? "kill" : null;
        });
        if (!world.files.dead) assert([0, 1, 2, 3, 4, 130].includes(ended.code), ended.stderr);
        if (kind === "power cut") world.files.powerCut(seeded(event.seed));
        if (await world.isComplete()) break;
      }
      world.onRequest = () => null;
      await world.finish();
      const deadly = events.filter(({ kind }) => ["kill", "power cut", "full disk"].includes(kind));
      const mayBeUnknown = plan.destination === "showads" ? deadly.length * MOST_IN_FLIGHT : 0;
      await world.assertOutcome(mayBeUnknown);
      // A power cut may take what was written down of requests in flight, since that isn't synced.
      const isWritten = !deadly.some(({ kind }) => kind === "power cut");
      const mayRepeat = plan.destination === "mparticle" && deadly.length > 0;
      if (isWritten && !mayRepeat) assertEquals(world.doubled, []);
    }),
    100,
  );
});

for (const destination of ["mparticle", "showads"] as const) {
  Deno.test(`${destination}: a process killed again and again comes to the same end`, async () => {
    const kind = kinds[destination];
    const rows = 160;
    const [batch, places] = [2, 3];
    await using dir = await Workdir.make();
    await dir.write("rows.csv", csvOf(kind, rows));
    const random = seeded(destination.length);
    const taken = new Map<string, number>();
    let untilKill = Infinity;
    let kill = () => {};
    let timer: ReturnType<typeof setTimeout> | undefined;
    await using api = await standIn(destination, {
      onRequest: ({ path, body }) => {
        const ids = kind.ids(path, body);
        if (ids.length === 0) return undefined;
        // At once, or at any moment of the next few requests.
        if (--untilKill === 0) timer = setTimeout(kill, random() < 0.5 ? 0 : random() * 4);
        const refusal = kind.answer(path, body);
        if (refusal) return refusal;
        for (const id of ids) taken.set(id, (taken.get(id) ?? 0) + 1);
        return undefined;
      },
    });
    const flags = ["--batch-size", `${batch}`, "--concurrency", `${places}`, "--rate", "100000"];
    const args = ["import", "rows.csv", "--to", destination, "--resume-or-start", ...flags];
    let kills = 0;
    for (;;) {
      untilKill = 1 + Math.floor(random() * 12);
      await using program = startProgram(dir.path, [...args, "--json"], api.env);
      kill = () => program.kill("SIGKILL");
      const ended = await program.ended;
      clearTimeout(timer);
      if (ended.signal === "SIGKILL") kills++;
      else assertCode(ended, 1);
      // A kill may come when the end is recorded already: going on would be importing once more.
      const { runs: [run] } = await dir.json(["status"]);
      if (ended.signal === "SIGKILL" && run?.state !== "completed") continue;
      const numbers = Array.from({ length: rows }, (_, index) => index + 1);
      const having = (...fates: string[]) =>
        numbers.filter((row) => fates.includes(fateOf(kind, row)));
      const lines = (await dir.read(run.files.errors)).trimEnd().split("\n")
        .map((line) => JSON.parse(line));
      const unknown: number[] = lines.filter(({ code }) => code === "unknown")
        .map(({ row }) => row);
      const isKnown = (row: number) => !unknown.includes(row);
      const accepted = having("accepted").filter(isKnown);
      const rejected = having("invalid", "refused").filter(isKnown);
      assertEquals(run.rows.accepted, accepted.length);
      assertEquals(run.rows.rejected, rejected.length);
      assertEquals(run.rows.filtered, having("filtered").length);
      assertEquals(
        [...taken.keys()].filter((id) => !unknown.map(idOf).includes(id)).toSorted(),
        accepted.map(idOf).toSorted(),
      );
      const again = [...taken.values()].reduce((sum, times) => sum + times - 1, 0);
      const inFlight = kills * batch * places;
      assert((destination === "mparticle" ? unknown.length : again) === 0);
      assert(again + unknown.length <= inFlight, `${again} again, ${unknown.length} unknown`);
      if (destination === "mparticle") assertEquals(api.received.rows, accepted.length);
      const csv = withoutProblems(await dir.read(run.files.rejected)).slice(kind.header.length);
      assertEquals(
        csv.split(/(?<=\n)/).toSorted(),
        rejected.map((row) => kind.row(row, fateOf(kind, row))).toSorted(),
      );
      assertEquals(
        lines.map(({ row }) => row).toSorted((a, b) => a - b),
        [...rejected, ...unknown].toSorted((a, b) => a - b),
      );
      break;
    }

    assert(kills >= 6, `there were only ${kills} kills`);
  });
}

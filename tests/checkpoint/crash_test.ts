import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { assertOutcome, newWorld, type Plan, runProcess, runToTheEnd } from "./crash_harness.ts";
import { holds, seeded } from "../support/seeds.ts";
import { sleepAtOnce, sleepForever } from "./support.ts";

const PLAN: Plan = {
  sleep: sleepForever,
  rows: [24],
  spanRows: 4,
  inFlight: 2,
  stops: [3],
  rejectedFolder: null,
};

/** How many operations an undisturbed first or second process takes. */
async function countOperations(plan: Plan): Promise<number> {
  const world = newWorld(plan);
  await runProcess(world, 0);
  const first = world.files.operations.length;
  world.files.restart();
  await runProcess(world, 1);
  return Math.max(first, world.files.operations.length);
}

for (const [syncs, sleep] of [["few", sleepForever], ["many", sleepAtOnce]] as const) {
  for (const rejectedFolder of [null, "/failed"]) {
    const where = rejectedFolder === null ? "the run's folder" : "another folder";
    Deno.test(`a kill at any operation loses and repeats no settled row, with ${syncs} syncs and rejected rows in ${where}`, async () => {
      const plan = { ...PLAN, sleep, rejectedFolder };
      const operations = await countOperations(plan);
      for (let kill = 1; kill <= operations; kill++) {
        for (const kills of [[kill], [Infinity, kill]]) {
          const world = newWorld(plan);
          await runToTheEnd(world, kills);
          await assertOutcome(world);
          assertEquals([...world.repeated], [], `killed at ${kills}`);
        }
      }
    });
  }
}

Deno.test("two kills in a row lose and repeat no settled row", async () => {
  const operations = await countOperations(PLAN);
  for (let first = 20; first <= operations; first += 3) {
    for (let second = 1; second <= operations; second += 2) {
      const world = newWorld(PLAN);
      await runToTheEnd(world, [first, second]);
      await assertOutcome(world);
      assertEquals([...world.repeated], [], `killed at ${first}, then ${second}`);
    }
  }
});

Deno.test("a power cut at any operation loses no row, whatever it leaves of what was not synced", async () => {
  for (const sleep of [sleepForever, sleepAtOnce]) {
    const plan = { ...PLAN, sleep };
    const operations = await countOperations(plan);
    for (let cut = 1; cut <= operations; cut++) {
      for (let seed = 1; seed <= 8; seed++) {
        const random = seeded(cut * 100 + seed);
        const world = newWorld(plan);
        const cuts = [seed % 2 ? cut : Infinity, cut];
        await runToTheEnd(world, cuts, () => world.files.powerCut(random));
        await assertOutcome(world);
      }
    }
  }
});

Deno.test("a power cut while spans settle during a sync loses no row", async () => {
  const plan = { ...PLAN, rows: [60], spanRows: 1, inFlight: 3, stops: [], sleep: sleepAtOnce };
  const world = newWorld(plan);
  await runProcess(world, 0);
  const operations = world.files.operations.length;
  for (let cut = 1; cut <= operations; cut++) {
    for (let seed = 1; seed <= 4; seed++) {
      const random = seeded(cut * 100 + seed);
      const world = newWorld(plan);
      await runToTheEnd(world, [cut], () => world.files.powerCut(random));
      await assertOutcome(world);
    }
  }
});

Deno.test("a power cut after a stop costs nothing", async () => {
  for (let seed = 1; seed <= 50; seed++) {
    const world = newWorld(PLAN);
    await runProcess(world, 0);
    world.files.kill();
    world.files.powerCut(seeded(seed));
    await runToTheEnd(world, []);
    await assertOutcome(world);
    assertEquals([...world.repeated], []);
  }
});

Deno.test("any sequence of stops, kills, power cuts, resumes and appended rows ends as one undisturbed run", async () => {
  const plan = fc.record({
    sleep: fc.constantFrom(sleepForever, sleepAtOnce),
    rows: fc.array(fc.nat(12), { minLength: 1, maxLength: 4 }).map((appended) => {
      let rows = 6;
      return appended.map((more) => rows += more);
    }),
    spanRows: fc.integer({ min: 1, max: 4 }),
    inFlight: fc.integer({ min: 1, max: 4 }),
    stops: fc.array(fc.nat(6), { maxLength: 3 }),
    rejectedFolder: fc.constantFrom(null, "/failed"),
  });
  const kills = fc.array(fc.integer({ min: 1, max: 120 }), { maxLength: 4 });
  const powerSeed = fc.option(fc.nat());
  await holds(
    fc.asyncProperty(plan, kills, powerSeed, async (plan, kills, powerSeed) => {
      const world = newWorld(plan);
      const random = seeded(powerSeed ?? 0);
      await runToTheEnd(world, kills, () => {
        if (powerSeed !== null) world.files.powerCut(random);
      });
      await assertOutcome(world);
      if (powerSeed === null) assertEquals([...world.repeated], []);
    }),
    300,
  );
});

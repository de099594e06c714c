/** Several runs in one process: nothing of one reaches another but what they are meant to share. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";

import { prepareCall } from "../../src/cli/command.ts";
import { importFile } from "../../src/jobs/import.ts";
import { validateFile } from "../../src/jobs/validate.ts";
import { Accounts, type JobSetup } from "../../src/jobs/setup.ts";
import { createLog } from "../../src/log.ts";
import { RunInProgressError } from "../../src/model/errors.ts";
import type { RunEvent } from "../../src/model/run_events.ts";
import { logEvents } from "../../src/report/event_log.ts";
import { fakeStderr } from "../support/logged.ts";
import { standIn, waitingApi } from "../support/stand_in.ts";
import { Workdir } from "../support/workdir.ts";

const CUSTOMERS = "Name,Age,Cookie,Banner_id\n" +
  Array.from({ length: 40 }, (_, row) => `Ann Lee,30,c${row},1\n`).join("");

/** A job as a door starts it, with everything that it is told and tells. */
async function job(
  dir: Workdir,
  accounts: Accounts,
  env: Record<string, string>,
  flags: Record<string, string> = {},
) {
  const { io } = dir.outside({ env });
  const stderr = fakeStderr();
  const log = await createLog(stderr.io, { level: "DEBUG", format: "text" });
  const events: RunEvent[] = [];
  const write = logEvents(log, 0);
  const [stop, kill] = [new AbortController(), new AbortController()];
  const call = { io, args: [], flags: { to: "showads", ...flags } };
  const setup: JobSetup = {
    ...await prepareCall("import", call),
    signals: { stop: stop.signal, kill: kill.signal, signal: null },
    log,
    observer: (event) => {
      events.push(event);
      write(event);
    },
    accounts,
    questions: null,
  };
  return { setup, log, events, stop, text: stderr.text };
}

Deno.test("of three imports at once, to two targets and of one file twice, two complete", async () => {
  await using dir = await Workdir.make();
  for (const name of ["one.csv", "other.csv"]) await dir.write(name, CUSTOMERS);
  const { api, arrived, go } = await waitingApi();
  await using _api = api;
  await using elsewhere = await standIn("showads");
  const accounts = new Accounts();
  const [first, second, third] = [
    await job(dir, accounts, { ...api.env, PROJECT_KEY: "s3cret-of-one" }),
    await job(dir, accounts, { ...elsewhere.env, PROJECT_KEY: "s3cret-of-other" }),
    await job(dir, accounts, { ...api.env, PROJECT_KEY: "s3cret-of-one" }),
  ];
  const running = importFile(first.setup, "one.csv");
  await arrived.promise;
  const results = [
    await importFile(second.setup, "other.csv"),
    await assertRejects(() => importFile(third.setup, "one.csv"), RunInProgressError).then(() =>
      null
    ),
  ];
  // The others have ended, and the first one's log and secrets are its own still.
  first.log.of("test").info("the key is s3cret-of-one");
  go.resolve();
  results.unshift(await running);

  assertEquals(results.map((result) => result && [result.stop, result.rows.accepted]), [
    [null, 40],
    [null, 40],
    null,
  ]);
  assertEquals([api.received.rows, elsewhere.received.rows], [40, 40]);
  assertStringIncludes(first.text(), "the key is [redacted]");
  assertStringIncludes(first.text(), "one.csv");
  assert(!first.text().includes("other.csv") && !second.text().includes("one.csv"));
  assertEquals(third.events, []);
  for (const { events } of [first, second]) {
    assertEquals([events[0]?.kind, events.at(-1)?.kind], ["started", "ended"]);
  }
});

Deno.test("a run that is stopped leaves another one to the same account alone", async () => {
  await using dir = await Workdir.make();
  for (const name of ["one.csv", "other.csv"]) await dir.write(name, CUSTOMERS);
  const { api, arrived, go } = await waitingApi();
  await using _api = api;
  const accounts = new Accounts();
  const first = await job(dir, accounts, api.env, { batchSize: "1", concurrency: "1" });
  const second = await job(dir, accounts, api.env);
  const running = importFile(first.setup, "one.csv");
  await arrived.promise;
  const other = importFile(second.setup, "other.csv");
  first.stop.abort();
  go.resolve();
  const [stopped, completed] = [await running, await other];
  assertEquals([stopped.stop?.code, completed.stop], ["signal", null]);
  assertEquals(completed.rows.accepted, 40);
  assertEquals(first.events.filter(({ kind }) => kind === "stopping").length, 1);
  assertEquals(second.events.filter(({ kind }) => kind === "stopping"), []);
});

Deno.test("runs to one account keep to its rate together, and log in once", async () => {
  await using dir = await Workdir.make();
  for (const name of ["one.csv", "other.csv"]) await dir.write(name, CUSTOMERS);
  let logins = 0;
  const starts: number[] = [];
  let now = 0;
  await using api = await standIn("showads", {
    onRequest: ({ path }) => {
      if (path === "/auth") logins++;
    },
  });
  const accounts = new Accounts();
  const jobs = [];
  for (const _ of [1, 2]) {
    const one = await job(dir, accounts, api.env, { batchSize: "10", rate: "10" });
    const io = {
      ...one.setup.io,
      monotonic: () => now,
      // Time passes only while somebody waits for it.
      sleep: async (ms: number) => {
        const until = now + ms;
        await new Promise((resolve) => setTimeout(resolve, 1));
        now = Math.max(now, until);
      },
    };
    const observer = ({ kind }: RunEvent) => {
      if (kind === "sent") starts.push(now);
    };
    jobs.push({ ...one.setup, io, observer });
  }
  const [one, other] = jobs;
  assert(one && other);
  await Promise.all([importFile(one, "one.csv"), importFile(other, "other.csv")]);
  assertEquals([logins, api.received.rows], [1, 80]);
  // Eight requests of ten rows, at ten rows a second.
  assertEquals(starts.length, 8);
  assert(
    starts.every((at, index) => index === 0 || at - (starts[index - 1] ?? 0) >= 1000),
    `${starts}`,
  );
});

/** Counts the listeners that a signal has. */
function countListeners(signal: AbortSignal): () => number {
  let count = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: unknown[]) => {
    count++;
    Reflect.apply(addEventListener, signal, args);
  };
  signal.removeEventListener = (...args: unknown[]) => {
    count--;
    Reflect.apply(removeEventListener, signal, args);
  };
  return () => count;
}

Deno.test("signals that outlive a run or a check keep nothing of it in memory", async () => {
  await using dir = await Workdir.make();
  await dir.write("people.csv", CUSTOMERS);
  await using api = await standIn("showads");
  const { setup } = await job(dir, new Accounts(), api.env);
  const listeners = [setup.signals.stop, setup.signals.kill].map(countListeners);
  await importFile(setup, "people.csv");
  await validateFile(setup, "people.csv");
  assertEquals(listeners.map((count) => count()), [0, 0]);
});

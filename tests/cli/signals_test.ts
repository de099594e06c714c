import { assertEquals } from "@std/assert";

import type { StopSignal } from "../../src/io.ts";
import { watchSignals } from "../../src/cli/signals.ts";

/** An outside in which waits end when the test says so. */
function rig() {
  const waits: { readonly ms: number; readonly end: () => void }[] = [];
  const aborted: number[] = [];
  let send = (_signal: StopSignal) => {};
  const control = watchSignals({
    onStopSignal(handler) {
      send = handler;
    },
    sleep: (ms) => new Promise((end) => waits.push({ ms, end })),
    abort: ((code: number) => aborted.push(code)) as unknown as (code: number) => never,
  }, 10_000);
  const endWait = async (index: number) => {
    waits[index]?.end();
    await new Promise((resolve) => setTimeout(resolve, 0));
  };
  return { control, waits, aborted, endWait, send: (signal: StopSignal) => send(signal) };
}

Deno.test("the first signal asks to stop, and gives up what is in flight when the grace is over", async () => {
  const { control, waits, aborted, endWait, send } = rig();
  send("SIGTERM");
  assertEquals([control.signal, control.stop.aborted, control.kill.aborted], [
    "SIGTERM",
    true,
    false,
  ]);
  assertEquals(waits.map(({ ms }) => ms), [10_000]);
  await endWait(0);
  assertEquals([control.kill.aborted, aborted], [true, []]);
});

Deno.test("the second signal gives up at once, and ends the program if recording takes too long", async () => {
  const { control, waits, aborted, endWait, send } = rig();
  send("SIGTERM");
  send("SIGTERM");
  assertEquals([control.kill.aborted, aborted], [true, []]);
  assertEquals(waits.map(({ ms }) => ms), [10_000, 2_000]);
  await endWait(1);
  assertEquals(aborted, [143]);
});

Deno.test("the third signal ends the program, and what was disposed of ends nothing", async () => {
  const first = rig();
  for (const signal of ["SIGINT", "SIGINT", "SIGINT"] as const) first.send(signal);
  assertEquals(first.aborted, [130]);
  const second = rig();
  second.send("SIGINT");
  second.send("SIGINT");
  second.control.dispose();
  await second.endWait(1);
  assertEquals(second.aborted, []);
});

Deno.test("after the end only a third signal does anything, so that nothing can keep the program", () => {
  const { control, aborted, send } = rig();
  control.dispose();
  send("SIGTERM");
  send("SIGHUP");
  assertEquals([control.stop.aborted, aborted], [false, []]);
  send("SIGHUP");
  assertEquals(aborted, [129]);
});

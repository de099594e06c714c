import { assertEquals } from "@std/assert";
import { TimeSheet } from "../../src/delivery/time_sheet.ts";

function sheet() {
  const clock = { ms: 100 };
  return { clock, sheet: new TimeSheet(() => clock.ms) };
}

Deno.test("time goes to what the request that is furthest on does", () => {
  const { clock, sheet: time } = sheet();
  time.begin("held");
  clock.ms += 10;
  time.begin("sending");
  clock.ms += 20;
  time.end("held");
  clock.ms += 30;
  time.end("sending");
  clock.ms += 5; // Nobody does anything but read.
  time.begin("disk");
  clock.ms += 2;
  time.end("disk");
  assertEquals(time.totals(), { sending: 50, paused: 0, backingOff: 0, held: 10, disk: 2 });
});

Deno.test("of two requests in flight the first answer ends nothing", () => {
  const { clock, sheet: time } = sheet();
  time.begin("sending");
  time.begin("sending");
  clock.ms += 4;
  time.end("sending");
  clock.ms += 6;
  assertEquals(time.totals().sending, 10);
});

Deno.test("work that fails ends its activity too", async () => {
  const { clock, sheet: time } = sheet();
  const failed = time.during("backingOff", () => {
    clock.ms += 7;
    return Promise.reject(new Error("no"));
  });
  await failed.catch(() => {});
  clock.ms += 9;
  assertEquals(time.totals().backingOff, 7);
});

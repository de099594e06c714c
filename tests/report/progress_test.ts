import { assert, assertEquals } from "@std/assert";
import type { Output } from "../../src/io.ts";
import {
  Progress,
  progressMode,
  type ProgressState,
  progressText,
} from "../../src/report/progress.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { StatusLine } from "../../src/report/status_line.ts";

/** A terminal that remembers what is written, and a clock that is set by hand. */
function terminal(columns = 80) {
  const writes: string[] = [];
  const output: Output = { isTerminal: true, columns, write: (text) => void writes.push(text) };
  const time = new FakeClock();
  const clock = {
    monotonic: time.monotonic,
    startTimer: time.startTimer,
    get ms() {
      return time.monotonic();
    },
    set ms(ms) {
      time.advance(ms - time.monotonic());
    },
  };
  clock.ms = 5000;
  return { line: new StatusLine(output), writes, clock };
}

const START: ProgressState = {
  rows: 0,
  rejected: 0,
  offset: 0,
  size: 1_000_000,
  inFlight: 0,
  retried: 0,
};

/** As a run begins whose source has so many bytes. */
function begin(progress: Progress, size = 1_000_000) {
  progress.observe({
    kind: "started",
    command: "import",
    source: "rows.csv",
    destination: "mparticle",
    target: "mparticle",
    runId: null,
    resumed: false,
    rows: 0,
    offset: 0,
    size,
  });
}

const HALFWAY: ProgressState = {
  rows: 12_400,
  rejected: 6,
  offset: 500_000,
  size: 1_000_000,
  inFlight: 4,
  retried: 2,
};

const ERASE = "\r\x1b[2K";

Deno.test("the progress line has rows, share, rate, time left and what is going on", () => {
  assertEquals(
    progressText(HALFWAY, START, 8000),
    "12,400 rows · 50 % · 1,550 rows/s · 8.0 s left · 4 in flight · 2 retried · 6 rejected",
  );
});

Deno.test("the progress line leaves out what is unknown or nothing", () => {
  const state = { ...HALFWAY, size: null, inFlight: 0, retried: 0, rejected: 0 };
  assertEquals(progressText(state, START, 8000), "12,400 rows · 1,550 rows/s");
});

Deno.test("the rate of a resumed run counts only what this part did", () => {
  const begin = { rows: 12_000, offset: 480_000 };
  assertEquals(
    progressText({ ...HALFWAY, inFlight: 0, retried: 0, rejected: 0 }, begin, 2000),
    "12,400 rows · 50 % · 200 rows/s · 50.0 s left",
  );
});

Deno.test("the live line is redrawn ten times a second at most", () => {
  const { line, writes, clock } = terminal();
  const progress = new Progress(line, "live", clock, 10_000);
  begin(progress);
  for (let ms = 0; ms < 1000; ms++) {
    progress.observe({ kind: "settled", counts: null, ...HALFWAY, rows: ms });
    clock.ms++;
  }
  assertEquals(writes.length, 9);
  progress.finish();
  assertEquals(writes.at(-1), ERASE);
});

Deno.test("a run that is over at once draws nothing", () => {
  const { line, writes, clock } = terminal();
  const progress = new Progress(line, "live", clock, 10_000);
  begin(progress);
  progress.observe({ kind: "settled", counts: null, ...HALFWAY });
  progress.finish();
  assertEquals(writes, []);
});

Deno.test("the live line is shorter than the terminal, so that it never wraps", () => {
  const { line, writes, clock } = terminal(20);
  const progress = new Progress(line, "live", clock, 10_000);
  begin(progress);
  clock.ms += 8000;
  progress.observe({ kind: "settled", counts: null, ...HALFWAY });
  assertEquals(writes, [`${ERASE}12,400 rows · 50 %…`]);
});

Deno.test("plain progress is a line every ten seconds, and one at the end", () => {
  const { line, writes, clock } = terminal();
  const progress = new Progress(line, "plain", clock, 10_000);
  begin(progress);
  for (let second = 0; second <= 25; second++) {
    progress.observe({ kind: "settled", counts: null, ...START, rows: second * 100 });
    clock.ms += 1000;
  }
  progress.finish();
  assertEquals(writes, [
    "1,000 rows · 0 % · 100 rows/s\n",
    "2,000 rows · 0 % · 100 rows/s\n",
    "2,500 rows · 0 % · 96.2 rows/s\n",
  ]);
});

Deno.test("progress that is off writes nothing", () => {
  const { line, writes, clock } = terminal();
  const progress = new Progress(line, "off", clock, 10_000);
  begin(progress);
  clock.ms += 60_000;
  progress.observe({ kind: "settled", counts: null, ...HALFWAY });
  progress.finish();
  assertEquals(writes, []);
});

Deno.test("progress is live at a terminal, plain where it is asked for, else off", () => {
  assertEquals(progressMode({ isTerminal: true, verbose: false, off: false }), "live");
  assertEquals(progressMode({ isTerminal: true, verbose: true, off: true }), "off");
  assertEquals(progressMode({ isTerminal: false, verbose: true, off: false }), "plain");
  assertEquals(progressMode({ isTerminal: false, verbose: false, off: false }), "off");
});

Deno.test("a log line appears above the status, which is drawn again", () => {
  const { line, writes } = terminal();
  line.write("before\n");
  line.status("50 %");
  line.write("a warning\n");
  line.status("60 %");
  line.status("60 %");
  line.status("");
  line.write("after\n");
  assertEquals(writes, [
    "before\n",
    `${ERASE}50 %`,
    `${ERASE}a warning\n50 %`,
    `${ERASE}60 %`,
    ERASE,
    "after\n",
  ]);
});

Deno.test("text without a line end is not drawn over", () => {
  const { line, writes } = terminal();
  line.status("50 %");
  line.write("Go on? ");
  line.write("yes\n");
  assertEquals(writes.slice(1), [`${ERASE}Go on? `, "yes\n"]);
});

Deno.test("the status line is as wide and as much of a terminal as its output", () => {
  const { line } = terminal(33);
  assertEquals(line.columns, 33);
  assert(line.isTerminal);
});

Deno.test("once a signal came, the live line counts down what is waited for, second by second", () => {
  const { line, writes, clock } = terminal();
  const progress = new Progress(line, "live", clock, 3_000);
  begin(progress);
  progress.observe({
    kind: "stopping",
    cause: "signal",
    inFlight: 2,
    rowsInFlight: 200,
    dropsRepeats: "rows",
  });
  clock.ms += 1_500;
  const settled = { rows: 100, rejected: 0, counts: null, offset: 1, retried: 0 };
  progress.observe({ kind: "settled", ...settled, inFlight: 1 });
  clock.ms += 5_000;
  progress.finish();
  clock.ms += 5_000;
  assertEquals(writes.map((text) => text.replace(ERASE, "")), [
    "Waits for 2 requests in flight · 3 s left",
    "Waits for 2 requests in flight · 2 s left",
    "Waits for 1 request in flight · 1 s left",
    "Giving up",
    "",
  ]);
});

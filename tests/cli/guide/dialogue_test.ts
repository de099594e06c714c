/**
 * A night at a terminal from start to end, as it reads: the guide, a check, a rehearsal, a failure,
 * mending and resuming. What the person sees stands in `dialogue.txt`; `UPDATE=1` writes it anew.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { run } from "../../../src/cli/run.ts";
import type { Io, PromptOption } from "../../../src/io.ts";
import { systemIo } from "../../../src/system_io.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { standIn } from "../../support/stand_in.ts";
import { filesIn, Workdir } from "../../support/workdir.ts";

const RECORDED = new URL("dialogue.txt", import.meta.url);

/** How long the journal lets rows wait for a sync. */
const SYNC_AFTER_MS = 200;

/** What the person does at a question: chooses the option that begins so, or says yes or no. */
type Answer = string | boolean | { readonly first: () => Promise<void>; readonly then: string };

/** Two in the morning of 28 November 2026, by whichever clock this machine goes. */
const NIGHT = new Date(2026, 10, 28, 2).getTime();

const ERASE = "\r\x1b[2K";

/** A terminal whose lines are kept; of the line that is redrawn, what it says anew. */
class Recorder {
  text = "";
  #status = "";
  #shape = "";

  readonly write = (text: string): void => {
    if (!text.startsWith(ERASE)) return void (this.text += text);
    const drawn = text.slice(ERASE.length);
    const above = drawn.slice(0, drawn.lastIndexOf("\n") + 1);
    const status = drawn.slice(above.length);
    // Numbers change all the time; what else changes is told, and what it says after a line of the log.
    const shape = above === "" ? status.replaceAll(/\d+/g, "0") : "";
    if (above !== "") this.text += above;
    else if (status !== "" && shape !== this.#shape) this.text += `~ ${status}\n`;
    if (status !== this.#status || above !== "") this.#shape = shape;
    this.#status = status;
  };

  question(message: string, options: readonly string[], chosen: string): void {
    const lines = options.map((label) => `${label === chosen ? "  ›" : "   "} ${label}\n`);
    this.text += `\n? ${message}\n${lines.join("")}`;
  }
}

/** The outside of a person who gives these answers, one after the other. */
function outside(dir: Workdir, script: Answer[], recorder: Recorder): Io {
  const real = systemIo();
  const clock = new FakeClock();
  const now = () => NIGHT + clock.monotonic();
  const terminal = { isTerminal: true, columns: 80, write: recorder.write };
  const files = filesIn(dir.path, real.files);
  /** When files were written, by the night's clock. */
  const written = new Map([["policies.csv", NIGHT - 3_600_000]]);
  let bytes = 0;
  const answer = async () => {
    const next = script.shift();
    if (next === undefined) throw new Error(`an unexpected question:\n${recorder.text}`);
    if (typeof next !== "object") return next;
    await next.first();
    written.set("rejected.csv", now());
    return next.then;
  };
  return {
    ...real,
    stdin: { isTerminal: true, readable: new Blob([]).stream() },
    stdout: terminal,
    stderr: terminal,
    flush: () => Promise.resolve(),
    files: {
      ...files,
      stat: async (path) => {
        const name = path.replace(/.*\//, "");
        return { ...await files.stat(path), modifiedAt: written.get(name) ?? NIGHT };
      },
    },
    prompts: {
      select: async (message: string, options: readonly PromptOption[]) => {
        const wanted = await answer();
        const chosen = options.find(({ label }) => label.startsWith(String(wanted)));
        if (!chosen) throw new Error(`no option ${wanted}:\n${recorder.text}\n${message}`);
        recorder.question(message, options.map(({ label }) => label), chosen.label);
        return chosen.value;
      },
      confirm: async (message) => {
        const yes = await answer();
        recorder.question(message, ["yes", "no"], yes === true ? "yes" : "no");
        return yes === true;
      },
    },
    env: () => ({ NO_COLOR: "1", XDG_STATE_HOME: dir.file("state") }),
    cwd: () => dir.path,
    now,
    monotonic: clock.monotonic,
    startTimer: clock.startTimer,
    sleep: async (ms, signal) => {
      await real.sleep(0, signal);
      // The only worker waits, and so nothing else goes on; but for syncs, for which nobody waits.
      if (!signal?.aborted && ms !== SYNC_AFTER_MS) clock.advance(ms);
    },
    random: () => 0.5,
    randomBytes: (length) => new Uint8Array(length).fill(++bytes),
    onStopSignal: () => {},
    abort: (code) => {
      throw new Error(`the program aborted with code ${code}`);
    },
  };
}

/** Without what differs from machine to machine. */
function settled(text: string): string {
  const runs = [...new Set(text.match(/\d{8}T\d{6}Z-[0-9a-f]{4}/g))];
  return runs.reduce(
    (text, run, at) => text.replaceAll(run, `20261128T02000${at}Z-0000`),
    text.replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:8080"),
  );
}

Deno.test("a night at the terminal reads well from its guide to its last mended row", async () => {
  await using dir = await Workdir.make();
  const example = await Deno.readTextFile(
    new URL("../../../examples/policies-with-errors.csv", import.meta.url),
  );
  // The header and twelve rows, of which two can't be sent.
  await dir.write("policies.csv", example.split("\n").slice(0, 17).join("\n") + "\n");
  // Behind the first request, the API is down until somebody resumes.
  let requests = 0;
  let isMended = false;
  await using api = await standIn("mparticle", {
    onRequest: () => ++requests > 1 && !isMended ? { status: 503 } : undefined,
  });
  const variables = {
    ...api.env,
    MPARTICLE_ENVIRONMENT: "production",
    MPARTICLE_IMPORT_BATCH_SIZE: "4",
    ROWFERRY_CONCURRENCY: "1",
    ROWFERRY_RETRY_FOR: "20s",
  };
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  await dir.write(".env", lines.join(""));

  const rejected = async () => {
    const [path = ""] = (await dir.tree("log")).filter((path) => path.endsWith("rejected.csv"))
      .filter((path) => !path.includes("sandbox")).slice(-1);
    return `log/${path}`;
  };
  const recorder = new Recorder();
  const script: Answer[] = [
    "policies.csv",
    "Check",
    "Rehearse",
    "Import",
    true,
    {
      first: () => {
        isMended = true;
        return Promise.resolve();
      },
      then: "Resume",
    },
    true,
    "Mend",
    {
      first: async () => {
        const path = await rejected();
        const text = await dir.read(path);
        await dir.write(
          path,
          text.replace("25/12/2024", "2024-12-25").replace("(at)", "@"),
        );
      },
      then: "They are mended",
    },
    true,
  ];
  const code = await run([], outside(dir, script, recorder));
  const text = settled(recorder.text.replaceAll(dir.path, "/home/ann/imports"));
  if (Deno.env.get("UPDATE")) await Deno.writeTextFile(RECORDED, text);
  assertEquals(text, await Deno.readTextFile(RECORDED));
  assertEquals([code, script.length], [0, 0]);
  assertEquals(api.received.rows, 12);
});

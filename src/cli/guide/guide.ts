/**
 * Leads a person at a terminal: from unfinished runs and the files that lie about, by way of a check and
 * a rehearsal, to an import. It only asks and then calls commands, which it shows.
 *
 * @module
 */

import type { Environment } from "../../config/environment.ts";
import type { Io } from "../../io.ts";
import { type FoundFile, lookAround, type RowsToMend } from "../../jobs/look_around.ts";
import { CancelledError, type StopSignal } from "../../model/errors.ts";
import { shellWord } from "../../report/format.ts";
import { printable } from "../../text/printable.ts";
import { prepareCall } from "../command.ts";
import { EXIT } from "../exit_code.ts";
import { type Ask, askForDestination, impliedDestination, nothingToDo } from "./asking.ts";
import {
  goesToPeople,
  labelsOf,
  mendMessage,
  type Offer,
  offersOf,
  resumeQuestion,
  STEP_LABELS,
  stepsAfter,
  type StepsTaken,
} from "./offers.ts";

/** Carries out a command as if it had been typed, and says with which code it ends. */
export type Perform = (args: readonly string[], io: Io) => Promise<number>;

/** Where the guide sits, and whom it asks. */
interface Desk {
  readonly io: Io;
  readonly environment: Environment;
  readonly logDir: string;
  /** Where rows go by the settings; null where these name none, or several. */
  readonly destination: string | null;
  readonly ask: Ask;
  /** Yes or no, which is what Enter means. @throws {CancelledError} when the person leaves. */
  confirm(message: string): Promise<boolean>;
  /** Shows a command, and carries it out; null where the person says no to what it asks. */
  perform(args: readonly string[]): Promise<number | null>;
}

/**
 * Guides until there is nothing left to do, or the person leaves.
 *
 * @returns the exit code of the last command.
 * @throws {UsageError} when nothing lies about that could be done.
 * @throws {CancelledError} when the person leaves with Ctrl-C, or a signal comes.
 */
export async function guide(io: Io, perform: Perform): Promise<number> {
  const desk = await takeDesk(io, perform);
  let code: number = EXIT.done;
  while (true) {
    const offers = offersOf(await lookAround(io, desk.logDir));
    if (offers.length === 1) throw nothingToDo(desk.logDir);
    const labels = labelsOf(offers).map((label, at) => ({ value: String(at), label }));
    const offer = offers[Number(await desk.ask("What next?", labels))];
    if (!offer || offer.kind === "leave") return code;
    const done = await carryOut(desk, offer);
    code = done ?? code;
    if (done === EXIT.done || code > FIRST_SIGNAL) return code;
  }
}

/** Does what was chosen; null where nothing came of it. */
async function carryOut(
  desk: Desk,
  offer: Exclude<Offer, { kind: "leave" }>,
): Promise<number | null> {
  switch (offer.kind) {
    case "resume": {
      const { run } = offer;
      if (goesToPeople(run) && !await desk.confirm(resumeQuestion(run))) return null;
      return await desk.perform(["resume", run.folder]);
    }
    case "mend":
      return await mend(desk, offer.rows);
    case "file":
      return await takeSteps(desk, offer.file);
  }
}

/** Exit codes beyond this are those of processes that a signal stopped. */
const FIRST_SIGNAL = 128;

async function takeDesk(io: Io, perform: Perform): Promise<Desk> {
  const { environment, settings: { logDir } } = await prepareCall("import", {
    io,
    args: [],
    flags: {},
  });
  const stop = new AbortController();
  let signal: StopSignal = "SIGINT";
  const no = watchForNo(io);
  // Jobs listen for themselves; this is for the questions between them.
  io.onStopSignal((received) => {
    signal = received;
    stop.abort();
  });
  const orLeft = <Answer>(answer: Answer | null): Answer => {
    if (answer === null) throw new CancelledError("Left: nothing more was sent", signal);
    return answer;
  };
  return {
    io,
    environment,
    logDir,
    destination: impliedDestination(io, environment),
    ask: async (message, options) => orLeft(await io.prompts.select(message, options, stop.signal)),
    confirm: async (message) => orLeft(await io.prompts.confirm(message, stop.signal)),
    async perform(args) {
      const words = ["rowferry", ...args].map((word) => printable(shellWord(word)));
      io.stderr.write(`\n$ ${words.join(" ")}\n\n`);
      const code = await perform(args, no.io);
      return no.wasSaid() ? null : code;
    },
  };
}

/** An outside whose last question tells whether the answer to it was no: nobody is to be led away for it. */
function watchForNo(io: Io): { readonly io: Io; wasSaid(): boolean } {
  let isNo = false;
  const prompts: Io["prompts"] = {
    async select(...question) {
      const answer = await io.prompts.select(...question);
      isNo = answer === "cancel";
      return answer;
    },
    async confirm(...question) {
      const answer = await io.prompts.confirm(...question);
      isNo = answer === false;
      return answer;
    },
  };
  const wasSaid = () => {
    const said = isNo;
    isNo = false;
    return said;
  };
  return { io: { ...io, prompts }, wasSaid };
}

/** Waits for rejected rows to be mended; null where they are not. */
async function mend(desk: Desk, rows: RowsToMend): Promise<number | null> {
  const options = [
    { value: "import", label: "They are mended: import them" },
    { value: "later", label: "Not yet" },
  ];
  const answer = await desk.ask(
    mendMessage(rows),
    // What nobody touched would be rejected once more.
    rows.isTouched ? options : options.toReversed(),
  );
  return answer === "import" ? await desk.perform(["import", rows.path]) : null;
}

/** Goes a file's way; null where the person turns back before it is imported. */
async function takeSteps(desk: Desk, { path }: FoundFile): Promise<number | null> {
  const destination = desk.destination ?? await askForDestination(desk, path);
  let how = ["--to", destination];
  let taken: StepsTaken = { check: null, rehearsal: null };
  while (true) {
    const options = stepsAfter(taken).map((step) => ({ value: step, label: STEP_LABELS[step] }));
    let code: number | null;
    switch (await desk.ask(printable(`${path} to ${destination}`), options)) {
      case "check":
        code = await desk.perform(["validate", path, ...how]);
        taken = { check: code, rehearsal: null };
        break;
      case "rehearse":
        code = await desk.perform(["import", path, ...how, "--sandbox"]);
        taken = { check: taken.check ?? code, rehearsal: code };
        break;
      case "make-mapping": {
        const mapping = `${path.replace(/\.[^/]*$/, "")}.${destination}.yaml`;
        code = await desk.perform(["init", path, "--to", destination, "--output", mapping]);
        if (code === EXIT.done) how = ["--mapping", mapping];
        break;
      }
      case "import":
        return await desk.perform(["import", path, ...how]);
      default:
        return null;
    }
    if (code !== null && code > FIRST_SIGNAL) return code;
  }
}

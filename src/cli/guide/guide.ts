/**
 * Leads a person at a terminal: from unfinished runs and the files that lie about, by way of a check and
 * a rehearsal, to an import. It only asks and then calls commands, which it shows.
 *
 * @module
 */

import { credentialHelp } from "../../config/destinations.ts";
import type { Environment } from "../../config/environment.ts";
import type { Io, PromptOption } from "../../io.ts";
import { configuredDestinations } from "../../jobs/infer_destination.ts";
import { type FoundFile, lookAround, type RowsToMend } from "../../jobs/look_around.ts";
import { CancelledError, type StopSignal, UsageError } from "../../model/errors.ts";
import { inferredSentence } from "../../report/event_log.ts";
import { shellWord, wrap } from "../../report/format.ts";
import { printable } from "../../text/printable.ts";
import { prepareCall } from "../command.ts";
import { EXIT } from "../exit_code.ts";
import {
  fileLabels,
  labelsOf,
  mendMessage,
  offersOf,
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
  /** The chosen one's value. @throws {CancelledError} when the person leaves. */
  ask(message: string, options: readonly PromptOption[]): Promise<string>;
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
    const labels = labelsOf(offers);
    const answer = await desk.ask(
      "What next?",
      labels.map((label, at) => ({ value: String(at), label })),
    );
    const offer = offers[Number(answer)];
    if (!offer || offer.kind === "leave") return code;
    const done = offer.kind === "resume"
      ? await desk.perform(["resume", offer.run.folder])
      : offer.kind === "mend"
      ? await mend(desk, offer.rows)
      : await takeSteps(desk, offer.file);
    code = done ?? code;
    if (done === EXIT.done || code > FIRST_SIGNAL) return code;
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
  return {
    io,
    environment,
    logDir,
    destination: impliedDestination(io, environment),
    async ask(message, options) {
      const answer = await io.prompts.select(message, options, stop.signal);
      if (answer === null) throw new CancelledError("Left: nothing more was sent", signal);
      return answer;
    },
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

function nothingToDo(logDir: string): UsageError {
  return new UsageError(
    `There is nothing to go on with: no CSV file or workbook lies here or in data, and no run in ` +
      `${logDir} is unfinished. Name a file: rowferry validate path/to/file.csv --to <destination>`,
  );
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

/** The one destination that has settings, which is said; null where there is none, or several. */
function impliedDestination(io: Pick<Io, "stderr">, environment: Environment): string | null {
  const [only, ...others] = configuredDestinations(environment);
  if (!only || others.length > 0) return null;
  const { name: destination, variables, origin } = only;
  const sentence = inferredSentence({ kind: "inferred", destination, variables, origin });
  io.stderr.write(`${wrap(sentence)}\n`);
  return destination;
}

/** Where a file's rows go, as the person says. */
async function askForDestination(
  { environment, ask }: Pick<Desk, "environment" | "ask">,
  path: string,
): Promise<string> {
  const configured = configuredDestinations(environment);
  const options = configured.length > 0
    ? configured.map(({ name, title, origin }) => ({ name, why: `${title}, by ${origin}` }))
    : credentialHelp.map(([name, needs]) => ({ name, why: `needs ${needs}` }));
  return await ask(
    printable(`Where do the rows of ${path} go?`),
    options.map(({ name, why }) => ({ value: name, label: `${name}  (${why})` })),
  );
}

/** What `import` was not told: the file, and where its rows go. */
export async function askForImport(
  io: Io,
  given: {
    readonly environment: Environment;
    readonly logDir: string;
    readonly isTargetKnown: boolean;
  },
): Promise<{ readonly file: string; readonly to: string | undefined }> {
  const ask: Desk["ask"] = async (message, options) => {
    const answer = await io.prompts.select(message, options);
    if (answer === null) throw new CancelledError();
    return answer;
  };
  const { files } = await lookAround(io, given.logDir);
  if (files.length === 0) throw nothingToDo(given.logDir);
  const labels = fileLabels(files);
  const file = await ask(
    "Which file?",
    files.map(({ path }, at) => ({ value: path, label: labels[at] ?? path })),
  );
  if (given.isTargetKnown) return { file, to: undefined };
  const { environment } = given;
  const to = impliedDestination(io, environment) ??
    await askForDestination({ environment, ask }, file);
  return { file, to };
}

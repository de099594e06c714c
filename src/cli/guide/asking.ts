/**
 * What the guide and `import` without a file ask alike: which file, and where its rows go.
 *
 * @module
 */

import { credentialHelp } from "../../config/destinations.ts";
import type { Environment } from "../../config/environment.ts";
import type { Io, PromptOption } from "../../io.ts";
import { configuredDestinations } from "../../jobs/infer_destination.ts";
import { lookAround } from "../../jobs/look_around.ts";
import { CancelledError, UsageError } from "../../model/errors.ts";
import { inferredSentence } from "../../report/event_log.ts";
import { wrap } from "../../report/format.ts";
import { printable } from "../../text/printable.ts";
import { fileLabels } from "./offers.ts";

/** Asks for one of some options. @throws {CancelledError} when the person leaves. */
export type Ask = (message: string, options: readonly PromptOption[]) => Promise<string>;

/** The error where no file lies about and nothing is unfinished. */
export function nothingToDo(logDir: string): UsageError {
  return new UsageError(
    `There is nothing to go on with: no CSV file or workbook lies here or in data, and no run in ` +
      `${logDir} is unfinished. Name a file: rowferry validate path/to/file.csv --to <destination>`,
  );
}

/** The one destination that has settings, which is said; null where there is none, or several. */
export function impliedDestination(
  io: Pick<Io, "stderr">,
  environment: Environment,
): string | null {
  const [only, ...others] = configuredDestinations(environment);
  if (!only || others.length > 0) return null;
  const { name: destination, variables, origin } = only;
  const sentence = inferredSentence({ kind: "inferred", destination, variables, origin });
  io.stderr.write(`${wrap(sentence)}\n`);
  return destination;
}

/** Where a file's rows go, as the person says. */
export async function askForDestination(
  { environment, ask }: { readonly environment: Environment; readonly ask: Ask },
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
  const ask: Ask = async (message, options) => {
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

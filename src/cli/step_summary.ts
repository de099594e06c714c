/**
 * The summary of a CI job's step: a file that its variable names, to which Markdown is added.
 *
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions#adding-a-job-summary
 * @module
 */

import type { Io } from "../io.ts";
import { describeFileError, writeAll } from "../model/file_errors.ts";

/** Adds Markdown to the step's summary, where there is one. That this fails changes nothing else. */
export async function appendStepSummary(
  io: Pick<Io, "env" | "files" | "stderr">,
  markdown: () => string | Promise<string>,
): Promise<void> {
  const path = io.env().GITHUB_STEP_SUMMARY;
  if (!path) return;
  try {
    const file = await io.files.open(path, { append: true, create: true });
    try {
      writeAll(file, new TextEncoder().encode(`${await markdown()}\n`));
    } finally {
      file.close();
    }
  } catch (error) {
    io.stderr.write(`rowferry: Cannot write to GITHUB_STEP_SUMMARY: ${describeFileError(error)}\n`);
  }
}

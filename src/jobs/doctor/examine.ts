/**
 * Examines whether an import would go well, without sending a row: settings, host, credentials, clock,
 * disk, runs, and a file where one is named.
 *
 * @module
 */

import { CancelledError } from "../../model/errors.ts";
import type { Finding } from "../../report/findings.ts";
import { type DoctorCall, Examination } from "./examination.ts";
import { examineFile } from "./file.ts";
import { examineDisk, examineRuns } from "./machine.ts";
import { examineSettings } from "./settings.ts";
import { examineTarget } from "./target.ts";

/** All that is found. What is wrong is a finding, not an error. @throws {CancelledError} after a signal. */
export async function examine(call: DoctorCall): Promise<readonly Finding[]> {
  const examination = new Examination(call);
  const read = await examineSettings(examination);
  const target = await examineTarget(examination, read);
  await examineDisk(examination, read);
  await examineRuns(examination, read, target);
  if (call.file !== undefined) await examineFile(examination, read, target, call.file);
  const { signal } = call.signals;
  if (signal) throw new CancelledError(`Stopped by ${signal}`, signal);
  return examination.findings;
}

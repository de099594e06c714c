/**
 * What an examination works with.
 *
 * @module
 */

import type { Environment } from "../../config/environment.ts";
import type { RawFlags, Resolved } from "../../config/resolve.ts";
import type { Io } from "../../io.ts";
import type { Finding, Health, Topic } from "../../report/findings.ts";
import type { StopSignals } from "../stopping.ts";

/** How things are called by the door that the examination was asked for at. */
export interface DoctorWords {
  /** An error, with what to do. */
  error(error: unknown): string;
  /** How to go on with the run in a folder. */
  resume(folder: string): string;
}

/** What is asked for. */
export interface DoctorCall {
  readonly io: Io;
  readonly flags: RawFlags;
  readonly signals: StopSignals;
  readonly words: DoctorWords;
  /** The file that is to be looked at, too. */
  readonly file: string | undefined;
}

/** An examination that goes on. */
export class Examination {
  readonly findings: Finding[] = [];

  constructor(readonly call: DoctorCall) {}

  add(topic: Topic, health: Health, text: string, todo: string | null = null): void {
    // A setting that two commands refuse is wrong once.
    if (this.findings.some((known) => known.text === text)) return;
    this.findings.push({ topic, health, text, todo });
  }

  /** What comes of work; an error of it is a problem that was found, and null. */
  async attempt<Result>(
    topic: Topic,
    work: () => Promise<Result> | Result,
  ): Promise<Result | null> {
    try {
      return await work();
    } catch (error) {
      this.add(topic, "problem", this.call.words.error(error));
      return null;
    }
  }
}

/** Settings that could be read, and where they stand. */
export interface ReadSettings extends Resolved {
  readonly environment: Environment;
}

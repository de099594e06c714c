/**
 * A night in which an import took three hours: the API asked three times to be left alone, answered
 * slowly, and the run was stopped and resumed an hour later. On a real disk, with a clock of its own.
 *
 * @module
 */

import type { HttpClient, Io } from "../../src/io.ts";
import { type Ended, signals, type Surroundings, type Workdir } from "./workdir.ts";

const MINUTE_MS = 60_000;

/** The rows of the file. */
export const NIGHT_ROWS = 3_000;

/** The journal's wait before it syncs. */
const SYNC_MS = 200;

/** Waits that are not meant to end: for a grace period, say. */
const FOREVER_MS = 3_600_000;

const ENV = {
  MPARTICLE_API_KEY: "key-of-test",
  MPARTICLE_API_SECRET: "secret-of-test",
  MPARTICLE_ENVIRONMENT: "development",
};

/** What the processes of that night left. */
export interface Night {
  readonly stopped: Ended;
  readonly resumed: Ended;
  /** The outside after it, in which commands are given the next morning. */
  readonly morning: Surroundings;
}

/** A clock that moves only by waiting, and an API that it waits for. */
export class NightWatch {
  #ms: number;
  readonly signals = signals();
  requests = 0;

  constructor(
    /** What the n-th request, from 1, is answered, after how long. */
    private readonly answer: (request: number) => { status: number; ms: number; wait?: number },
    start = Date.UTC(2026, 10, 27, 22, 0),
  ) {
    this.#ms = start;
  }

  /** So many milliseconds go by. */
  pass(ms: number): void {
    this.#ms += ms;
  }

  /** The outside of a process of that night. */
  outside(env: Record<string, string> = ENV): Surroundings {
    const io: Partial<Io> = {
      now: () => this.#ms,
      monotonic: () => this.#ms,
      sleep: (ms, signal) => this.#sleep(ms, signal),
      startTimer: () => () => {},
      nextTurn: () => Promise.resolve(),
      random: () => 0.5,
      httpClient: () => this.#client(),
      onStopSignal: this.signals.onStopSignal,
    };
    return { env, io };
  }

  #client(): HttpClient {
    return {
      fetch: async () => {
        await null;
        const { status, ms, wait } = this.answer(++this.requests);
        this.#ms += ms;
        const headers: Record<string, string> = wait === undefined
          ? {}
          : { "Retry-After": String(wait) };
        return new Response(null, { status, headers });
      },
      close() {},
    };
  }

  #sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms === SYNC_MS || ms >= FOREVER_MS) {
      return new Promise((resolve) => signal?.addEventListener("abort", () => resolve()));
    }
    this.#ms += ms;
    return Promise.resolve();
  }
}

/** The file of that night; each hundredth row has no e-mail address that could be one. */
export function nightCsv(rows = NIGHT_ROWS): string {
  const lines = Array.from(
    { length: rows },
    (_, index) =>
      `${index + 1},${index % 100 === 99 ? "not an address" : `p${index + 1}@example.com`}`,
  );
  return `customer_id,Email Address\n${lines.join("\n")}\n`;
}

/** Flags of its import. */
export const NIGHT_FLAGS = ["--mapping", "night.yaml", "--concurrency", "1", "--retry-for", "40m"];

const MAPPING = `destination: mparticle
columns:
  - from: customer_id
    to: user_identities.customer_id
  - from: Email Address
    to: user_identities.email
    type: email
`;

/** Lets the night go by in a folder. */
export async function spendNight(dir: Workdir): Promise<Night> {
  await dir.write("night.yaml", MAPPING);
  await dir.write("policies.csv", nightCsv());
  const watch = new NightWatch((request) => {
    if ([8, 9, 10].includes(request)) return { status: 429, ms: 300, wait: 600 };
    if (request === 18) watch.signals.send("SIGTERM");
    return { status: 202, ms: request < 8 ? 2_000 : 3.5 * MINUTE_MS };
  });
  const stopped = await dir.run(["import", "policies.csv", ...NIGHT_FLAGS], watch.outside());
  watch.pass(60 * MINUTE_MS);
  const resumed = await dir.run(["resume", "policies.csv"], watch.outside());
  watch.pass(5 * 60 * MINUTE_MS);
  return { stopped, resumed, morning: watch.outside() };
}

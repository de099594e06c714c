/**
 * Whether a destination can be reached and takes the credentials, found out without sending a row.
 *
 * @module
 */

import { StoppedError } from "../model/errors.ts";
import type { HttpClientOptions, Io } from "../io.ts";
import type { Destination } from "../model/destination.ts";
import { Account } from "./account.ts";
import { Admission } from "./admission.ts";
import { Credentials } from "./credentials.ts";
import { TimeSheet } from "./time_sheet.ts";
import { describeFailure, prepare, Transport } from "./transport.ts";

/** So long is anything waited for: a person does, too. In milliseconds. */
const LONGEST_MS = 10_000;

/** What reaching a host came to. */
export interface HostTrial {
  readonly status: number;
  /** How long the answer took, from the first look-up of the name. */
  readonly ms: number;
  /** How far the host's clock is ahead of this machine's, in milliseconds; null where it tells no time. */
  readonly aheadMs: number | null;
}

/** What is needed to make requests. */
type TrialIo = Pick<Io, "httpClient" | "now" | "monotonic" | "sleep" | "startTimer" | "random">;

/** How a host is reached, and for how long. */
interface TrialWay {
  readonly wire: HttpClientOptions;
  /** Ends it. */
  readonly stop: AbortSignal;
}

/**
 * Asks a host for what its address names, without credentials: whatever it answers, it was reached.
 *
 * @throws {StoppedError} saying of the host at what it failed (the name, the connection, TLS, the proxy):
 * `can't be reached (connection refused)`.
 */
export async function reachHost(io: TrialIo, url: string, way: TrialWay): Promise<HostTrial> {
  const transport = transportOf(io, way);
  try {
    const start = io.monotonic();
    const request = prepare({ method: "GET", url, headers: {} }, "");
    const result = await transport.attempt(request, false);
    if (result.kind === "failure") throw new StoppedError(describeFailure(result.failure));
    const { status, headers } = result.answer;
    const date = Date.parse(headers.get("date") ?? "");
    const ms = io.monotonic() - start;
    return { status, ms, aheadMs: Number.isFinite(date) ? date - io.now() : null };
  } finally {
    await transport.close();
  }
}

/**
 * Logs in, where the destination has a login; says whether it has one.
 *
 * @throws {StoppedError} when it is refused or can't be had.
 */
export async function tryLogin(
  io: TrialIo,
  destination: Destination,
  way: TrialWay,
): Promise<boolean> {
  if (destination.login === null) return false;
  const transport = transportOf(io, way);
  try {
    const account = new Account(io);
    const time = new TimeSheet(() => io.monotonic());
    const options = { sleepMs: 0, retryForMs: LONGEST_MS };
    const admission = new Admission(io, way.stop, account, time, options);
    const login = new Credentials(io, destination, transport, account, admission, () => {});
    await login.current();
    return true;
  } finally {
    await transport.close();
  }
}

function transportOf(io: TrialIo, { wire, stop }: TrialWay): Transport {
  return new Transport(io, { wire, timeoutMs: LONGEST_MS, kill: stop });
}

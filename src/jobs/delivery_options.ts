/**
 * How rows are delivered: settings over a destination's own limits.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { readProxies } from "../config/proxies.ts";
import type { Settings } from "../config/settings.ts";
import { pacedRequestSizes } from "../delivery/sliding_window.ts";
import type { DeliveryOptions } from "../delivery/sender.ts";
import { UsageError } from "../model/errors.ts";
import type { Destination, Limits } from "../model/destination.ts";
import type { Variables } from "../model/secret.ts";
import type { JobSetup } from "./setup.ts";
import { separateSecrets } from "./target.ts";

/** The part of the delivery's options that settings decide. */
export function deliveryOptions(
  destination: Destination,
  { settings, environment }: Pick<JobSetup, "settings" | "environment">,
): Omit<DeliveryOptions, "next" | "ack" | "stop" | "kill"> {
  return {
    destination,
    wire: {
      // What stands in for an API listens on this machine.
      proxyFor: settings.sandbox ? () => null : readProxies(environment),
      insecureHttp: settings.insecureHttp ?? false,
    },
    concurrency: settings.concurrency ?? destination.limits.concurrency,
    rate: rateOf(destination.limits, settings),
    sleepMs: settings.sleep * 1000,
    retryForMs: settings.retryFor,
    timeoutMs: settings.timeout ?? destination.limits.answerMs,
    keepGoing: settings.keepGoing ?? false,
    resendUnknown: settings.resendUnknown ?? false,
  };
}

/** What tells accounts apart: where they are, and the credentials. */
export function accountKey({ name, address }: Destination, variables: Variables): string {
  const secrets = Object.entries(separateSecrets(variables).secrets);
  const texts = secrets.map(([name, secret]) => [name, secret.reveal()]).sort();
  const words = JSON.stringify([name, address, texts]);
  return createHash("sha256").update(words).digest("hex");
}

function rateOf({ rowsPerSecond }: Limits, { rate }: Pick<Settings, "rate">): number | null {
  return rate ?? rowsPerSecond;
}

/** Limits with the rows that requests in turn are to hold. */
export type BatchedLimits = Omit<Limits, "rowsPerRequest"> & {
  readonly rowsPerRequest: readonly number[];
};

/**
 * The destination's limits with the batch size and the rate that were asked for.
 *
 * @throws {UsageError} when a person asks for more rows than the destination takes. A variable that
 * does so, from an older system's `.env`, is cut to the limit.
 */
export function limitsFor(
  { name, limits }: Destination,
  { settings, flags }: {
    readonly settings: Pick<Settings, "batchSize" | "rate" | "single">;
    readonly flags: JobSetup["flags"];
  },
): BatchedLimits {
  const { batchSize = limits.rowsPerRequest } = settings;
  const rowsPerSecond = rateOf(limits, settings);
  if (settings.single) {
    return { ...limits, rowsPerSecond, rowsPerRequest: [limits.rowsPerRequest] };
  }
  if (batchSize > limits.rowsPerRequest && flags.has("batchSize")) {
    throw new UsageError(`${name} takes at most ${limits.rowsPerRequest} rows a request`, {
      remedy: { code: "setting", setting: "batchSize", value: String(batchSize) },
    });
  }
  const most = Math.min(batchSize, limits.rowsPerRequest);
  return { ...limits, rowsPerSecond, rowsPerRequest: pacedRequestSizes(most, rowsPerSecond) };
}

/**
 * How rows are delivered: settings over a destination's own limits.
 *
 * @module
 */

import type { Settings } from "../config/settings.ts";
import type { DeliveryOptions } from "../delivery/sender.ts";
import { UsageError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Destination, Limits } from "../types.ts";
import type { RunSetup } from "./setup.ts";

const DEFAULT_RETRY_FOR_MS = 5 * 60_000;

/** The part of the delivery's options that settings decide. */
export function deliveryOptions(
  destination: Destination,
  settings: Settings,
): Omit<DeliveryOptions, "next" | "settle" | "stop" | "kill"> {
  return {
    destination,
    concurrency: settings.concurrency ?? destination.limits.concurrency,
    rate: settings.rate ?? destination.limits.rowsPerSecond,
    sleepMs: (settings.sleep ?? 0) * 1000,
    retryForMs: settings.retryFor ?? DEFAULT_RETRY_FOR_MS,
    keepGoing: settings.keepGoing ?? false,
    resendUnknown: settings.resendUnknown ?? false,
  };
}

/**
 * The destination's limits with the batch size that was asked for.
 *
 * @throws {UsageError} when a flag asks for more rows than the destination takes. A variable that
 * does so, from an older system's `.env`, is cut to the limit.
 */
export function limitsFor(
  { name, limits }: Destination,
  { settings, flags }: Pick<RunSetup, "settings" | "flags">,
  logger?: Log,
): Limits {
  const { batchSize } = settings;
  if (batchSize === undefined || settings.single) return limits;
  if (batchSize <= limits.rowsPerRequest) return { ...limits, rowsPerRequest: batchSize };
  if (flags.has("batchSize")) {
    throw new UsageError(
      `--batch-size ${batchSize}: ${name} takes at most ${limits.rowsPerRequest} rows a request`,
    );
  }
  logger?.warning("A batch size of {asked} is more than {name} takes: using {limit}", {
    asked: batchSize,
    name,
    limit: limits.rowsPerRequest,
  });
  return limits;
}

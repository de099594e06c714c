/**
 * `--dry-run`: a delivery that does everything but the POST.
 *
 * @module
 */

import type { Delivery, DeliveryOptions } from "../delivery/sender.ts";
import type { Dump } from "./dump.ts";

const NO_NUMBERS = {
  sent: 0,
  retried: 0,
  bytesSent: 0,
  inFlight: 0,
  latencyMs: null,
};

/** Words every request, dumps its body where asked to, and counts its rows as accepted. */
export function createDryDelivery(
  { next, settle, stop }: DeliveryOptions,
  dump: Dump | null,
): Delivery {
  return {
    numbers: () => NO_NUMBERS,
    async run() {
      for (let span = await next(); span; span = await next()) {
        if (stop.aborted) {
          return { stopped: { error: null, reason: "stopped by a signal" }, numbers: NO_NUMBERS };
        }
        if (span.batch) dump?.write(span.batch.body);
        await settle({ span, accepted: span.batch?.length ?? 0, refused: [], unknown: [] });
      }
      return { stopped: null, numbers: NO_NUMBERS };
    },
  };
}

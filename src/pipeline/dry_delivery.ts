/**
 * `--dry-run`: a delivery that does everything but the POST.
 *
 * @module
 */

import type { Delivery, DeliveryOptions } from "../delivery/sender.ts";
import type { Dump } from "./dump.ts";

/** What stands in a dry run's requests for a token that nobody was asked for. */
const NO_TOKEN = "dry-run";

const NO_NUMBERS = {
  sent: 0,
  retried: 0,
  bytesSent: 0,
  inFlight: 0,
  latencyMs: null,
};

/** Words every request, dumps its body where asked to, and counts its rows as accepted. */
export function createDryDelivery(
  { destination, next, settle, stop }: DeliveryOptions,
  dump: Dump | null,
): Delivery {
  return {
    numbers: () => NO_NUMBERS,
    async run() {
      for (let span = await next(); span; span = await next()) {
        if (stop.aborted) {
          return { stopped: { error: null, reason: "stopped by a signal" }, numbers: NO_NUMBERS };
        }
        if (dump && span.items.length > 0) {
          dump.write(destination.request(span.items, NO_TOKEN).body);
        }
        await settle({ span, accepted: span.items.length, refused: [], unknown: [] });
      }
      return { stopped: null, numbers: NO_NUMBERS };
    },
  };
}

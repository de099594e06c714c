/**
 * `--dry-run`: a delivery that does everything but the POST.
 *
 * @module
 */

import { unlessAborted } from "../model/abort.ts";
import type { Delivery, DeliveryEnd, DeliveryOptions } from "../delivery/sender.ts";
import { StoppedError } from "../model/errors.ts";
import type { Dump } from "./dump.ts";

const NO_NUMBERS: DeliveryEnd["numbers"] = {
  sent: 0,
  retried: 0,
  bytesSent: 0,
  inFlight: 0,
  rowsInFlight: 0,
  latencyMs: null,
  timeMs: null,
};

/** Words every request, dumps its body where asked to, and counts its rows as accepted. */
export function createDryDelivery(
  { next, ack, stop }: DeliveryOptions,
  dump: Dump | null,
): Delivery {
  return {
    numbers: () => NO_NUMBERS,
    async run() {
      const pull = () => unlessAborted(stop, next);
      try {
        for (let span = await pull(); span; span = await pull()) {
          if (span.batch) dump?.write(span.batch.body);
          await ack({ span, accepted: span.batch?.length ?? 0, refused: [], unknown: [] });
        }
      } catch (error) {
        if (!(error instanceof StoppedError)) throw error;
        return { stopped: { error, reason: error.message }, numbers: NO_NUMBERS };
      }
      const stopped = stop.aborted ? { error: null, reason: "stopped by a signal" } : null;
      return { stopped, numbers: NO_NUMBERS };
    },
  };
}

/**
 * The live numbers of a delivery: cheap to count, and read whenever somebody looks.
 *
 * @module
 */

import { TimeSheet } from "./time_sheet.ts";
import { Latencies, type LatencyPercentiles } from "../model/latencies.ts";
import type { TimeSpent } from "../model/time_spent.ts";

/** How the delivery goes, at one moment. */
export interface DeliveryNumbers {
  /** Requests made for rows, each attempt counted. */
  readonly sent: number;
  /** How many of those repeated an earlier attempt. */
  readonly retried: number;
  /** Bytes of request bodies that left this machine, each attempt counted. */
  readonly bytesSent: number;
  /** Requests that are waiting for their answer. */
  readonly inFlight: number;
  /** Rows of those. */
  readonly rowsInFlight: number;
  /** From the start of an attempt to its answer's headers, in milliseconds; null before the first. */
  readonly latencyMs: LatencyPercentiles | null;
  /** Where the time went; null where nothing is sent. */
  readonly timeMs: TimeSpent | null;
}

/** Counts what goes over the wire. */
export class Meter {
  #sent = 0;
  #retried = 0;
  #bytesSent = 0;
  #inFlight = 0;
  #rowsInFlight = 0;
  readonly #latencies = new Latencies();
  readonly time: TimeSheet;

  /** @param clock one that never goes back, in milliseconds. */
  constructor(clock: () => number) {
    this.time = new TimeSheet(clock);
  }

  /** An attempt with so many rows starts. */
  attemptStarts(rows: number, repeated: boolean): void {
    this.#rowsInFlight += rows;
    this.#sent++;
    if (repeated) this.#retried++;
    this.#inFlight++;
    this.time.begin("sending");
  }

  /** An attempt with so many rows ended: so many bytes left; `ms` is null when no answer came. */
  attemptEnds(rows: number, bytes: number, ms: number | null): void {
    this.#rowsInFlight -= rows;
    this.#bytesSent += bytes;
    this.#inFlight--;
    this.time.end("sending");
    if (ms !== null) this.#latencies.add(ms);
  }

  /** The numbers now; the latencies are worked out when they are looked at. */
  snapshot(): DeliveryNumbers {
    const latencies = this.#latencies;
    return {
      sent: this.#sent,
      retried: this.#retried,
      bytesSent: this.#bytesSent,
      inFlight: this.#inFlight,
      rowsInFlight: this.#rowsInFlight,
      get latencyMs() {
        return latencies.percentiles();
      },
      timeMs: this.time.totals(),
    };
  }
}

/**
 * What happens during delivery, for logs: numbers and reasons, never bodies, values or secrets.
 *
 * @module
 */

/** Something that happened. Times are milliseconds; `attempt` starts at 1. */
export type DeliveryEvent =
  | {
    readonly kind: "attempt";
    readonly request: number;
    readonly attempt: number;
    readonly rows: number;
    readonly bytes: number;
  }
  | {
    readonly kind: "answer";
    readonly request: number;
    readonly attempt: number;
    readonly rows: number;
    /** Null when no answer came. */
    readonly status: number | null;
    readonly ms: number;
    /** What the answer means: a verdict's kind, or `no-answer`. */
    readonly outcome: string;
    /** Why it was not accepted, or null. */
    readonly reason: string | null;
    /** The wait before the next attempt, or null when there is none. */
    readonly waitMs: number | null;
  }
  | {
    readonly kind: "login";
    readonly attempt: number;
    readonly status: number | null;
    /** Why it has to be repeated, or null. */
    readonly reason: string | null;
    readonly waitMs: number | null;
  }
  | {
    /** A refused request goes on in smaller ones. */
    readonly kind: "split";
    readonly rows: number;
    readonly into: "halves" | "single rows";
  };

/** Takes events as they come. */
export type Emit = (event: DeliveryEvent) => void;

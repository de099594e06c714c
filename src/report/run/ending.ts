/**
 * Why a run ended that recorded no end: what can be told of a process that was killed. Pure.
 *
 * @module
 */

import { formatLocalTime } from "../format.ts";
import { type EventFact, numberIn, textIn } from "./events.ts";

/** Why a process ended without a word, in words that follow «it was killed»; never more than is known. */
export function whyKilled(
  { last, movedMs, bootedMs }: {
    /** What was recorded last. */
    readonly last: EventFact | null;
    /** When it moved last, epoch milliseconds. */
    readonly movedMs: number;
    /** When this machine was started, epoch milliseconds; null where that isn't known. */
    readonly bootedMs: number | null;
  },
): string {
  if (last?.type === "failed") return "an error inside rowferry ended it";
  if (bootedMs !== null && bootedMs > movedMs) {
    const time = formatLocalTime(new Date(bootedMs).toISOString());
    return `this machine was started anew at ${time}, and ended it by that`;
  }
  if (last?.type === "stopping") {
    return "it was told to stop, and killed while it waited for its last answers";
  }
  if (last?.type === "pause" || last?.type === "retry") {
    const ms = numberIn(last, last.type === "pause" ? "ms" : "waitMs");
    if (last.atMs + ms >= movedMs) {
      return `it was killed while it waited: ${textIn(last, "reason")}`;
    }
  }
  return "its process was killed, by hand, for want of memory, or with its session or container";
}

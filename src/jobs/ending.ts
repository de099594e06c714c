/**
 * How a run ends: why, and that it is recorded.
 *
 * @module
 */

import type { Journal } from "../checkpoint/journal.ts";
import type { PrefixDigest } from "../checkpoint/digest.ts";
import type { ImportedSource, ShardFacts, Totals } from "../checkpoint/lines.ts";
import type { Settings } from "../config/settings.ts";
import type { DeliveryEnd } from "../delivery/sender.ts";
import { type StoppedError, StorageError, TooManyErrors } from "../model/errors.ts";
import { type Stop, stopOf, stoppedBy } from "../model/stop.ts";
import type { SourceMark } from "../model/row.ts";
import { plural } from "../text/words.ts";
import { checkEquation } from "../report/tally.ts";
import { describeBound } from "./error_bound.ts";
import type { SpanSource } from "./spans.ts";
import type { JobSetup } from "./setup.ts";

/** Why a delivery came to no end of the source; null when it did. */
export function stopOfEnd(
  { stopped }: DeliveryEnd,
  { exceeded, isCut }: Pick<SpanSource, "exceeded" | "isCut">,
  { settings, signals }: JobSetup,
): Stop | null {
  if (stopped?.error) return stopOf(stopped.error);
  if (stopped) return stoppedBy(signals.signal ?? "SIGINT");
  if (exceeded) return stopOf(tooManyErrors(settings));
  if (!isCut) return null;
  return { code: "stop-after", reason: `stopped after ${plural(settings.stopAfter ?? 0, "row")}` };
}

/** What was imported of the source, in case somebody imports it again. */
export function sourceAtEnd(
  { digest, shard }: { readonly digest: PrefixDigest | null; readonly shard?: ShardFacts | null },
  mark: SourceMark | null,
  hasHalf: boolean,
): ImportedSource {
  const at = mark?.digest ? mark : null;
  if (shard) return { whole: null, at: null };
  if (digest === null || hasHalf) return { whole: null, at };
  return { whole: { size: digest.pushed, digest: digest.at(digest.pushed) }, at };
}

/** What stops a run with more rejected rows than the settings allow. */
export function tooManyErrors({ maxErrors }: Settings): StoppedError {
  return new TooManyErrors(`more than ${maxErrors ? describeBound(maxErrors) : ""} rejected`);
}

/** Records how the run ended. A disk that doesn't take it makes it a stopped run. */
export async function recordEnding(
  journal: Pick<Journal, "stop" | "end">,
  stop: Stop | null,
  totals: Totals,
): Promise<Stop | null> {
  checkEquation(totals.rows, stop ? "stopped" : "completed");
  try {
    const { source: _source, ...counted } = totals;
    if (stop) await journal.stop(stop.reason, counted);
    else await journal.end(totals);
    return stop;
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    return stop ?? stopOf(error);
  }
}

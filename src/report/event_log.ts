/**
 * What happens in a run, as lines of its log: what goes wrong as a warning, the rest for those who
 * want to know more.
 *
 * @module
 */

import type { Log, Logger } from "../log.ts";
import { type Observer, roundedFacts, type RunEvent } from "../model/run_events.ts";
import type { Stop, StopCode } from "../model/stop.ts";
import { formatDuration, saysStopped, stopSentence } from "./format.ts";
import { joinWords, plural } from "../text/words.ts";

/** What stops a run because somebody wanted it to. */
const WISHED: ReadonlySet<StopCode> = new Set(["signal", "stop-after"]);

/**
 * An observer that logs.
 *
 * @param graceMs How long a stopped run waits for requests in flight, in milliseconds.
 */
export function logEvents(log: Log, graceMs: number): Observer {
  const run = log.of("run");
  const delivery = log.of("delivery");
  return (event) => {
    // Only for those who see it: there are thousands, and mostly nobody does.
    const facts = () => factsOf(event);
    switch (event.kind) {
      case "started":
        log.about(subjectOf(event));
        return run.info(startText(event), facts);
      case "recovered":
        if (event.hasDied) {
          run.warning("The run had ended without a word: it was killed, or its disk was gone");
        }
        if (event.requests > 0) run.warning(recoveryText(event), facts);
        return;
      case "ended":
        return event.stop ? logStop(run, event.stop) : undefined;
      case "unfinished-elsewhere":
        return run.warning(
          "An unfinished run of {source} to {target} is left as it is: {folder}",
          facts,
        );
      case "sent":
        return delivery.debug(
          "Request {request}, attempt {attempt}: {rows} rows, {bytes} bytes",
          facts,
        );
      case "answered":
      case "api-job":
        return logOutcome(delivery, event, facts);
      case "retry":
        return delivery.warning(
          `Request {request}, attempt {attempt}: {reason}${again(event)}`,
          facts,
        );
      case "login":
        return event.reason === null
          ? delivery.info("Logged in", facts)
          : delivery.warning(`Login, attempt {attempt}: {reason}${again(event)}`, facts);
      case "split":
        return delivery.info("A refused request of {rows} rows goes on in {into}", facts);
      case "pause":
      case "pace":
      case "disk-wait":
        return logWait(delivery, event, facts);
      case "grown":
        return run.warning(
          "The file grew while it was read: its last {bytes} bytes are not part of this run" +
            (event.halfRow === null ? "" : ", row {halfRow} among them, which was half written"),
          facts,
        );
      case "stopping":
        return event.cause === "signal" && event.inFlight > 0
          ? run.warning(waitText(event, graceMs), facts)
          : run.info("Stopping ({cause}): waits for {inFlight} requests in flight", facts);
      case "inferred": // It is said to whoever watches, whatever is logged.
      case "failed": // The error itself is told.
      case "settled": // Progress shows them, and the checkpoint has each.
        return;
    }
  };
}

/** Some stops are somebody's wish; whatever else stops a run, somebody has to look at. */
function logStop(log: Logger, { code, reason }: Stop): void {
  const at = WISHED.has(code) ? log.warning : log.error;
  if (saysStopped(reason)) at("{stopped}", { stopped: stopSentence(reason) });
  else at("Stopped: {reason}", { reason });
}

/** What came of a request, or of a job that the API made of it. */
function logOutcome(
  log: Logger,
  event: Extract<RunEvent, { kind: "answered" | "api-job" }>,
  facts: () => Record<string, unknown>,
): void {
  const what = event.kind === "answered"
    ? "Request {request}, attempt {attempt}"
    : "Job of {rows} rows, {questions} questions";
  if (event.reason !== null) return log.warning(`${what}: {reason}`, facts);
  const status = event.kind === "answered" ? " ({status})" : "";
  log.debug(`${what}: {outcome}${status} in {ms} ms`, facts);
}

/** Where rows go that nobody said. */
export function inferredSentence(
  { destination, variables, origin }: Extract<RunEvent, { kind: "inferred" }>,
): string {
  return `To ${destination}, the only destination that has settings ` +
    `(${joinWords(variables)} in ${origin}).`;
}

/** What makes a run slower: once for all requests, where each of them has its line of its own. */
function logWait(
  log: Logger,
  event: Extract<RunEvent, { kind: "pause" | "pace" | "disk-wait" }>,
  facts: () => Record<string, unknown>,
): void {
  switch (event.kind) {
    case "pause":
      return log.info(`Pauses ${formatDuration(event.ms)}: {reason}`, facts);
    case "pace":
      return event.cause === "rate-limit"
        ? log.warning(
          "Slows down to {rowsPerSecond} rows a second: a rate limit is exceeded",
          facts,
        )
        : log.debug("Aims at {rowsPerSecond} rows a second now, by what is used of a limit", facts);
    case "disk-wait":
      return log.warning(`The disk took ${formatDuration(event.ms)} to record outcomes`, facts);
  }
}

/** What is waited for, and what it costs not to wait. */
function waitText(
  { inFlight, rowsInFlight, dropsRepeats }: Extract<RunEvent, { kind: "stopping" }>,
  graceMs: number,
): string {
  const rows = plural(rowsInFlight, "row");
  const cost = dropsRepeats === "nothing"
    ? `${rows} may have arrived or not, become unknown and are not sent again`
    : `the run sends ${rows} again when it is resumed, and the API drops what it has`;
  return `Stopping: waits up to ${formatDuration(graceMs)} for ` +
    `${plural(inFlight, "request")} in flight. A second signal gives up at once: ${cost}`;
}

function startText({ command, resumed }: Extract<RunEvent, { kind: "started" }>): string {
  if (command === "validate") return "Checking {source} for {destination}";
  const verb = resumed ? "Going on with" : "Starting with";
  return `${verb} {source} to {target}, run {runId}`;
}

function recoveryText({ fate }: Extract<RunEvent, { kind: "recovered" }>): string {
  const what = {
    "again": "are sent again",
    "same-request": "are sent again in the same requests, which the API drops if it knows them",
    "unknown": "may have arrived, and are unknown",
    "api-job": "are in jobs of the API, which it is asked for",
  }[fate];
  return `Of {requests} requests sent by then no answer is recorded: {rows} rows ${what}`;
}

/** What every record of a run is about, for whoever reads those of many. */
function subjectOf(
  { runId, source, target }: Extract<RunEvent, { kind: "started" }>,
): Record<string, unknown> {
  return { ...(runId === null ? {} : { run: runId }), source, target };
}

function factsOf(event: RunEvent): Record<string, unknown> {
  if (event.kind === "started") {
    const { source, destination, target, runId } = event;
    return event.command === "validate"
      ? { source, destination }
      : { source, destination, target, runId: runId ?? "unrecorded" };
  }
  return roundedFacts(event);
}

/** When the next attempt comes, if one does. */
function again({ waitMs }: { readonly waitMs: number | null }): string {
  return waitMs === null ? "" : `; again in ${formatDuration(waitMs)}`;
}

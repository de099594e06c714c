/**
 * How rows are delivered.
 *
 * @module
 */

import { define } from "../setting.ts";
import { decimalNumber, duration, text, toggle, wholeNumber } from "../values.ts";
import { DELIVERING, PACED, READING, RUNNING, SERVING } from "./commands.ts";
import { byDestination } from "../destinations.ts";

export const deliverySettings = {
  batchSize: define({
    flag: "batch-size",
    placeholder: "<rows>",
    destinationVariables: byDestination("batchSize"),
    check: wholeNumber(1),
    commands: READING,
    kept: true,
    group: "Delivery",
    help: "rows a request",
    otherwise: "the destination's limit",
  }),
  single: define({
    flag: "single",
    destinationVariables: byDestination("single"),
    check: toggle(),
    commands: READING,
    kept: true,
    group: "Delivery",
    help: "one row a request, at the API's endpoint for single rows",
  }),
  concurrency: define({
    flag: "concurrency",
    placeholder: "<requests>",
    check: wholeNumber(1, 256),
    commands: RUNNING,
    kept: true,
    group: "Delivery",
    help: "requests in flight",
    otherwise: "the destination's",
  }),
  rate: define({
    flag: "rate",
    placeholder: "<rows>",
    check: decimalNumber(0, { exclusive: true }),
    commands: PACED,
    kept: true,
    group: "Delivery",
    help: "rows a second at most",
    otherwise: "the destination's limit",
  }),
  sleep: define({
    flag: "sleep",
    placeholder: "<seconds>",
    variables: ["SLEEP_BETWEEN_REQUESTS_SECONDS"],
    check: decimalNumber(0),
    commands: PACED,
    kept: true,
    group: "Delivery",
    help: "seconds to wait before each request",
    default: "0",
  }),
  retryFor: define({
    flag: "retry-for",
    placeholder: "<time>",
    check: duration(),
    commands: DELIVERING,
    kept: true,
    group: "Delivery",
    help: "how long one request is retried, e.g. 90s",
    default: "5m",
  }),
  timeout: define({
    flag: "timeout",
    placeholder: "<time>",
    check: duration().refine((ms) => ms > 0, "must be longer than 0"),
    otherwise: "the destination's",
    commands: DELIVERING,
    kept: true,
    group: "Delivery",
    help: "how long an answer may take once the request was written",
  }),
  keepGoing: define({
    flag: "keep-going",
    check: toggle(),
    commands: RUNNING,
    kept: true,
    group: "Delivery",
    help: "when retries run out, reject the rows and go on",
  }),
  resendUnknown: define({
    flag: "resend-unknown",
    check: toggle(),
    commands: RUNNING,
    kept: true,
    group: "Delivery",
    help: "send rows again whose answer never came; may duplicate them",
  }),
  insecureHttp: define({
    flag: "insecure-http",
    check: toggle(),
    commands: [...SERVING, "doctor"],
    kept: true,
    group: "Delivery",
    help: "allow credentials over plain http: beyond loopback",
  }),
  sandbox: define({
    flag: "sandbox",
    check: toggle(),
    commands: ["import", "send", "serve"],
    kept: true,
    group: "Delivery",
    help: "send to a stand-in of the API on loopback; needs no credentials",
  }),
  dryRun: define({
    flag: "dry-run",
    check: toggle(),
    commands: ["import", "send"],
    group: "Delivery",
    help: "do everything but send; needs no credentials",
  }),
  dump: define({
    flag: "dump",
    placeholder: "<file>",
    check: text(),
    commands: ["import", "send"],
    group: "Delivery",
    help: "with --dry-run: write the request bodies there, one a line",
  }),
};

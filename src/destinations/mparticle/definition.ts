/**
 * mParticle's Events API: batches of one row each to `bulkevents`, or one a request to `events`.
 *
 * @see https://docs.mparticle.com/developers/apis/http/
 * @see https://docs.mparticle.com/guides/default-service-limits/
 * @module
 */

import { Buffer } from "node:buffer";

import * as z from "zod";

import { UsageError } from "../../model/errors.ts";
import { type HttpAnswer, isRetryable, type Verdict } from "../../model/answer.ts";
import type { Route } from "../../model/batch.ts";
import type { Destination, DestinationVariable } from "../../model/destination.ts";
import {
  type Endpoint,
  forbidden,
  isMarkup,
  notAnAnswer,
  notItsAnswer,
  refused,
  retry,
  unexpected,
} from "../answers.ts";
import { ALONE } from "../frame.ts";
import type { DestinationDefinition, SinkSetup } from "../definition.ts";
import { checkBaseUrl, readVariables } from "../settings.ts";
import { dialect } from "./dialect.ts";
import { compileBatch, HISTORICAL } from "./payload.ts";
import { mparticle } from "./profile.ts";
import { sectionOf } from "./schema.ts";
import { standIn } from "./stand_in.ts";

const DEFAULT_HOST = "https://s2s.eu1.mparticle.com/v2";

/** Documented defaults: rows are batches here, one event each. */
const MPARTICLE_LIMITS = {
  rowsPerRequest: 100,
  bytesPerRequest: 256 * 1024,
  bytesPerRow: 128 * 1024,
  rowsPerSecond: 270,
  requestLimits: [],
  concurrency: 4,
  answerMs: 60_000,
} as const;

const VARIABLES: readonly DestinationVariable[] = [
  { name: "MPARTICLE_API_KEY", secret: true, help: "Key of the mParticle feed" },
  { name: "MPARTICLE_API_SECRET", secret: true, help: "Secret of the mParticle feed" },
  { name: "MPARTICLE_HOST", secret: false, help: "Base URL", default: DEFAULT_HOST },
  { name: "MPARTICLE_ENVIRONMENT", secret: false, help: "development or production" },
  {
    name: "MPARTICLE_DATA_PLAN_NAME",
    secret: false,
    help: "Id of the data plan that batches are checked against; goes with its version",
  },
  {
    name: "MPARTICLE_DATA_PLAN_VERSION",
    secret: false,
    help: "Version of the data plan, a whole number from 1",
  },
];

const settingsSchema = z.object({
  MPARTICLE_API_KEY: z.string().regex(/^[^:]+$/, "must not hold a colon"),
  MPARTICLE_API_SECRET: z.string(),
  MPARTICLE_HOST: z.string().default(DEFAULT_HOST),
  MPARTICLE_ENVIRONMENT: z.enum(["development", "production"], {
    error: "must be development or production",
  }),
  MPARTICLE_DATA_PLAN_NAME: z.string().optional(),
  MPARTICLE_DATA_PLAN_VERSION: z.string()
    .regex(/^[1-9]\d{0,8}$/, "must be a whole number from 1").transform(Number).optional(),
});

const FRAME = { head: "[", separator: ",", tail: "]" };

/** mParticle. */
export const definition: DestinationDefinition = {
  ...mparticle,
  mapping: dialect,
  variables: () => VARIABLES,
  sandboxVariables: (url) => ({
    MPARTICLE_API_KEY: "sandbox-key",
    MPARTICLE_API_SECRET: "sandbox-secret",
    MPARTICLE_HOST: `${url}/v2`,
    MPARTICLE_ENVIRONMENT: "development",
  }),
  target(variables) {
    const [host, environment, plan, version] = VARIABLES.filter(({ secret }) => !secret)
      .map(({ name }) => String(variables[name] ?? ""));
    return {
      address: (host || DEFAULT_HOST).replace(/\/+$/, ""),
      ...(environment ? { environment } : {}),
      ...(plan ? { dataPlan: [plan, version].filter(Boolean).join(" ") } : {}),
    };
  },
  standIn: (_mapping, now) => standIn(now),
  createSink(setup) {
    const settings = readVariables("mParticle", settingsSchema, setup.variables);
    const host = checkBaseUrl("MPARTICLE_HOST", settings.MPARTICLE_HOST, setup.insecureHttp);
    const { event, historical } = sectionOf(setup.mapping.file);
    return {
      destination: destination(
        host,
        settings.MPARTICLE_API_KEY,
        settings.MPARTICLE_API_SECRET,
        setup,
      ),
      ...compileBatch(setup.mapping, {
        environment: settings.MPARTICLE_ENVIRONMENT,
        dataPlan: dataPlan(settings.MPARTICLE_DATA_PLAN_NAME, settings.MPARTICLE_DATA_PLAN_VERSION),
        idPrefix: setup.idPrefix,
        event: event ?? null,
        historical,
        now: setup.now,
      }),
    };
  },
};

function dataPlan(
  id: string | undefined,
  version: number | undefined,
): { readonly id: string; readonly version: number } | null {
  if (id === undefined && version === undefined) return null;
  if (id !== undefined && version !== undefined) return { id, version };
  throw new UsageError(
    "MPARTICLE_DATA_PLAN_NAME and MPARTICLE_DATA_PLAN_VERSION go together: " +
      "set both, or neither",
  );
}

function destination(
  host: string,
  key: string,
  secret: string,
  { single }: SinkSetup,
): Destination {
  const credentials = Buffer.from(`${key}:${secret}`, "utf8").toString("base64");
  const headers = {
    "Authorization": `Basic ${credentials}`,
    "Content-Type": "application/json",
  };
  // There is no `events/historical`: even a single old row goes to the bulk endpoint.
  const goesAlone = (route: Route) => single && route !== HISTORICAL;
  const endpoint: Endpoint = {
    title: "mParticle",
    path: `${new URL(host).pathname.replace(/\/$/, "")}/${single ? "events" : "bulkevents"}`,
    setting: "MPARTICLE_HOST",
  };
  return {
    name: mparticle.name,
    title: endpoint.title,
    secrets: [key, secret, credentials],
    address: host,
    limits: single ? { ...MPARTICLE_LIMITS, rowsPerRequest: 1 } : MPARTICLE_LIMITS,
    dropsRepeats: "rows",
    frame: (route) => goesAlone(route) ? ALONE : FRAME,
    login: null,
    readsAcceptedBody: false,
    request({ route }) {
      const path = goesAlone(route)
        ? "events"
        : route === HISTORICAL
        ? "bulkevents/historical"
        : "bulkevents";
      return { method: "POST", url: `${host}/${path}`, headers };
    },
    classify: (answer) => classify(endpoint, answer),
  };
}

function classify(endpoint: Endpoint, answer: HttpAnswer): Verdict {
  const { status, headers } = answer;
  if (status === 202 && !isMarkup(answer) && !answer.isCorrupt) {
    const quotaUsed = readQuota(headers.get("x-mp-rate-limit-percentage-used"));
    return quotaUsed === null ? { kind: "accepted" } : { kind: "accepted", quotaUsed };
  }
  if (status >= 200 && status < 300) {
    if (isMarkup(answer)) return notItsAnswer(endpoint, answer);
    return notAnAnswer(endpoint, answer) ??
      notItsAnswer(endpoint, answer, "though it accepts rows with 202 alone");
  }
  if (status === 400 || status === 413 || status === 422) return refused(endpoint, answer);
  // 401 stands for a missing header and 403 for a wrong one; there is no token to renew.
  if (status === 401 || status === 403) {
    return forbidden(endpoint, answer, ["MPARTICLE_API_KEY", "MPARTICLE_API_SECRET"]);
  }
  if (isRetryable(status)) {
    const limit = headers.get("x-mp-rate-limit-exceeded")?.trim() ?? "";
    return retry(endpoint, answer, isLimit(limit) ? { detail: `limit: ${limit}` } : {});
  }
  return unexpected(endpoint, answer);
}

/** True for words that mParticle documents; anything else might quote a row. */
function isLimit(words: string): boolean {
  const known = /^(?:org|organization|account|app|feed|workspace|system|acceleration|rate|limit)$/i;
  return words !== "" && words.split(/[ _-]/).every((word) => known.test(word));
}

/** The share of the rate limit that is used, 0 to 1 (more, when it is overdrawn). */
function readQuota(header: string | null): number | null {
  const percentage = /^(\d+(?:\.\d+)?) ?%?$/.exec(header?.trim() ?? "")?.[1];
  return percentage === undefined ? null : Number(percentage) / 100;
}

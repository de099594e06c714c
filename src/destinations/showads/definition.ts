/**
 * ShowAds: banners for visitors, up to 1000 a request, with a token that lasts a day.
 *
 * @module
 */

import * as z from "zod";

import { DestinationError } from "../../model/errors.ts";
import type { CompiledMapping } from "../../mapping/mod.ts";
import { Fragment, type PayloadWriter } from "../../model/payload_writer.ts";
import type { PayloadStep } from "../../model/plan.ts";
import { type HttpAnswer, isRetryable, type Verdict } from "../../model/answer.ts";
import type { Destination, Sink, TokenFlow } from "../../model/destination.ts";
import type { Value } from "../../model/value.ts";
import {
  type Endpoint,
  forbidden,
  insteadOf,
  isMarkup,
  notAnAnswer,
  notItsAnswer,
  parseJson,
  refused,
  retry,
  said,
  unexpected,
} from "../answers.ts";
import { ALONE } from "../frame.ts";
import type { DestinationDefinition } from "../definition.ts";
import { CHANGED, jsonText, writeValue } from "../quote.ts";
import { checkBaseUrl, readVariables } from "../settings.ts";
import { dialect } from "./dialect.ts";
import { showads } from "./profile.ts";
import { standIn } from "./stand_in.ts";

/** How long a token is good for. */
const TOKEN_LIFETIME_MS = 24 * 60 * 60 * 1000;

/**
 * 1000 rows a request are documented, bytes and pace are not: 8 MiB is the room that 1000 rows of
 * 8 KiB need, far more than a cookie and a banner take.
 */
const SHOWADS_LIMITS = {
  rowsPerRequest: 1000,
  bytesPerRequest: 8 * 1024 * 1024,
  bytesPerRow: 1024 * 1024,
  rowsPerSecond: null,
  requestLimits: [],
  concurrency: 4,
  answerMs: 60_000,
} as const;

const FRAME = { head: '{"Data":[', separator: ",", tail: "]}" };

const settingsSchema = z.object({
  API_URL: z.string(),
  PROJECT_KEY: z.string(),
});

const tokenSchema = z.object({ AccessToken: z.string().min(1) });

/** ShowAds. */
export const definition: DestinationDefinition = {
  ...showads,
  mapping: dialect,
  variables: () => [
    { name: "API_URL", secret: false, help: "Base URL of the ShowAds API" },
    { name: "PROJECT_KEY", secret: true, help: "Key of the ShowAds project" },
  ],
  sandboxVariables: (url) => ({ API_URL: url, PROJECT_KEY: "sandbox-project-key" }),
  target: ({ API_URL = "" }) => ({ address: String(API_URL).replace(/\/+$/, "") }),
  standIn: (_mapping, now) => standIn(now),
  createSink({ variables, mapping, single, insecureHttp }) {
    const settings = readVariables("ShowAds", settingsSchema, variables);
    const url = checkBaseUrl("API_URL", settings.API_URL, insecureHttp);
    return {
      destination: destination(url, settings.PROJECT_KEY, single),
      encode: compileRow(mapping),
      steps: [
        ...planField(mapping, "VisitorCookie", BEFORE_COOKIE),
        ...planField(mapping, "BannerId", BEFORE_BANNER),
        { write: "text", text: END.text },
      ],
    };
  },
};

function destination(base: string, projectKey: string, single: boolean): Destination {
  const url = `${base}/banners/show${single ? "" : "/bulk"}`;
  const endpoint: Endpoint = {
    title: "ShowAds",
    path: new URL(url).pathname,
    setting: "API_URL",
  };
  return {
    name: showads.name,
    title: endpoint.title,
    secrets: [projectKey],
    address: base,
    limits: single ? { ...SHOWADS_LIMITS, rowsPerRequest: 1 } : SHOWADS_LIMITS,
    dropsRepeats: "nothing",
    frame: () => single ? ALONE : FRAME,
    login: login(base, projectKey),
    readsAcceptedBody: false,
    request: (_batch, token) => ({
      method: "POST",
      url,
      headers: { "Authorization": `Bearer ${token}`, "Content-Type": "application/json" },
    }),
    classify: (answer) => classify(endpoint, answer),
  };
}

function login(base: string, projectKey: string): TokenFlow {
  return {
    request: {
      method: "POST",
      url: `${base}/auth`,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ProjectKey: projectKey }),
    },
    read(answer) {
      const read = tokenSchema.safeParse(parseJson(answer.body));
      if (!read.success) {
        const what = insteadOf("an AccessToken", answer);
        throw new DestinationError(`ShowAds answered /auth ${what}: check API_URL`);
      }
      return { token: read.data.AccessToken, expiresInMs: TOKEN_LIFETIME_MS };
    },
  };
}

function classify(endpoint: Endpoint, answer: HttpAnswer): Verdict {
  const { status } = answer;
  if (status >= 200 && status < 300) {
    return isMarkup(answer)
      ? notItsAnswer(endpoint, answer)
      : notAnAnswer(endpoint, answer) ?? { kind: "accepted" };
  }
  if (status === 400 || status === 413 || status === 422) return refused(endpoint, answer);
  if (status === 401) {
    const reason = "ShowAds answered 401: it does not take the token";
    return { kind: "unauthorized", reason, ...said(answer.body) };
  }
  if (status === 403) return forbidden(endpoint, answer, ["PROJECT_KEY"]);
  return isRetryable(status) ? retry(endpoint, answer) : unexpected(endpoint, answer);
}

const BEFORE_COOKIE = new Fragment('{"VisitorCookie":');
const BEFORE_BANNER = new Fragment(',"BannerId":');
const END = new Fragment("}");

/** The encoder of one run: `{"VisitorCookie":…,"BannerId":…}`. */
function compileRow(mapping: CompiledMapping): Sink["encode"] {
  const writeCookie = compileField(mapping, "VisitorCookie");
  const writeBanner = compileField(mapping, "BannerId");
  return (values, _row, writer) => {
    writer.fragment(BEFORE_COOKIE);
    writeCookie(values, writer);
    writer.fragment(BEFORE_BANNER);
    writeBanner(values, writer);
    writer.fragment(END);
    return 0;
  };
}

/** Writes a field. The mapping's schema sees to it that it has a value in every row. */
function compileField(
  { outputs, constants }: CompiledMapping,
  field: string,
): (values: readonly Value[], writer: PayloadWriter) => void {
  const constant = constants.find(({ to }) => to === field);
  if (constant) {
    const fragment = new Fragment(jsonText(constant.value));
    return (_values, writer) => writer.fragment(fragment);
  }
  const index = outputs.findIndex(({ to }) => to.includes(field));
  const column = outputs[index]?.field ?? CHANGED;
  return (values, writer) => writeValue(writer, values[index] ?? null, column);
}

/** The same of most rows, as data. */
function planField(
  { outputs, constants }: CompiledMapping,
  field: string,
  { text }: Fragment,
): PayloadStep[] {
  const constant = constants.find(({ to }) => to === field);
  if (constant) return [{ write: "text", text: text + jsonText(constant.value) }];
  const column = outputs.findIndex(({ to }) => to.includes(field));
  return [{ write: "value", text, column, quotes: false, longest: Infinity }];
}

/**
 * What destinations share in reading answers: the sentence an API gives in an error body, the
 * verdicts that follow from a status alone, and what is no answer of an API at all. All pure.
 *
 * @module
 */

import type { ApiProblem, HttpAnswer, Verdict } from "../model/answer.ts";
import { joinWords } from "../text/words.ts";
import { askedMs, isThrottled } from "./retry_after.ts";

/** What makes an answer a sentence: who answered, where, and what a person can check. */
export interface Endpoint {
  /** The API's name. */
  readonly title: string;
  /** Path of the request's URL; the host and the query stay out of messages. */
  readonly path: string;
  /** Where the URL comes from. */
  readonly setting: string;
}

/** Try again later, after what the API asks for. `detail` says more on the reason, as `words` do. */
export function retry(
  { title }: Endpoint,
  answer: HttpAnswer,
  { detail = "", ...words }: { readonly detail?: string; readonly words?: string } = {},
): Extract<Verdict, { kind: "retry" }> {
  const reason = `${title} answered ${answer.status}${detail && ` (${detail})`}`;
  return { kind: "retry", reason, afterMs: askedMs(answer), ...words };
}

/** The request's content was refused. */
export function refused(endpoint: Endpoint, answer: HttpAnswer): Verdict {
  return { kind: "refused", problem: refusal(endpoint, answer) };
}

/** Why a request's content was refused, in the API's own words where it gave any. */
export function refusal({ title }: Endpoint, { status, body }: HttpAnswer): ApiProblem {
  return {
    code: `refused-${status}`,
    column: null,
    message: `${title} refused the row with ${status}`,
    ...said(body),
  };
}

/**
 * The credentials will not do; `variables` are those to check. Some APIs say 403 when they are asked
 * too often, and then for how long they are to be left alone.
 */
export function forbidden(
  endpoint: Endpoint,
  answer: HttpAnswer,
  variables: readonly string[],
): Verdict {
  const { status, body } = answer;
  if (status === 403 && isThrottled(answer)) return retry(endpoint, answer, said(body));
  const check = variables.length > 0 ? joinWords(variables) : "the mapping's auth section";
  const reason = isWebPage(answer)
    ? `${endpoint.title} answered ${status} with a web page, as a firewall or proxy before it does ` +
      `that refuses the request: ask who runs it, and check ${check}`
    : `${endpoint.title} refused the credentials with ${status}: check ${check}`;
  return { kind: "forbidden", reason, ...said(body) };
}

/** The endpoint itself is wrong: neither these rows nor others would get through. */
export function unexpected(endpoint: Endpoint, answer: HttpAnswer): Verdict {
  const { status } = answer;
  const what = status >= 300 && status < 400
    ? `redirects (${status}) from ${endpoint.path}, and redirects are not followed`
    : `answered ${status} to ${endpoint.path}`;
  return {
    kind: "broken",
    reason: `${endpoint.title} ${what}: check ${endpoint.setting}`,
    ...said(answer.body),
  };
}

/**
 * An answer that is no acceptance, though its status is: what came is none of the API's answers. The
 * rows may have been taken all the same, by what stands behind it.
 *
 * @param why What is wrong with it.
 */
export function notItsAnswer(
  { title, path, setting }: Endpoint,
  { status, body }: HttpAnswer,
  why = "with a web page, which is none of its API's answers",
): Verdict {
  return {
    kind: "broken",
    taken: true,
    reason: `${title} answered ${status} to ${path} ${why}: check ${setting}, and what stands ` +
      "before it (a proxy, a sign-in)",
    ...said(body),
  };
}

/** The API's own words, where it gave any. */
export function said(body: string): { readonly words?: string } {
  const words = apiMessage(body);
  return words === null ? {} : { words };
}

/** What came in the place of an API's answer, whatever its status says; null for what may be one. */
export function notAnAnswer(endpoint: Endpoint, answer: HttpAnswer): Verdict | null {
  if (isWebPage(answer)) return notItsAnswer(endpoint, answer);
  return answer.isCorrupt ? notItsAnswer(endpoint, answer, `with ${answer.bodyFault}`) : null;
}

/** What came in place of what was asked for, to go on from "answered"; `missing` says what lacks. */
export function insteadOf(missing: string, answer: HttpAnswer): string {
  if (isWebPage(answer)) return "with a web page";
  return answer.bodyFault ? `with ${answer.bodyFault}` : `without ${missing}`;
}

/** True for HTML, by how it begins, or by what it is called, unless it is JSON under a wrong name. */
export function isWebPage({ headers, body }: HttpAnswer): boolean {
  const type = headers.get("content-type")?.trim() ?? "";
  if (/^(?:text\/html|application\/xhtml)/i.test(type)) {
    return typeof parseJson(body) !== "object";
  }
  const start = afterComments(body).slice(0, 20);
  return /^(?:<!doctype html|<html|<head|<body|<script)\b/i.test(start);
}

/** Markup without what may stand before its first tag: blanks, comments, and what says that it is XML. */
function afterComments(body: string): string {
  let text = body.trimStart();
  for (const [start, end] of [["<?xml", "?>"], ["<!--", "-->"]] as const) {
    while (text.startsWith(start)) {
      const at = text.indexOf(end, start.length);
      if (at === -1) return "";
      text = text.slice(at + end.length).trimStart();
    }
  }
  return text;
}

/** True for a body that stands for XML or HTML: no JSON API answers so. */
export function isMarkup(answer: HttpAnswer): boolean {
  return isWebPage(answer) || answer.body.trimStart().startsWith("<");
}

/**
 * The sentence in an error body: `errors[].message`, `message`, `error`, `detail` and the like, the
 * title of a web page, or the body itself where it is plain text. Null when there is nothing to quote.
 * It may be long, and hold anything.
 */
export function apiMessage(body: string): string | null {
  const text = body.trim();
  if (text === "") return null;
  const words = text.startsWith("<")
    ? titleOf(text)
    : messageOf(parseJson(text)) ?? (/^[[{]/.test(text) ? "" : text);
  return words.trim() === "" ? null : words;
}

/** The title of a web page; empty where it has none. */
function titleOf(page: string): string {
  const head = page.slice(0, 10_000);
  const lower = head.toLowerCase();
  const start = lower.indexOf(">", lower.indexOf("<title"));
  const end = lower.indexOf("</title", start);
  return lower.includes("<title") && start !== -1 && end !== -1 ? head.slice(start + 1, end) : "";
}

/** The parsed body, or undefined when it is not JSON. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const MESSAGE_KEYS = ["errors", "message", "Message", "error", "reason", "detail", "title"];

/** Looks a few levels deep for the first text under a key that APIs use for messages. */
function messageOf(value: unknown, depth = 0): string | null {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null || depth > 4) return null;
  if (Array.isArray(value)) {
    const messages = value.slice(0, 3).map((item) => messageOf(item, depth + 1));
    return messages.filter((message) => message !== null).join("; ") || null;
  }
  const members = value as Record<string, unknown>;
  for (const key of MESSAGE_KEYS) {
    const found = messageOf(members[key], depth + 1);
    if (found) {
      return typeof members.errorCode === "string" ? `${members.errorCode}: ${found}` : found;
    }
  }
  return null;
}

/**
 * What destinations share in reading answers: the sentence an API gives in an error body, and the
 * verdicts that follow from a status alone. All pure.
 *
 * @module
 */

import type { HttpAnswer, Verdict } from "../model/answer.ts";
import type { Problem } from "../model/problem.ts";
import { joinWords } from "../text/words.ts";
import { parseRetryAfter } from "./retry_after.ts";

/** What makes an answer a sentence: who answered, where, and what a person can check. */
export interface Endpoint {
  /** The API's name. */
  readonly title: string;
  /** Path of the request's URL; the host and the query stay out of messages. */
  readonly path: string;
  /** Where the URL comes from, as a variable or a member of the mapping. */
  readonly setting: string;
  /** Values that an API may echo and that must not be repeated. */
  readonly secrets: readonly string[];
}

/** Try again later, after what `Retry-After` asks for. `detail` says more on the reason. */
export function retry(endpoint: Endpoint, answer: HttpAnswer, detail = ""): Verdict {
  return {
    kind: "retry",
    reason: `${endpoint.title} answered ${answer.status}${detail && ` (${detail})`}`,
    afterMs: parseRetryAfter(answer.headers.get("retry-after"), answer.receivedAt),
  };
}

/** The request's content was refused. */
export function refused(endpoint: Endpoint, answer: HttpAnswer): Verdict {
  return { kind: "refused", problem: refusal(endpoint, answer) };
}

/** Why a request's content was refused, in the API's own words where it gave any. */
export function refusal({ title, secrets }: Endpoint, { status, body }: HttpAnswer): Problem {
  const words = apiMessage(body, secrets);
  return {
    code: `refused-${status}`,
    column: null,
    message: words === null
      ? `${title} refused the row with ${status}.`
      : `${title} refused the row with ${status}: ${words}`,
  };
}

/** The credentials will not do; `variables` are those to check. */
export function forbidden(
  endpoint: Endpoint,
  answer: HttpAnswer,
  variables: readonly string[],
): Verdict {
  return {
    kind: "forbidden",
    reason: `${endpoint.title} refused the credentials with ${answer.status}: ` +
      (variables.length > 0 ? `check ${joinWords(variables)}` : "check the mapping's auth section"),
  };
}

/** The endpoint itself is wrong: neither these rows nor others would get through. */
export function broken(endpoint: Endpoint, answer: HttpAnswer): Verdict {
  const { status } = answer;
  const what = status >= 300 && status < 400
    ? `redirects (${status}) from ${endpoint.path}, and redirects are not followed`
    : `answered ${status} to ${endpoint.path}`;
  return { kind: "broken", reason: `${endpoint.title} ${what}: check ${endpoint.setting}` };
}

/**
 * The sentence in an error body: `errors[].message`, `message`, `error`, `detail` and the like, or
 * the body itself where it is plain text. One line, without secrets; null when there is nothing to
 * quote. It may be long, and hold row values.
 */
export function apiMessage(body: string, secrets: readonly string[] = []): string | null {
  const text = body.trim();
  if (text === "" || text.startsWith("<")) return null;
  return quotable(messageOf(parseJson(text)) ?? (/^[[{]/.test(text) ? "" : text), secrets);
}

/** An API's words as one line without secrets; null when nothing is left. */
export function quotable(words: string, secrets: readonly string[] = []): string | null {
  let line = words;
  for (const secret of secrets) if (secret !== "") line = line.replaceAll(secret, "***");
  line = line.replace(/[\p{Cc}\s]+/gu, " ").trim();
  return line === "" ? null : line;
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
  for (const key of MESSAGE_KEYS) {
    const found = messageOf((value as Record<string, unknown>)[key], depth + 1);
    if (found) return found;
  }
  return null;
}

/**
 * A stand-in for an API of the gallery, made from what the API documents and from nothing else: the
 * mapping that sends to it is what is judged.
 *
 * @module
 */

import * as z from "zod";
import type { AnswerTemplate, DocumentedAnswers, DocumentedRequest } from "../gallery_entry.ts";
import {
  basicCredentials,
  parseBody,
  type SandboxAnswer,
  type SandboxRequest,
  SeenIds,
  type StandIn,
} from "../stand_in.ts";
import { compileAnswers } from "./documented.ts";
import { memberOf } from "./documented_together.ts";
import { issueToken } from "./stand_in.ts";

/** Plays the API. */
export function documentedApi(answers: DocumentedAnswers): StandIn {
  const { request: asked } = answers;
  const compiled = compileAnswers(answers);
  const checkHead = compileHead(asked);
  const body = asked.body && z.fromJSONSchema(asked.body);
  const tokens = new SeenIds(100);
  return {
    answer(request) {
      if (request.path === asked.tokenPath) return issueToken(request, tokens);
      const told = compiled.ask(`${request.path}${request.query ?? ""}`);
      const fault = checkHead(request, told !== null);
      if (fault) return fault;
      if (told !== null) return told;
      const token = /^Bearer (.*)$/.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
      if (asked.tokenPath !== undefined && !tokens.has(token)) {
        return failure(401, "The token is unknown");
      }
      if (request.bytes > (asked.bytes ?? Infinity)) {
        return tooLarge(asked, "The body is too large");
      }
      const found = recordsIn(asked, request.body);
      if (found === null || found.records.length === 0) {
        return failure(400, "The body has not the form that the API asks for");
      }
      if (found.records.length > asked.rows && !asked.dropsBeyond) {
        return tooLarge(asked, `There are more than ${asked.rows} records`);
      }
      const [issue] = body?.safeParse(found.body).error?.issues ?? [];
      if (issue) return failure(400, `${issue.path.join(".") || "body"}: ${issue.message}`);
      if (found.records.some((record) => sizeOf(record) > (asked.bytesPerRow ?? Infinity))) {
        return tooLarge(asked, "A record is too large");
      }
      return compiled.answer(found.records);
    },
  };
}

/** Compiles the checks of method, path and headers; null where nothing is wrong. */
function compileHead(
  { method, path, headers }: DocumentedRequest,
): (request: SandboxRequest, isQuestion: boolean) => SandboxAnswer | null {
  const wanted = path.split("/");
  const patterns = Object.entries(headers).map(([name, pattern]) =>
    [name, new RegExp(pattern, "iu")] as const
  );
  return (request, isQuestion) => {
    const steps = request.path.split("/");
    const fits = isQuestion || steps.length === wanted.length &&
        wanted.every((step, at) => step === steps[at] || step === "*" && steps[at] !== "");
    if (!fits) return failure(404, `There is nothing at ${request.path}`);
    const expected = isQuestion ? "GET" : method;
    if (request.method !== expected) return failure(405, `The method must be ${expected}`);
    for (const [name, pattern] of patterns) {
      if (isQuestion && name === "content-type") continue;
      const basic = basicCredentials(request.headers, { emptyPassword: true });
      const isBasic = name === "authorization" && basic !== null;
      const value = isBasic ? `Basic ${basic.join(":")}` : request.headers.get(name) ?? "";
      if (!pattern.test(value)) {
        return failure(name === "content-type" ? 415 : 401, `The header ${name} will not do`);
      }
    }
    return null;
  };
}

/** The body and its records; null where it can't be read. */
function recordsIn(
  { records }: DocumentedRequest,
  text: string,
): { readonly body: unknown; readonly records: readonly unknown[] } | null {
  const { at, lines, single } = records;
  if (lines) {
    if (!text.endsWith("\n")) return null;
    const parsed = text.slice(0, -1).split("\n").map(parseBody);
    if (parsed.includes(undefined) || parsed.length % lines.length !== 0) return null;
    const list = Array.from(
      { length: parsed.length / lines.length },
      (_, at) => Object.fromEntries(lines.map((name, n) => [name, parsed[at * lines.length + n]])),
    );
    return { body: list, records: list };
  }
  const body = parseBody(text);
  if (single) return { body, records: [body] };
  const list = at === undefined ? body : memberOf(body, at);
  return Array.isArray(list) ? { body, records: list } : null;
}

function sizeOf(record: unknown): number {
  return new TextEncoder().encode(JSON.stringify(record)).length;
}

function tooLarge({ tooLarge: answer }: DocumentedRequest, message: string): SandboxAnswer {
  return answer ? { status: answer.status, json: worded(answer, message) } : failure(413, message);
}

function worded({ body }: AnswerTemplate, message: string): unknown {
  return JSON.parse(JSON.stringify(body), (_, value) => value === "$reason" ? message : value);
}

function failure(status: number, message: string): SandboxAnswer {
  return { status, json: { message } };
}

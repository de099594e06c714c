/**
 * Answering as an API documents it: which records it takes, by a schema of them, and what it says
 * then, by templates.
 *
 * @module
 */

import * as z from "zod";
import type { AnswerTemplate, DocumentedAnswers } from "../gallery_entry.ts";
import type { SandboxAnswer } from "../stand_in.ts";

/** A record of a request, judged. */
interface Judged {
  readonly record: unknown;
  readonly index: number;
  /** Why it isn't taken; null where it is. */
  readonly reason: string | null;
}

/** Compiles the answering of requests by their records. */
export function compileAnswers(
  { record: schema, whole, part, none }: DocumentedAnswers,
): (records: readonly unknown[]) => SandboxAnswer {
  const shape = z.fromJSONSchema(schema);
  return (records) => {
    const judged = records.map((record, index): Judged => {
      const [issue] = shape.safeParse(record).error?.issues ?? [];
      const reason = issue ? `${issue.path.join(".") || "record"}: ${issue.message}` : null;
      return { record, index, reason };
    });
    const failed = judged.filter(({ reason }) => reason !== null);
    if (failed.length === 0) return filled(whole, judged, judged.length);
    if (part && (failed.length < judged.length || !none)) {
      return filled(part, judged, judged.length - failed.length);
    }
    return filled(none ?? { status: 400, body: { message: "$reason" } }, judged, 0);
  };
}

function filled({ status, body }: AnswerTemplate, judged: readonly Judged[], taken: number) {
  return { status, json: fill(body, judged, null), taken };
}

function fill(template: unknown, judged: readonly Judged[], current: Judged | null): unknown {
  if (typeof template === "string") return fillText(template, judged, current);
  if (Array.isArray(template)) {
    return template.flatMap((entry) => {
      const each = chosen(entry, judged);
      if (each === null) return [fill(entry, judged, current)];
      const { $each: _, $value, $taken, $failed, ...members } = entry;
      return each.map((one) => {
        const own = one.reason === null ? $taken : $failed;
        return fill($value ?? own ?? members, judged, one);
      });
    });
  }
  if (typeof template !== "object" || template === null) return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) => [name, fill(value, judged, current)]),
  );
}

/** The records that an entry of a list stands for; null where it stands for itself. */
function chosen(entry: unknown, judged: readonly Judged[]): readonly Judged[] | null {
  const each = (entry as { $each?: unknown } | null)?.$each;
  switch (each) {
    case "record":
      return judged;
    case "taken":
      return judged.filter(({ reason }) => reason === null);
    case "failed":
      return judged.filter(({ reason }) => reason !== null);
    default:
      return null;
  }
}

function fillText(text: string, judged: readonly Judged[], current: Judged | null): unknown {
  const failed = judged.filter(({ reason }) => reason !== null);
  switch (text) {
    case "$count":
      return judged.length;
    case "$failed":
      return failed.length;
    case "$taken":
      return judged.length - failed.length;
    case "$index":
      return current?.index;
    case "$reason":
      return (current ?? failed[0])?.reason;
    default:
      return text.startsWith("$record.") ? memberOf(current?.record, text) : text;
  }
}

function memberOf(record: unknown, text: string): unknown {
  let value = record;
  for (const step of text.split(".").slice(1)) {
    value = (value as Record<string, unknown> | null | undefined)?.[step];
  }
  return value;
}

/**
 * Answering as an API documents it: which records it takes, by a schema of them, and what it says
 * then, by templates.
 *
 * @module
 */

import * as z from "zod";
import type { AnswerTemplate, DocumentedAnswers } from "../gallery_entry.ts";
import type { SandboxAnswer } from "../stand_in.ts";
import { compileTogether, type Judged, memberOf } from "./documented_together.ts";

/** How requests are answered by their records, and questions about the jobs that were made of them. */
export interface CompiledAnswers {
  /** The answer to a request, which becomes a job where the API makes one. */
  answer(records: readonly unknown[]): SandboxAnswer;
  /** The answer to what is asked for at a path and query; null where there is no such job. */
  ask(at: string): SandboxAnswer | null;
}

/** Jobs that are remembered: as many as are asked for at once, and some more. */
const MOST_JOBS = 100;

/** Compiles the answering. */
export function compileAnswers(answers: DocumentedAnswers): CompiledAnswers {
  const { request, whole, part, none, job } = answers;
  const shape = z.fromJSONSchema(answers.record);
  const judgeTogether = compileTogether(answers.together);
  const isDropped = (index: number) => request.dropsBeyond && index >= request.rows;
  const jobs = new Map<string, readonly Judged[]>();
  let started = 0;
  const judge = (records: readonly unknown[]) => {
    const judged = records.map((record, index): Judged => {
      if (isDropped(index)) return { record, index, reason: "too many records" };
      const [issue] = shape.safeParse(record).error?.issues ?? [];
      return { record, index, reason: issue ? wordsOf(issue) : null };
    });
    return { judged, refused: judgeTogether(judged) };
  };
  const answer: CompiledAnswers["answer"] = (records) => {
    const { judged, refused } = judge(records);
    const taken = judged.filter(({ reason }) => reason === null).length;
    if (job) {
      const id = `${1_000 + started++}`;
      // Of records that were taken, nobody asks what stood in them.
      jobs.set(id, judged.map((one) => one.reason === null ? { ...one, record: null } : one));
      const [oldest] = jobs.keys();
      if (jobs.size > MOST_JOBS && oldest !== undefined) jobs.delete(oldest);
      return named(id, filled(whole, judged, taken));
    }
    if (refused || taken === 0 && none) return filled(none ?? UNREADABLE, judged, 0);
    if (taken === judged.length) return filled(whole, judged, taken);
    return filled(part ?? none ?? whole, judged, part || !none ? taken : 0);
  };
  return {
    answer,
    ask(at) {
      for (const [id, judged] of job ? jobs : []) {
        const isAt = (place?: string) => place?.replace("*", id) === at;
        const template = isAt(job?.at) ? job?.state : isAt(job?.errorsAt) ? job?.errors : null;
        if (template) return named(id, filled(template, judged, 0));
      }
      return null;
    },
  };
}

/** What is wrong with a record, as APIs tell it. */
function wordsOf({ path, message, code, ...issue }: z.core.$ZodIssue): string {
  const isPattern = code === "invalid_format" && "format" in issue && issue.format === "regex";
  const what = isPattern ? "Not in the form that the API takes" : message;
  return `${path.join(".") || "record"}: ${what}`;
}

/** The same with a job's id in it. */
function named(id: string, answer: SandboxAnswer): SandboxAnswer {
  return {
    ...answer,
    json: JSON.parse(JSON.stringify(answer.json ?? null).replaceAll("$job", id)),
  };
}

/** What is said of a request where the API documents nothing. */
const UNREADABLE: AnswerTemplate = { status: 400, body: { message: "$reason" } };

function filled(
  { status, body, text }: AnswerTemplate,
  judged: readonly Judged[],
  taken: number,
): SandboxAnswer {
  return { status, json: fill(body, judged, null), taken, ...(text !== undefined && { text }) };
}

function fill(template: unknown, judged: readonly Judged[], current: Judged | null): unknown {
  if (typeof template === "string") return fillText(template, judged, current);
  if (Array.isArray(template)) {
    return template.flatMap((entry) => {
      const each = chosen(entry, judged);
      if (each === null) return [fill(entry, judged, current)];
      const { $each: _, $value, $taken, $failed, ...members } = entry;
      return each.flatMap((one) => {
        const own = one.reason === null ? $taken : $failed;
        const filled = fill($value ?? own ?? members, judged, one);
        // A list of values has none of a record that lacks it.
        return filled === undefined ? [] : [filled];
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
  const isFailed = ({ reason }: Judged) => reason !== null;
  switch (text) {
    case "$count":
      return judged.length;
    case "$failed":
      return judged.filter(isFailed).length;
    case "$taken":
      return judged.filter((one) => !isFailed(one)).length;
    case "$index":
      return current?.index;
    case "$reason":
      return (current ?? judged.find(isFailed))?.reason;
    default:
      return text.startsWith("$record.")
        ? memberOf(current?.record, text.slice("$record.".length))
        : text;
  }
}

/**
 * What an examination found, and how it is told: pure.
 *
 * @module
 */

import { printable } from "../text/printable.ts";
import { formatCount, plural } from "../text/words.ts";
import { bold, green, red, yellow } from "./color.ts";
import { PAGE_WIDTH, wrap } from "./format.ts";
import type { TextStyle } from "./summary_text.ts";

/** What was looked at. */
export type Topic = "settings" | "host" | "credentials" | "clock" | "disk" | "runs" | "file";

/** `problem`: an import would fail by it. `warning`: it might, or somebody should know. */
export type Health = "ok" | "warning" | "problem";

/** Something that was found. Never holds a secret. */
export interface Finding {
  readonly topic: Topic;
  readonly health: Health;
  readonly text: string;
  /** What to do about it, or null. */
  readonly todo: string | null;
}

const TITLES: Readonly<Record<Topic, string>> = {
  settings: "Settings",
  host: "Host",
  credentials: "Credentials",
  clock: "Clock",
  disk: "Disk and log folder",
  runs: "Runs",
  file: "File",
};

/** True where an import would fail. */
export function hasProblems(findings: readonly Finding[]): boolean {
  return findings.some(({ health }) => health === "problem");
}

/** The findings for a page of 80 columns, by what was looked at. */
export function renderFindingsText(findings: readonly Finding[], style: TextStyle): string {
  const topics = (Object.keys(TITLES) as Topic[])
    .map((topic) => ({ topic, found: findings.filter((finding) => finding.topic === topic) }))
    .filter(({ found }) => found.length > 0);
  const parts = topics.map(({ topic, found }) =>
    [style.color ? bold(TITLES[topic]) : TITLES[topic], ...found.map((each) => line(each, style))]
      .join("\n")
  );
  return `${[...parts, verdict(findings)].join("\n\n")}\n`;
}

/** Columns of what stands before the words. */
const WIDTH = 9;

function line({ health, text, todo }: Finding, { color }: TextStyle): string {
  const sign = health.padEnd(WIDTH);
  const paint = { ok: green, warning: yellow, problem: red }[health];
  const words = indented(text);
  const first = `  ${color ? paint(sign) : sign}${words}`;
  return todo === null ? first : `${first}\n${" ".repeat(WIDTH + 2)}${indented(todo)}`;
}

/** Words between their margins; a line that is a command stays whole, to be pasted. */
function indented(text: string): string {
  return text.split("\n").map((each) => printable(each))
    .map((each) => each.startsWith("rowferry ") ? each : wrap(each, PAGE_WIDTH - WIDTH - 2))
    .join("\n")
    .replaceAll("\n", `\n${" ".repeat(WIDTH + 2)}`);
}

function verdict(findings: readonly Finding[]): string {
  const count = (health: Health) => findings.filter((each) => each.health === health).length;
  const [problems, warnings] = [count("problem"), count("warning")];
  if (problems === 0 && warnings === 0) return "All is well.";
  const words = [
    ...(problems > 0 ? [plural(problems, "problem")] : []),
    ...(warnings > 0 ? [plural(warnings, "warning")] : []),
  ].join(" and ");
  return problems > 0 ? `${words}: an import would fail.` : `${words}, and no problem.`;
}

/** The findings as one JSON object on one line. */
export function renderFindingsJson(findings: readonly Finding[], exitCode: number): string {
  const status = hasProblems(findings) ? "problems" : "ok";
  return `${JSON.stringify({ command: "doctor", status, exitCode, findings })}\n`;
}

/** `12 columns`, as an examination tells of a file. */
export function columnsInWords(names: readonly string[], most = 12): string {
  const shown = names.slice(0, most).map((name) => JSON.stringify(name)).join(", ");
  const more = names.length > most ? ` and ${formatCount(names.length - most)} more` : "";
  return `${plural(names.length, "column")}: ${shown}${more}`;
}

/**
 * Measures as rows of a markdown table: one program against another, and the bar for their ratio.
 *
 * @module
 */

import { type Contender, measure, type Measured } from "./run.ts";

/** What is compared, and what counts as good enough. */
export interface Measure {
  readonly what: string;
  readonly subject: Contender;
  /** What `subject` is compared with; null when only its memory counts. */
  readonly against: Contender | null;
  readonly bar:
    /** `subject` takes at most `times` as long as `against`. */
    | { readonly kind: "within"; readonly times: number }
    /** `against` takes at least `times` as long as `subject`. */
    | { readonly kind: "faster"; readonly times: number }
    /** `subject` never holds more than `mb` of memory. */
    | { readonly kind: "memory"; readonly mb: number };
}

/**
 * Runs what the measures name, each program once however many measures name it, and returns the
 * table. Programs are the same when their names are.
 */
export async function tableOf(measures: readonly Measure[], runs: number): Promise<string> {
  const contenders = new Map<string, Contender>();
  for (const { subject, against } of measures) {
    contenders.set(subject.name, subject);
    if (against) contenders.set(against.name, against);
  }
  const results = await measure([...contenders.values()], runs);
  const byName = new Map(results.map((result) => [result.name, result]));
  return [
    "| measure | ms | against, ms | ratio | bar | peak MB |",
    "| --- | ---: | ---: | ---: | --- | ---: |",
    ...measures.map((measure) => tableRow(measure, byName)),
  ].join("\n");
}

/** The machine and the versions, in one line. */
export function machineFacts(): string {
  return `Deno ${Deno.version.deno}, V8 ${Deno.version.v8}, ${Deno.build.target}, ` +
    `${navigator.hardwareConcurrency} cores`;
}

function tableRow(measure: Measure, results: ReadonlyMap<string, Measured>): string {
  const { what, subject, against, bar } = measure;
  const mine = results.get(subject.name);
  const other = against ? results.get(against.name) : undefined;
  const peak = mine?.peakMb ?? NaN;
  const slower = (mine?.ms ?? NaN) / (other?.ms ?? NaN);
  const [ratio, words, met] = bar.kind === "within"
    ? [slower, `within ${bar.times} ×`, slower <= bar.times]
    : bar.kind === "faster"
    ? [1 / slower, `${bar.times} × faster`, 1 / slower >= bar.times]
    : [NaN, `under ${bar.mb} MB`, peak < bar.mb];
  const cells = [
    what,
    whole(mine?.ms),
    whole(other?.ms),
    Number.isNaN(ratio) ? "" : ratio.toFixed(2),
    `${words}${met ? "" : " (missed)"}`,
    whole(peak),
  ];
  return `| ${cells.join(" | ")} |`;
}

function whole(value = NaN): string {
  return Number.isNaN(value) ? "" : Math.round(value).toLocaleString("en");
}

/**
 * Measures that set one program against others, and the bar for their ratio: the median of what it is
 * in each round, in which they run one after the other.
 *
 * @module
 */

import { type Contender, measure, type Measured, median, medianRatio } from "./run.ts";
import { type Result, whole } from "./table.ts";

/** What is compared, and what counts as good enough. */
export interface Measure {
  readonly what: string;
  readonly subject: Contender;
  /** What `subject` is compared with: the sum of their times. None where only its memory counts. */
  readonly against: readonly Contender[];
  readonly bar: Bar;
}

/** What counts as good enough. Times are of the CPU where it says so, else of the wall. */
export type Bar =
  /** `subject` takes at most `times` as long as `against`. */
  | { readonly kind: "within"; readonly times: number; readonly of?: "cpu" }
  /** `against` takes at least `times` as long as `subject`. */
  | { readonly kind: "faster"; readonly times: number; readonly of?: "cpu" }
  /** No bar: what it comes to is told beside the others. */
  | { readonly kind: "told" }
  /** `subject` never holds more than `mb` of memory. */
  | { readonly kind: "memory"; readonly mb: number }
  /** `subject` never holds more than `times` as much memory as `against`. */
  | { readonly kind: "flat"; readonly times: number };

/**
 * Runs what the measures name, each program once however many measures name it. Programs are the
 * same when their names are.
 */
export async function compare(measures: readonly Measure[], runs: number): Promise<Result[]> {
  const contenders = new Map<string, Contender>();
  for (const { subject, against } of measures) {
    for (const contender of [subject, ...against]) contenders.set(contender.name, contender);
  }
  const results = await measure([...contenders.values()], runs);
  const byName = new Map(results.map((result) => [result.name, result]));
  return measures.map(({ what, subject, against, bar }) => ({
    what,
    ...judge(bar, resultOf(subject), against.map(resultOf)),
  }));

  function resultOf({ name }: Contender): Measured {
    const result = byName.get(name);
    if (!result) throw new Error(`${name} was not measured`);
    return result;
  }
}

function judge(
  bar: Bar,
  subject: Measured,
  against: readonly Measured[],
): Omit<Result, "what"> {
  switch (bar.kind) {
    case "within":
    case "faster":
    case "told": {
      const isFaster = bar.kind === "faster";
      const timings = TIMINGS.filter(({ of }) => of(subject).length > 0).map(({ name, of }) => {
        const ms = (each: Measured) => whole(median(of(each)));
        const ratio = isFaster
          ? medianRatio(against.map(of), [of(subject)])
          : medianRatio([of(subject)], against.map(of));
        const told = `${ratio.toFixed(2)} × ${name} (${ms(subject)} ms against ${
          against.map(ms).join(" + ")
        } ms)`;
        return { name, ratio, told };
      });
      const measured = timings.map(({ told }) => told).join(", ");
      if (bar.kind === "told") return { bar: "–", measured, holds: true };
      const of = bar.of === "cpu" ? "CPU" : "wall";
      const ratio = timings.find(({ name }) => name === of)?.ratio ?? NaN;
      return {
        bar: isFaster ? `${bar.times} × faster, ${of}` : `within ${bar.times} ×, ${of}`,
        measured,
        holds: isFaster ? ratio >= bar.times : ratio <= bar.times,
      };
    }
    case "memory": {
      const peak = peakOf(subject);
      return { bar: `under ${bar.mb} MB`, measured: `${whole(peak)} MB`, holds: peak < bar.mb };
    }
    case "flat": {
      const [peak, other] = [peakOf(subject), Math.max(...against.map(peakOf))];
      return {
        bar: `within ${bar.times} ×`,
        measured: `${(peak / other).toFixed(2)} × (${whole(peak)} MB against ${whole(other)} MB)`,
        holds: peak <= other * bar.times,
      };
    }
  }
}

const TIMINGS: readonly { name: string; of: (measured: Measured) => readonly number[] }[] = [
  { name: "CPU", of: ({ cpu }) => cpu },
  { name: "wall", of: ({ times }) => times },
];

function peakOf({ name, peakMb }: Measured): number {
  if (peakMb === null) throw new Error(`The memory of ${name} can't be told on this system`);
  return peakMb;
}

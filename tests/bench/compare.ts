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

/** What counts as good enough. */
export type Bar =
  /** `subject` takes at most `times` as long as `against`. */
  | { readonly kind: "within"; readonly times: number }
  /** `against` takes at least `times` as long as `subject`. */
  | { readonly kind: "faster"; readonly times: number }
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
  const ms = ({ times }: Measured) => whole(median(times));
  const times = `(${ms(subject)} ms against ${against.map(ms).join(" + ")} ms)`;
  switch (bar.kind) {
    case "within": {
      const ratio = medianRatio([subject], against);
      return {
        bar: `within ${bar.times} ×`,
        measured: `${ratio.toFixed(2)} × ${times}`,
        holds: ratio <= bar.times,
      };
    }
    case "faster": {
      const ratio = medianRatio(against, [subject]);
      return {
        bar: `${bar.times} × faster`,
        measured: `${ratio.toFixed(2)} × ${times}`,
        holds: ratio >= bar.times,
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

function peakOf({ name, peakMb }: Measured): number {
  if (peakMb === null) throw new Error(`The memory of ${name} can't be told on this system`);
  return peakMb;
}

/**
 * What a bench found, as rows of a markdown table.
 *
 * @module
 */

/** One measure, next to what was promised of it. */
export interface Result {
  readonly what: string;
  readonly bar: string;
  readonly measured: string;
  readonly holds: boolean;
}

/** The results as a markdown table. */
export function tableOf(results: readonly Result[]): string {
  return [
    "| measure | bar | measured | holds |",
    "| --- | --- | --- | --- |",
    ...results.map(({ what, bar, measured, holds }) =>
      `| ${what} | ${bar} | ${measured} | ${holds ? "yes" : "**no**"} |`
    ),
  ].join("\n");
}

/** The machine and the versions, in one line. */
export function machineFacts(): string {
  return `Deno ${Deno.version.deno}, V8 ${Deno.version.v8}, ${Deno.build.target}, ` +
    `${navigator.hardwareConcurrency} cores`;
}

/** A number without decimals, in groups of three digits. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString("en");
}

/**
 * What a terminal can do.
 *
 * @module
 */

interface MaybeTerminal {
  readonly isTerminal: boolean;
}

/** True where somebody can be asked: questions go to standard error. */
export function canAsk(
  { stdin, stderr }: { readonly stdin: MaybeTerminal; readonly stderr: MaybeTerminal },
): boolean {
  return stdin.isTerminal && stderr.isTerminal;
}

/** True for a terminal that does nothing but print: no line can be redrawn there. */
export function isDumb(env: Readonly<Record<string, string>>): boolean {
  return env.TERM === "dumb";
}

/** Colours and other styles (ECMA-48: SGR). */
// deno-lint-ignore no-control-regex -- that is what they are made of
const STYLES = /\x1b\[[\d;]*m/g;

/** Text as it is without colours. */
export function withoutStyles(text: string): string {
  return text.replace(STYLES, "");
}

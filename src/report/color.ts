/**
 * Whether text may be coloured, and the colours. Not those of `@std/fmt/colors`, which ask the
 * environment by themselves.
 *
 * @module
 */

/** Colours are for terminals, and not where `NO_COLOR` is set (https://no-color.org). */
export function useColor(isTerminal: boolean, noColor: string | undefined): boolean {
  return isTerminal && !noColor;
}

/** A style of ECMA-48's SGR: the codes that turn it on and off. */
function style(on: number, off: number): (text: string) => string {
  return (text) => `\x1b[${on}m${text}\x1b[${off}m`;
}

export const bold: (text: string) => string = style(1, 22);
export const red: (text: string) => string = style(31, 39);
export const green: (text: string) => string = style(32, 39);
export const yellow: (text: string) => string = style(33, 39);

/**
 * Whether text may be coloured.
 *
 * @module
 */

/** Colours are for terminals, and not where `NO_COLOR` is set (https://no-color.org). */
export function useColor(isTerminal: boolean, noColor: string | undefined): boolean {
  return isTerminal && !noColor;
}

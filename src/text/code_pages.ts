/**
 * DOS code pages, which Excel's «CSV (MS-DOS)» and old databases write and `TextDecoder` doesn't know.
 *
 * @module
 */

const LABEL =
  /^(?:cs)?(?:cp|ibm|pc|dos|oem)?[-_ ]?(437|720|737|775|850|852|855|857|858|86[0-5]|869)$/i;

/** `cp850` for a label such as `CP850`, `ibm-850` or `850`; null for a label of no code page. */
export function codePageOf(label: string): string | null {
  const number = LABEL.exec(label.trim())?.[1];
  return number === undefined ? null : `cp${number}`;
}

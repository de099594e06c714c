/**
 * Which older encoding bytes are likely to be of that are no UTF-8. Only ever proposed, never taken.
 *
 * @module
 */

/**
 * `windows-1252`, which most of them are, where none of the five bytes is there that it lacks; else `cp850`, of which bytes for accented
 * letters are undefined there; null where there is nothing but ASCII.
 *
 * @param units bytes, each as a character.
 */
export function likelyEncoding(units: string): "windows-1252" | "cp850" | null {
  if (/[\x81\x8d\x8f\x90\x9d]/.test(units)) return "cp850";
  return /[\x80-\xff]/.test(units) ? "windows-1252" : null;
}

/**
 * Whether the number that a text becomes still says what the text says.
 *
 * @module
 */

/** Numbers of fewer characters have at most 15 digits, which every double holds. */
const SURELY_KEPT_LENGTH = 15;

/** Decimal digits that a double always keeps, and the most that ever tell two doubles apart. */
const ALWAYS_KEPT = 15;
const MOST_KEPT = 17;

/** Smaller doubles hold fewer digits. */
const LEAST_NORMAL = 2.2250738585072014e-308;

/**
 * Whether a double stands for what was written: none of the digits that count is lost. `text` is a
 * decimal number, perhaps with an exponent, and `value` what `Number` made of it.
 */
export function keepsDigits(text: string, value: number): boolean {
  if (text.length <= SURELY_KEPT_LENGTH && !hasExponent(text)) return true;
  if (!Number.isFinite(value)) return false;
  const digits = countingDigits(text);
  if (digits === null) return false;
  if (digits === "" || value === 0) return digits === "" && value === 0;
  if (digits.length <= ALWAYS_KEPT && Math.abs(value) >= LEAST_NORMAL) return true;
  return countingDigits(value.toPrecision(digits.length)) === digits;
}

function hasExponent(text: string): boolean {
  return text.includes("e") || text.includes("E");
}

/** A number's digits from the first that is not zero to the last; null for more than a double has. */
function countingDigits(text: string): string | null {
  let digits = "";
  let zeros = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit === 0) zeros++;
    else if (digit > 0 && digit <= 9) {
      if (digits !== "") {
        if (digits.length + zeros >= MOST_KEPT) return null;
        digits += "0".repeat(zeros);
      }
      zeros = 0;
      digits += text[i];
    } else if (text[i] === "e" || text[i] === "E") break;
  }
  return digits;
}

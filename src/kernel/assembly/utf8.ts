/** Letters beyond ASCII, in UTF-8. */

/** Whether bytes are valid (RFC 3629 §4). */
export function isUtf8(from: usize, to: usize): bool {
  let at = from;
  while (at < to) {
    const lead = load<u8>(at);
    const length = lengthOf(lead);
    if (length === 0 || at + length > to) return false;
    if (length > 1 && !isSecond(lead, load<u8>(at, 1))) return false;
    for (let i: usize = 2; i < length; i++) if (!isTail(load<u8>(at + i))) return false;
    at += length;
  }
  return true;
}

/** Bytes of a character that begins with `lead`; 0 where none does. */
function lengthOf(lead: u8): usize {
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  return lead < 0xf5 ? 4 : 0;
}

/** Whether a second byte stands for nothing shorter, no surrogate, and nothing beyond U+10FFFF. */
function isSecond(lead: u8, second: u8): bool {
  if (lead === 0xe0) return second >= 0xa0 && second < 0xc0;
  if (lead === 0xed) return second >= 0x80 && second < 0xa0;
  if (lead === 0xf0) return second >= 0x90 && second < 0xc0;
  if (lead === 0xf4) return second >= 0x80 && second < 0x90;
  return isTail(second);
}

function isTail(byte: u8): bool {
  return (byte & 0xc0) === 0x80;
}

/** How long valid bytes are for JavaScript: in UTF-16 units. */
export function unitsOf(from: usize, to: usize): u32 {
  let units: u32 = 0;
  for (; from < to; from++) {
    const byte = load<u8>(from);
    if (!isTail(byte)) units += byte >= 0xf0 ? 2 : 1;
  }
  return units;
}

/** Whether a byte is beyond ASCII. */
export function hasForeign(from: usize, to: usize): bool {
  for (; from < to; from++) if (load<u8>(from) >= 0x80) return true;
  return false;
}

/** Whether the first or the last character of some bytes may be a blank beyond ASCII. */
export function mayEndInBlank(from: usize, to: usize): bool {
  let last = to - 1;
  while (last > from && isTail(load<u8>(last))) last--;
  return mayBeBlank(from) || mayBeBlank(last);
}

/** Whether the character at an address is beyond ASCII and perhaps one that `trim()` takes off. */
function mayBeBlank(at: usize): bool {
  const lead = load<u8>(at);
  const second = load<u8>(at, 1);
  const third = load<u8>(at, 2);
  switch (lead) {
    case 0xc2: // U+00A0
      return second === 0xa0;
    case 0xe1: // U+1680
      return second === 0x9a && third === 0x80;
    case 0xe2: // U+2000 to U+205F
      return second === 0x80 || second === 0x81;
    case 0xe3: // U+3000
      return second === 0x80 && third === 0x80;
    case 0xef: // U+FEFF
      return second === 0xbb && third === 0xbf;
    default:
      return false;
  }
}

/** Whether a letter is there of which the small one is one of ASCII, or two: that for Kelvin, or İ. */
export function hasOddCapital(from: usize, to: usize): bool {
  for (; from < to; from++) {
    const lead = load<u8>(from);
    if (lead === 0xc4 && load<u8>(from, 1) === 0xb0) return true;
    if (lead === 0xe2 && load<u8>(from, 1) === 0x84 && load<u8>(from, 2) === 0xaa) return true;
  }
  return false;
}

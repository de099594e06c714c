/**
 * What a person who knows JavaScript well would write for one mapping: a loop over bytes that checks
 * banners as ShowAds' built-in mapping does and makes the requests' bodies. It knows no quotes, no
 * positions and no reasons. Says `valid filtered invalid bytes`.
 */

const [LF, CR, BLANK, COMMA, QUOTE, BACKSLASH] = [10, 13, 32, 44, 34, 92];
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });
const [HEAD, TAIL] = ['{"Data":[', "]}"];
const NAME = encoder.encode('{"VisitorCookie":"');
const NUMBER = encoder.encode('","BannerId":');
const ROWS = 1000;

const file = Deno.openSync(Deno.args[0] ?? "");
const held = new Uint8Array(2 ** 18);
const body = new Uint8Array(2 ** 21);
let size = write(0, encoder.encode(HEAD));
let [rows, valid, filtered, invalid, bytes] = [0, 0, 0, 0, 0];
/** Borders of the four fields of a row, without the blanks around them. */
const starts = new Int32Array(4);
const ends = new Int32Array(4);

function write(at: number, text: Uint8Array): number {
  body.set(text, at);
  return at + text.length;
}

/** Finds the fields of a row; false where they are not four. */
function cut(from: number, to: number): boolean {
  let field = 0;
  let start = from;
  for (let at = from; at <= to; at++) {
    if (at < to && held[at] !== COMMA) continue;
    if (field === 4) return false;
    let end = at;
    while (start < end && held[start] === BLANK) start++;
    while (end > start && held[end - 1] === BLANK) end--;
    starts[field] = start;
    ends[field++] = end;
    start = at + 1;
  }
  return field === 4;
}

function isName(from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = held[at] as number;
    if (byte >= 0x80) return /^[\p{L}\p{M} ]+$/u.test(decoder.decode(held.subarray(from, to)));
    const letter = byte | 0x20;
    if ((letter < 0x61 || letter > 0x7a) && byte !== BLANK) return false;
  }
  return to > from;
}

/** A whole number, or -1. */
function numberAt(from: number, to: number): number {
  let value = to > from ? 0 : -1;
  for (let at = from; at < to; at++) {
    const digit = (held[at] as number) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function copy(from: number, to: number): void {
  for (let at = from; at < to; at++) {
    const byte = held[at] as number;
    if (byte === QUOTE || byte === BACKSLASH || byte < BLANK) body[size++] = BACKSLASH;
    body[size++] = byte;
  }
}

function row(from: number, to: number): void {
  if (!cut(from, to) || !isName(starts[0] as number, ends[0] as number)) return void invalid++;
  const age = numberAt(starts[1] as number, ends[1] as number);
  const banner = numberAt(starts[3] as number, ends[3] as number);
  if (age < 0 || starts[2] === ends[2] || banner < 0 || banner > 99) return void invalid++;
  if (age < 18) return void filtered++;
  valid++;
  if (rows > 0) body[size++] = COMMA;
  size = write(size, NAME);
  copy(starts[2] as number, ends[2] as number);
  size = write(size, NUMBER);
  copy(starts[3] as number, ends[3] as number);
  body[size++] = 0x7d;
  if (++rows === ROWS) finish();
}

function finish(): void {
  if (rows > 0) bytes += size + TAIL.length;
  size = HEAD.length;
  rows = 0;
}

let isHeader = true;
for (let kept = 0;;) {
  const count = file.readSync(held.subarray(kept));
  const stop = kept + (count ?? 0);
  let at = 0;
  for (let end = held.indexOf(LF, at); end !== -1 && end < stop; end = held.indexOf(LF, at)) {
    if (!isHeader) row(at, held[end - 1] === CR ? end - 1 : end);
    isHeader = false;
    at = end + 1;
  }
  if (count === null) {
    if (at < stop) row(at, stop);
    break;
  }
  held.copyWithin(0, at, stop);
  kept = stop - at;
}
finish();
Deno.stdout.writeSync(encoder.encode(`${valid} ${filtered} ${invalid} ${bytes}\n`));

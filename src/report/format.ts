/**
 * Numbers, sizes, durations and tables as people read them at a terminal.
 *
 * @module
 */

import { printable, UNPRINTABLE } from "../text/printable.ts";
import { formatCount } from "../text/words.ts";

/** Columns that reports are written for. */
export const PAGE_WIDTH = 80;

/** Bytes in powers of ten, three digits: `812345` → `812 kB`, `1337` → `1.34 kB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB", "PB"];
  let size = bytes / 1000;
  let unit = 0;
  // 999.5 of a unit have three digits no more once they are rounded.
  for (; size >= 999.5 && unit < units.length - 1; unit++) size /= 1000;
  return `${Number(size.toPrecision(3))} ${units[unit]}`;
}

/** Milliseconds in the two largest units that matter: `850 ms`, `3.2 s`, `5 m 10 s`, `2 h 5 m`. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.round(seconds / 60);
  if (seconds < 3600) return twoUnits(seconds, 60, "m", "s");
  if (minutes < 24 * 60) return twoUnits(minutes, 60, "h", "m");
  return twoUnits(Math.round(minutes / 60), 24, "d", "h");
}

/** A moment (ISO 8601) on the clock of this machine, to the minute: `2026-11-28 15:05`. */
export function formatLocalTime(moment: string): string {
  const time = new Date(moment);
  const two = (part: number) => String(part).padStart(2, "0");
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** A moment on the clock of this machine, to the second: `15:05:09`. */
export function formatClock(moment: string | number): string {
  const time = new Date(moment);
  return [time.getHours(), time.getMinutes(), time.getSeconds()]
    .map((part) => String(part).padStart(2, "0")).join(":");
}

/** How far the clock of this machine is from UTC at a moment: `UTC+1`, `UTC-3:30`, `UTC`. */
export function formatZone(moment: string | number): string {
  const minutes = -new Date(moment).getTimezoneOffset();
  if (minutes === 0) return "UTC";
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const tail = rest === 0 ? "" : `:${String(rest).padStart(2, "0")}`;
  return `UTC${minutes < 0 ? "-" : "+"}${hours}${tail}`;
}

function twoUnits(amount: number, base: number, large: string, small: string): string {
  const rest = amount % base;
  return `${Math.floor(amount / base)} ${large}${rest === 0 ? "" : ` ${rest} ${small}`}`;
}

/** `308.4` → `308 rows/s`, `2.345` → `2.3 rows/s`. */
export function formatRate(rowsPerSecond: number): string {
  if (!Number.isFinite(rowsPerSecond)) return "0 rows/s";
  const digits = rowsPerSecond < 100 ? 1 : 0;
  return `${formatCount(Number(rowsPerSecond.toFixed(digits)))} rows/s`;
}

/** A share of a whole, rounded down so that only all of it is `100 %`. */
export function formatPercent(part: number, whole: number): string {
  return `${whole === 0 ? 100 : Math.floor(100 * part / whole)} %`;
}

/** A reason as the end of a sentence: printable, and with one full stop. */
export function endSentence(reason: string): string {
  const text = printable(reason);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** True for a reason that says itself that something stopped. */
export function saysStopped(reason: string): boolean {
  return reason.startsWith("stopped ");
}

/** `Stopped by SIGTERM`, or `Stopped: mParticle answered 503`: it stopped, said once. */
export function stopSentence(reason: string): string {
  return saysStopped(reason) ? `S${reason.slice(1)}` : `Stopped: ${reason}`;
}

/**
 * A word of a command line, quoted for a POSIX shell where it must be; with what is not fit
 * to be printed, in the form of POSIX 2024 that bash, zsh and ksh know too.
 */
export function shellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (UNPRINTABLE.test(word)) {
    const all = new RegExp(UNPRINTABLE, "g");
    const escaped = word.replace(/['\\]/g, "\\$&").replace(all, (character) => {
      const octal = [...new TextEncoder().encode(character)].map((byte) => byte.toString(8));
      return octal.map((digits) => `\\${digits.padStart(3, "0")}`).join("");
    });
    return `$'${escaped}'`;
  }
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Breaks text between words so that no line is longer than `width`; a longer word stays whole. */
export function wrap(text: string, width = PAGE_WIDTH): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines.join("\n");
}

/** A table's rows as lines: cells padded to their column, those in `right` set flush right. */
export function alignColumns(
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => widths[i] = Math.max(widths[i] ?? 0, cell.length));
  }
  return rows.map((row) =>
    row.map((cell, i) => {
      const width = widths[i] ?? 0;
      return right.includes(i) ? cell.padStart(width) : cell.padEnd(width);
    }).join("  ").trimEnd()
  );
}

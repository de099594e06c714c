/**
 * The numbers by which the program and its kernel understand each other. Both are compiled from this
 * file: it holds nothing that AssemblyScript doesn't know.
 *
 * @module
 */

/** What a column asks for besides its type: bits, of which those that few columns have are the highest. */
export enum Treatment {
  TRIMS = 1,
  REQUIRED = 2,
  /** Tells people or things apart: see `src/mapping/check_key.ts`. */
  KEY = 4,
  LOWERS = 8,
  CAPITALIZES = 16,
  /** Doubts numbers such as `1.234`, which may be a thousand and more. */
  DOUBTS_THOUSANDS = 32,
  /** The CSV lacks it. */
  ABSENT = 64,
  /** Cuts something off at the end. */
  CUTS = 128,
}

/** A column's type. */
export enum Check {
  /** Any text will do. */
  ANY,
  TEXT,
  CHARACTERS,
  INTEGER,
  NUMBER,
  BOOLEAN,
  DATE,
  EMAIL,
  WORD,
  UUID,
}

/** What a rule of the filter asks of a number. */
export enum Question {
  AT_LEAST,
  AT_MOST,
}

/** What a step of the payload writes. */
export enum Write {
  /** Text as it is. */
  TEXT,
  /** A text, and the value behind it; a row without a value is left to the program. */
  VALUE,
  ROW_NUMBER,
  /** What a group of members begins with, and ends with where it has any; else it isn't there. */
  OPEN,
  CLOSE,
  /** A name and its value, unless that is empty, behind a comma unless it is the first. */
  MEMBER,
  /** Text that is a member of its own. */
  CONSTANT,
}

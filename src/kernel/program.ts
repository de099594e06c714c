/**
 * Writes plans as the kernel reads them: the shapes of `assembly/layout.ts`, word by word.
 *
 * @module
 */

import type { FileShape } from "../model/decided_rows.ts";
import type {
  CheckPlan,
  ColumnPlan,
  PayloadStep,
  RowPlan,
  RulePlan,
  ValueStep,
} from "../model/plan.ts";
import { Arena } from "./arena.ts";
import { Check, Question, Treatment, Write } from "./codes.ts";

/** Everything that rows are decided by. */
export interface Plans {
  readonly file: FileShape;
  readonly rows: RowPlan;
  readonly payload: readonly PayloadStep[];
  /** What stands between two payloads. */
  readonly separator: string;
  /** Rows with a longer payload are not plain, in bytes. */
  readonly longestPayload: number;
  /** Whether only the lengths of payloads are wanted. */
  readonly measuresOnly: boolean;
}

/** Where the kernel finds what is its own. */
export interface ProgramPlace {
  readonly bytes: Uint8Array;
  /** Where payloads are written. */
  readonly output: number;
}

/** Words of the shape `Program`. */
const PROGRAM_WORDS = 20;
const VALUE_BYTES = 24;
const FIELD_BYTES = 8;

/** What lengths are where nothing bounds them. */
const UNBOUNDED = 0xffffffff;

/** Writes the program of a run, which stands at `address` in the kernel's memory. */
export function writeProgram(address: number, plans: Plans): ProgramPlace {
  const { file, rows, payload, separator, longestPayload, measuresOnly } = plans;
  const arena = new Arena(address, PROGRAM_WORDS);
  const headerName = file.headerName === null ? null : arena.text(file.headerName);
  const columns = rows.columns.map((column) => columnWords(arena, column));
  const steps = payload.map((step) => stepWords(arena, step));
  const between = arena.text(separator);
  const columnsAt = arena.shapes(columns);
  const groups = arena.words(rows.groups.flatMap((group) => [group.length, ...group]));

  const rules = arena.shapes(rows.rules.map(ruleWords)).address;
  const stepsAt = arena.shapes(steps);
  const values = arena.room(rows.columns.length * VALUE_BYTES);
  const fields = arena.room(file.width * FIELD_BYTES);
  const output = arena.room(0);
  arena.fill([
    file.width,
    file.delimiter.charCodeAt(0),
    file.longestRow,
    headerName?.address ?? 0,
    headerName?.length ?? 0,
    columnsAt.address,
    columns.length,
    groups,
    rows.groups.length,
    rules,
    rows.rules.length,
    stepsAt.address,
    stepsAt.end,
    between.address,
    between.length,
    values,
    output,
    fields,
    longestPayload,
    measuresOnly ? 1 : 0,
  ]);
  return { bytes: arena.bytes(), output };
}

/** A word of 32 bits, or a double, which takes two. */
type Words = readonly (number | { readonly double: number })[];

function columnWords(arena: Arena, column: ColumnPlan): Words {
  const { check, clean } = column;
  const suffix = typeof clean === "object" && clean !== null ? arena.text(clean.suffix) : null;
  const { code, table = 0, minLength = 0, maxLength = UNBOUNDED, min = 0, max = 0 } = checkWords(
    arena,
    check,
  );
  const treatment = (column.trims ? Treatment.TRIMS : 0) |
    (column.required ? Treatment.REQUIRED : 0) |
    (column.isKey ? Treatment.KEY : 0) |
    (column.field === null ? Treatment.ABSENT : 0) |
    (suffix === null ? 0 : Treatment.CUTS) |
    (clean === "lower" ? Treatment.LOWERS : 0) |
    (clean === "capitalize" ? Treatment.CAPITALIZES : 0) |
    (check.kind === "number" && check.doubtsThousands ? Treatment.DOUBTS_THOUSANDS : 0);
  return [
    ...[column.field ?? 0, treatment, code, table, minLength, maxLength],
    { double: min },
    { double: max },
    ...[suffix?.address ?? 0, suffix?.length ?? 0],
  ];
}

/** What a check's words are; those that it has nothing to say of are left away. */
interface CheckWords {
  readonly code: Check;
  readonly table?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly min?: number;
  readonly max?: number;
}

function checkWords(arena: Arena, check: CheckPlan): CheckWords {
  switch (check.kind) {
    case "text": {
      const { minLength, maxLength, characters } = check;
      const lengths = { minLength, maxLength: Math.min(maxLength, UNBOUNDED) };
      if (characters === null && minLength === 0 && maxLength === Infinity) {
        return { code: Check.ANY };
      }
      return characters === null
        ? { code: Check.TEXT, ...lengths }
        : { code: Check.CHARACTERS, ...lengths, table: arena.characters(characters) };
    }
    case "integer":
      return { code: Check.INTEGER, min: check.min, max: check.max };
    case "number":
      return { code: Check.NUMBER, min: check.min, max: check.max };
    case "boolean": {
      const falseWords = check.falseWords.map((word) => ({ word, means: 0 }));
      const trueWords = check.trueWords.map((word) => ({ word, means: 1 }));
      return { code: Check.BOOLEAN, table: arena.wordList([...falseWords, ...trueWords]) };
    }
    case "word":
      return {
        code: Check.WORD,
        table: arena.wordList(check.words.map((word) => ({ word, means: 0 }))),
      };
    case "date":
      return { code: Check.DATE };
    case "email":
      return { code: Check.EMAIL };
    case "uuid":
      return { code: Check.UUID };
  }
}

function ruleWords({ question, column, number }: RulePlan): Words {
  const code = question === "at-least" ? Question.AT_LEAST : Question.AT_MOST;
  return [code, column, { double: number }];
}

function stepWords(arena: Arena, step: PayloadStep): Words {
  switch (step.write) {
    case "text":
      return plainStep(arena, Write.TEXT, step.text);
    case "open":
      return plainStep(arena, Write.OPEN, step.text);
    case "close":
      return plainStep(arena, Write.CLOSE, step.text);
    case "constant":
      return plainStep(arena, Write.CONSTANT, `,${step.text}`);
    case "row-number":
      return [Write.ROW_NUMBER, 0, 0, 0, 0, 0];
    case "value":
      return valueStep(arena, Write.VALUE, step, step.text);
    case "member":
      return valueStep(arena, Write.MEMBER, step, `,${step.text}`);
  }
}

function plainStep(arena: Arena, write: Write, text: string): Words {
  const { address, length } = arena.text(text);
  return [write, 0, address, length, 0, 0];
}

function valueStep(arena: Arena, write: Write, step: ValueStep, text: string): Words {
  const { address, length } = arena.text(text);
  const longest = Math.min(step.longest, UNBOUNDED);
  return [write, step.column, address, length, step.quotes ? 1 : 0, longest];
}

/**
 * The kernel: WebAssembly that decides plain rows. It is built from `src/kernel/assembly/` by `.ci/kernel.ts`.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { DecidedRows, type DecideFrom, type RowDecider } from "../model/decided_rows.ts";
import { KERNEL } from "./bytes.ts";
import { type Plans, writeProgram } from "./program.ts";

/** What the kernel gives. Addresses and numbers of bytes are those of its memory. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly input: WebAssembly.Global;
  readonly inputBytes: WebAssembly.Global;
  readonly programStart: WebAssembly.Global;
  readonly rows: WebAssembly.Global;
  readonly mostRows: WebAssembly.Global;
  look(length: number): void;
  begin(): void;
  decide(at: number, most: number, line: number, number: number): number;
  lineBehind(): number;
}

/** Numbers of a decided row. */
const ROW_NUMBERS = 5;
const PAGE_BYTES = 0x10000;

/** As much as a byte of a value takes in a payload: that of a control character. */
const LONGEST_ESCAPE = 6;

/** What a value takes besides: its quotes, what is copied too much. */
const AROUND_VALUE = 32;

/** Whether this machine can run the kernel, which needs SIMD. */
export function canRun(): boolean {
  return WebAssembly.validate(kernelBytes());
}

function kernelBytes(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(KERNEL, "base64"));
}

/** A kernel with the program of a run. */
export class Kernel implements RowDecider {
  readonly mostRows: number;
  readonly #kernel: Exports;
  readonly #rules: readonly string[];
  readonly #input: Uint8Array;
  readonly #rows: Int32Array;
  readonly #output: Uint8Array<ArrayBuffer>;
  readonly #separatorLength: number;
  #decided = 0;
  #payloads = 0;

  /** @param fewerRows how many are handed over together, where that is to be fewer than it has room for. */
  constructor(plans: Plans, fewerRows = Infinity) {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(kernelBytes()));
    this.#kernel = exports as unknown as Exports;
    const { memory, input, inputBytes, programStart, rows, mostRows } = this.#kernel;
    this.mostRows = Math.min(fewerRows, mostRows.value);
    const { bytes, output } = writeProgram(programStart.value, plans);
    const most = mostRows.value * fixedBytes(plans) +
      LONGEST_ESCAPE * mostUses(plans) * inputBytes.value;
    memory.grow(Math.ceil((output + most - memory.buffer.byteLength) / PAGE_BYTES));
    const { buffer } = memory;
    new Uint8Array(buffer).set(bytes, programStart.value);
    this.#rules = plans.rows.rules.map(({ name }) => name);
    this.#separatorLength = Buffer.byteLength(plans.separator);
    this.#input = new Uint8Array(buffer, input.value, inputBytes.value);
    this.#rows = new Int32Array(buffer, rows.value, ROW_NUMBERS * mostRows.value);
    this.#output = new Uint8Array(buffer as ArrayBuffer, output);
  }

  /** The most bytes that it takes in hand at a time. */
  get mostBytes(): number {
    return this.#input.length;
  }

  look(bytes: Uint8Array): void {
    this.#input.set(bytes);
    this.#kernel.look(bytes.length);
  }

  begin(): void {
    this.#kernel.begin();
    this.#decided = 0;
    this.#payloads = 0;
  }

  decide(at: number, most: number, { block, line, number }: DecideFrom): DecidedRows | null {
    const count = this.#kernel.decide(at, most, line, number);
    if (count === 0) return null;
    const from = ROW_NUMBERS * this.#decided;
    this.#decided += count;
    const to = ROW_NUMBERS * this.#decided;
    const payloadsBefore = this.#payloads;
    this.#payloads = this.#rows[to - 2] as number;
    return new DecidedRows({
      block,
      first: number,
      lineBehind: this.#kernel.lineBehind(),
      numbers: this.#rows.subarray(from, to),
      rules: this.#rules,
      payloads: this.#output,
      separatorLength: this.#separatorLength,
      payloadsBefore,
    });
  }
}

/** Bytes that a payload takes at most, without its values. */
function fixedBytes({ payload, separator }: Plans): number {
  const texts = payload.map((step) => "text" in step ? step.text : "");
  return Buffer.byteLength(texts.join("") + separator) + AROUND_VALUE * (payload.length + 1);
}

/** How often the same field is written at most. */
function mostUses({ rows, payload }: Plans): number {
  const uses = new Map<number | null, number>();
  for (const step of payload) {
    if (!("column" in step)) continue;
    const field = rows.columns[step.column]?.field ?? null;
    uses.set(field, (uses.get(field) ?? 0) + 1);
  }
  return Math.max(1, ...uses.values());
}

/**
 * Reading the body of an answer, which may be huge, slow or endless.
 *
 * @module
 */

import type { Io } from "../io.ts";
import { Patience } from "./patience.ts";

/** How much of a body is read. */
export interface IntakeLimits {
  /** A little more may come with the last piece. */
  readonly bytes: number;
  /** From one piece to the next, in milliseconds. */
  readonly silenceMs: number;
  /** For all of it, in milliseconds. */
  readonly wholeMs: number;
  readonly stop: AbortSignal;
}

/** A body on its way in. */
export class Intake {
  readonly #io: Pick<Io, "monotonic" | "startTimer">;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #limits: IntakeLimits;
  #cancelled = false;

  constructor(
    io: Pick<Io, "monotonic" | "startTimer">,
    body: ReadableStream<Uint8Array>,
    limits: IntakeLimits,
  ) {
    this.#io = io;
    this.#reader = body.getReader();
    this.#limits = limits;
  }

  /** What comes within the limits; `whole` is false when more was to come. */
  async read(): Promise<{ readonly bytes: Uint8Array; readonly whole: boolean }> {
    const pieces: Uint8Array[] = [];
    const whole = await this.#take(this.#limits, (piece) => pieces.push(piece));
    return { bytes: joined(pieces), whole };
  }

  /** Reads on, to nowhere, so that the connection becomes free; what exceeds the limits is cancelled. */
  async drain(limits: IntakeLimits): Promise<void> {
    if (!this.#cancelled && !await this.#take(limits, () => {})) await this.cancel();
  }

  /** Lets the connection go. */
  async cancel(): Promise<void> {
    this.#cancelled = true;
    await this.#reader.cancel().catch(() => {}); // It is gone already.
  }

  async #take(limits: IntakeLimits, onPiece: (piece: Uint8Array) => void): Promise<boolean> {
    const cancel = () => void this.cancel();
    const endsAt = this.#io.monotonic() + limits.wholeMs;
    const patience = new Patience(this.#io, Math.min(limits.silenceMs, limits.wholeMs), cancel);
    limits.stop.addEventListener("abort", cancel, { once: true });
    if (limits.stop.aborted) cancel();
    try {
      for (let bytes = 0; bytes <= limits.bytes;) {
        const { done, value } = await this.#reader.read();
        if (done) return !this.#cancelled;
        bytes += value.length;
        onPiece(value);
        patience.renew(Math.min(limits.silenceMs, endsAt - this.#io.monotonic()));
      }
    } catch {
      this.#cancelled = true; // It broke off.
    } finally {
      patience.end();
      limits.stop.removeEventListener("abort", cancel);
    }
    return false;
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [first = new Uint8Array(), ...others] = pieces;
  if (others.length === 0) return first;
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

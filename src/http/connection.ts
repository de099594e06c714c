/**
 * One connection: requests go out and answers come in, one after the other.
 *
 * It is read from even when no answer is due, so that no request is trusted to a connection that has
 * ended.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { NetworkError } from "../model/errors.ts";
import type { HttpRequest, HttpResponse, Wire } from "../io.ts";
import { bodyReader } from "./body.ts";
import { broken } from "./failure.ts";
import { type AnswerHead, codingsOf, endOfHead, parseHead } from "./head.ts";
import { Outgoing } from "./outgoing.ts";

const BUFFER_BYTES = 16 * 1024;

/** A server that refuses a request has read a body that is no longer than this. */
const SURELY_READ_BYTES = 16 * 1024;

/** The longest head of an answer, in bytes. */
const LONGEST_HEAD = 64 * 1024;

/** Who looks after a connection. */
export interface ConnectionOwner {
  /** It is free for another request, for `ms` milliseconds. */
  onFree(ms: number): void;
  /** It is of no more use. */
  onClosed(): void;
}

/** A connection to where requests are sent. */
export class Connection {
  readonly #wire: Wire;
  readonly #owner: ConnectionOwner;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #state: "free" | "busy" | "closed" = "busy";
  /** The bytes that come next, which lie in `#buffer`; null at the end. */
  #reading: Promise<Uint8Array | null>;

  constructor(wire: Wire, owner: ConnectionOwner) {
    this.#wire = wire;
    this.#owner = owner;
    this.#reading = this.#read();
  }

  /** True until it has ended, as far as is known. */
  get isOpen(): boolean {
    return this.#state !== "closed";
  }

  /**
   * Makes a request. None may be under way.
   *
   * @returns The answer, as soon as its head is there. Its body must be read or cancelled.
   * @throws {NetworkError} when none comes. The request may have arrived all the same, where all of it
   * was written.
   */
  async exchange(
    head: Uint8Array,
    body: Uint8Array,
    onProgress?: HttpRequest["onProgress"],
  ): Promise<HttpResponse> {
    this.#state = "busy";
    const outgoing = new Outgoing(this.#wire, [head, body], onProgress);
    try {
      const { answer, rest } = await this.#readHead();
      const { status, headers } = answer;
      const isTaken = status >= 200 && status < 300;
      const isEarly = !outgoing.isWritten;
      if (isEarly) {
        // Of a request that is refused, the rest is of no use. One that is taken must be whole.
        if (!isTaken) outgoing.stop();
        else if (!await outgoing.written) {
          throw new NetworkError("perhaps", "it was answered, and then not read to its end");
        }
      }
      // After an early answer, some servers read no further: the next request would wait in vain. That
      // all was written says little: of a long body, the system may hold more than was read.
      const mayBeUnread = isEarly || (!isTaken && body.length > SURELY_READ_BYTES);
      const kept = mayBeUnread ? { ...answer, keepMs: 0 } : answer;
      return { status, headers, codings: codingsOf(headers), body: this.#startBody(kept, rest) };
    } catch (error) {
      this.close();
      throw broken(error, outgoing.mayBeWhole ? "perhaps" : "partly");
    }
  }

  /** Breaks off whatever is under way. */
  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#wire.close();
    this.#owner.onClosed();
  }

  #read(): Promise<Uint8Array | null> {
    const reading = this.#wire.read(this.#buffer).then((count) => {
      // Nobody asked: the other side ends the connection.
      if (this.#state === "free") this.close();
      return count === null ? null : this.#buffer.subarray(0, count);
    });
    reading.catch(() => this.close()); // Who waits for the bytes hears of it too.
    return reading;
  }

  async #readHead(): Promise<{ answer: AnswerHead; rest: Uint8Array }> {
    let text = "";
    let scanned = 0;
    while (true) {
      const bytes = await this.#reading;
      if (bytes === null) throw new Error("unexpected eof");
      text += Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
      for (let end = endOfHead(text, scanned); end !== -1; end = endOfHead(text)) {
        const answer = parseHead(text.slice(0, end));
        if (answer === null || answer.status === 101) throw notHttp();
        text = text.slice(end);
        scanned = 0;
        // What is left of the text came last.
        const rest = bytes.subarray(bytes.length - text.length);
        if (answer.status >= 200) return { answer, rest };
      }
      if (text.length > LONGEST_HEAD || !"HTTP".startsWith(text.slice(0, 4))) throw notHttp();
      scanned = Math.max(0, text.length - 2); // A line end may come in two pieces.
      this.#reading = this.#read();
    }
  }

  /** The body, of which `rest` was read with the head; null where there is none. */
  #startBody({ framing, keepMs }: AnswerHead, rest: Uint8Array): HttpResponse["body"] {
    const body = bodyReader(framing);
    const parts: Uint8Array[] = [];
    let trouble: unknown = null;
    const take = (bytes: Uint8Array) => {
      try {
        const taken = body.take(bytes, (part) => parts.push(part.slice()));
        // Nobody asked for what stands behind the body.
        if (body.done) this.#finish(taken === bytes.length ? keepMs : 0);
      } catch (error) {
        trouble = error; // The status stands all the same.
      }
    };
    take(rest);
    if (body.done && parts.length === 0) return null;

    const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
      let ended = false;
      while (parts.length === 0 && !body.done && !ended && trouble === null) {
        const bytes = await (this.#reading = this.#read());
        if (bytes !== null) take(bytes);
        else if (body.mayEnd) ended = true;
        else trouble = new NetworkError("perhaps", "the answer broke off");
      }
      for (const part of parts.splice(0)) controller.enqueue(part);
      if (ended || trouble !== null) this.close();
      if (trouble !== null) throw trouble;
      if (ended || body.done) controller.close();
    };
    const cancel = () => {
      if (!body.done) this.close(); // Else it carries other requests by now.
    };
    return new ReadableStream({ pull, cancel }, { highWaterMark: 0 });
  }

  #finish(keepMs: number): void {
    if (keepMs === 0) return this.close();
    this.#state = "free";
    this.#reading = this.#read();
    this.#owner.onFree(keepMs);
  }
}

function notHttp(): NetworkError {
  return new NetworkError("perhaps", "the answer was no HTTP");
}

/**
 * A network in memory, of which the test is the other side.
 *
 * @module
 */

import type { Network, TcpWire } from "../../src/io.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A connection in memory. */
export class FakeWire implements TcpWire {
  /** Everything that was written to it. */
  sent = "";
  closed = false;
  /** The name that TLS was taken up with. */
  secureFor: string | null = null;
  /** Whether the other side speaks TLS; null while it says nothing. */
  tls: boolean | null = true;
  /** How many bytes a write takes at most; 0 for writes that wait. */
  room = Infinity;
  /** After so many writes, others wait. */
  writes = Infinity;
  #broken = false;
  readonly #coming: (Uint8Array | null | Error)[] = [];
  #wake = Promise.withResolvers<void>();

  constructor(readonly address: string, readonly port: number) {}

  /** The other side sends a text, in pieces of so many bytes. */
  say(text: string, pieceBytes = Infinity): void {
    for (let rest = encoder.encode(text); rest.length > 0; rest = rest.subarray(pieceBytes)) {
      this.#come(rest.subarray(0, pieceBytes));
    }
  }

  /** The other side ends the connection, or it breaks. */
  end(error: Error | null = null): void {
    this.#come(error);
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    while (this.#coming.length === 0 && !this.closed) await this.#wake.promise;
    if (this.closed) throw new Error("operation canceled");
    const next = this.#coming.shift();
    if (next instanceof Error) throw next;
    if (!next) return null;
    const bytes = next.subarray(0, buffer.length);
    if (bytes.length < next.length) this.#coming.unshift(next.subarray(bytes.length));
    buffer.set(bytes);
    return bytes.length;
  }

  async write(bytes: Uint8Array): Promise<number> {
    while ((this.room === 0 || this.writes === 0) && !this.closed && !this.#broken) {
      await this.#wake.promise;
    }
    if (this.closed) throw new Error("operation canceled");
    if (this.#broken) throw new Error("Broken pipe (os error 32)");
    this.writes--;
    const taken = bytes.subarray(0, this.room);
    this.sent += decoder.decode(taken);
    return taken.length;
  }

  /** Lets writes go on. */
  makeRoom(): void {
    this.room = Infinity;
    this.#stir();
  }

  /** Makes writes fail, those that wait and those to come. */
  breakWrites(): void {
    this.#broken = true;
    this.#stir();
  }

  close(): void {
    this.closed = true;
    this.#stir();
  }

  async startTls(host: string): Promise<void> {
    while (this.tls === null && !this.closed) await this.#wake.promise;
    if (this.tls === false || this.closed) throw new Error("received corrupt message");
    this.secureFor = host;
  }

  #come(what: Uint8Array | null | Error): void {
    this.#coming.push(what);
    this.#stir();
  }

  #stir(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
}

/** What a network is made with. */
export interface FakeNetworkOptions {
  /** Addresses of hosts; any other has one. */
  readonly hosts?: Readonly<Record<string, readonly string[]>>;
  /** What `FakeWire.room` begins with. */
  readonly room?: number;
  /** What `FakeWire.tls` begins with; true unless given. */
  readonly tls?: boolean | null;
  /** What becomes of a connection to an address: an error, or a wait; made at once where it is null. */
  readonly fate?: (address: string) => Error | Promise<unknown> | null;
}

/** Hosts that are reached in memory. */
export class FakeNetwork implements Network {
  /** In the order in which they were made. */
  readonly wires: FakeWire[] = [];
  /** Addresses that were tried, with their ports. */
  readonly tried: string[] = [];
  readonly #options: FakeNetworkOptions;

  constructor(options: FakeNetworkOptions = {}) {
    this.#options = options;
  }

  lookup(host: string): Promise<readonly string[]> {
    const addresses = this.#options.hosts?.[host] ?? ["192.0.2.1"];
    if (addresses.length > 0) return Promise.resolve(addresses);
    return Promise.reject(new Error(`getaddrinfo ENOTFOUND ${host}`));
  }

  async connect(address: string, port: number): Promise<TcpWire> {
    this.tried.push(`${address}:${port}`);
    const fate = this.#options.fate?.(address) ?? null;
    if (fate instanceof Error) throw fate;
    await fate;
    const wire = new FakeWire(address, port);
    wire.room = this.#options.room ?? Infinity;
    wire.tls = this.#options.tls === undefined ? true : this.#options.tls;
    this.wires.push(wire);
    return wire;
  }
}

/** Resolves after everything that can go on by itself has done so. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/**
 * An HTTP/1.1 client that makes each request exactly once, and knows whether any of it was sent.
 *
 * Deno's `fetch` sends a request again by itself when a connection that it uses again is closed
 * without an answer; and of its failures only a text for people tells what was sent. It also takes
 * three times as long for a request: its bodies go through streams.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { NetworkError } from "../model/errors.ts";
import type { HttpClient, HttpRequest, HttpResponse, Io, Network, Wire } from "../io.ts";
import { Connection } from "./connection.ts";
import { dial } from "./dial.ts";
import { requestHead } from "./head.ts";

/** A connection that waits for a request, and until when it may, on the client's clock. */
interface Kept {
  readonly connection: Connection;
  readonly until: number;
}

/** Keeps connections for further requests to the same host. */
export class DirectClient implements HttpClient {
  readonly #network: Network;
  readonly #clock: Pick<Io, "monotonic" | "startTimer">;
  readonly #open = new Set<Connection>();
  /** By origin; those that were used last stand last. */
  readonly #kept = new Map<string, Kept[]>();
  /** Origins that ended a connection on a request. Some do after each answer, without saying so. */
  readonly #abrupt = new Set<string>();
  #last: { readonly text: string; readonly url: URL } | null = null;

  constructor(network: Network, clock: Pick<Io, "monotonic" | "startTimer">) {
    this.#network = network;
    this.#clock = clock;
  }

  async fetch(
    url: string,
    { method, headers, body, signal }: HttpRequest,
  ): Promise<HttpResponse> {
    const target = this.#parse(url);
    const head = Buffer.from(requestHead(method, target, headers, body.length), "latin1");
    const kept = this.#takeKept(target.origin);
    const connection = kept ?? await this.#connect(target, signal);
    if (signal.aborted) {
      connection.close();
      throw givenUp();
    }
    const abort = () => connection.close();
    signal.addEventListener("abort", abort);
    try {
      return await connection.exchange(head, body);
    } catch (error) {
      if (kept !== null && !signal.aborted) this.#abrupt.add(target.origin);
      throw error;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  close(): void {
    for (const connection of this.#open) connection.close();
  }

  /** Mostly, a request goes where the last one went. */
  #parse(text: string): URL {
    if (this.#last?.text === text) return this.#last.url;
    const url = new URL(text);
    if (!/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") {
      throw new TypeError("Only http: and https: URLs without credentials can be asked");
    }
    this.#last = { text, url };
    return url;
  }

  #takeKept(origin: string): Connection | null {
    const kept = this.#kept.get(origin) ?? [];
    while (true) {
      const last = kept.pop();
      if (last === undefined) return null;
      const isGood = last.until > this.#clock.monotonic() && !this.#abrupt.has(origin);
      if (isGood) return last.connection;
      last.connection.close();
    }
  }

  async #connect(target: URL, signal: AbortSignal): Promise<Connection> {
    const abort = Promise.withResolvers<never>();
    const giveUp = () => abort.reject(givenUp());
    signal.addEventListener("abort", giveUp);
    const dialing = dial(this.#network, this.#clock, target, signal);
    try {
      return this.#keep(await Promise.race([dialing, abort.promise]), target.origin);
    } catch (error) {
      dialing.then((wire) => wire.close(), () => {}); // Nobody waits for it any more.
      throw error;
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  }

  #keep(wire: Wire, origin: string): Connection {
    const kept = this.#kept.get(origin) ?? [];
    this.#kept.set(origin, kept);
    const connection: Connection = new Connection(wire, {
      onFree: (ms) => {
        if (this.#abrupt.has(origin)) connection.close();
        else kept.push({ connection, until: this.#clock.monotonic() + ms });
      },
      onClosed: () => {
        this.#open.delete(connection);
        const index = kept.findIndex((waiting) => waiting.connection === connection);
        if (index >= 0) kept.splice(index, 1);
      },
    });
    this.#open.add(connection);
    return connection;
  }
}

function givenUp(): NetworkError {
  return new NetworkError("never", "given up before it was sent");
}

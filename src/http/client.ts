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
import type {
  HttpClient,
  HttpClientOptions,
  HttpRequest,
  HttpResponse,
  Io,
  Network,
  Proxy,
  Wire,
} from "../io.ts";
import { Connection } from "./connection.ts";
import { dial, type Dialer } from "./dial.ts";
import { requestHead } from "./head.ts";
import { proxyHeaders, refusedByProxy } from "./tunnel.ts";

/** After so long, in milliseconds, a connection may have ended while this process was not running. */
const LOOKED_AT_MS = 50;

/** A connection that waits for a request, since when, and for how long it may. */
interface Kept {
  readonly connection: Connection;
  readonly since: Moment;
  readonly ms: number;
}

/** By the clock that never goes back, which stands still while a computer sleeps, and the wall's. */
interface Moment {
  readonly monotonic: number;
  readonly now: number;
}

/** Where a URL leads. */
interface Route {
  readonly text: string;
  readonly url: URL;
  readonly proxy: Proxy | null;
  /** True when a proxy is asked for the whole URL. */
  readonly asksProxy: boolean;
}

type Clock = Pick<Io, "monotonic" | "now" | "startTimer">;

/** Keeps connections for further requests to the same host. */
export class DirectClient implements HttpClient {
  readonly #dialer: Dialer;
  readonly #clock: Clock;
  readonly #proxyFor: HttpClientOptions["proxyFor"];
  readonly #open = new Set<Connection>();
  /** By origin; those that were used last stand last. */
  readonly #kept = new Map<string, Kept[]>();
  /** Origins that ended a connection on a request. Some do after each answer, without saying so. */
  readonly #abrupt = new Set<string>();
  #last: Route | null = null;

  constructor(network: Network, clock: Clock, options: HttpClientOptions) {
    this.#dialer = { network, clock, insecureHttp: options.insecureHttp };
    this.#clock = clock;
    this.#proxyFor = options.proxyFor;
  }

  async fetch(url: string, request: HttpRequest): Promise<HttpResponse> {
    const { method, headers, body, signal, onProgress } = request;
    const route = this.#routeOf(url);
    const { url: { origin }, proxy, asksProxy } = route;
    const own = proxy !== null && asksProxy ? { ...headers, ...proxyHeaders(proxy) } : headers;
    const head = Buffer.from(
      requestHead(method, route.url, own, body.length, asksProxy),
      "latin1",
    );
    const kept = await this.#takeKept(origin);
    const connection = kept ?? await this.#connect(route, signal);
    if (signal.aborted) {
      connection.close();
      throw givenUp(proxy);
    }
    onProgress?.();
    const abort = () => connection.close();
    signal.addEventListener("abort", abort);
    try {
      const response = await connection.exchange(head, body, onProgress);
      if (proxy === null || !asksProxy || response.status !== 407) return response;
      response.body?.cancel().catch(() => {});
      throw refusedByProxy(proxy, response.status);
    } catch (error) {
      if (signal.aborted) throw noAnswer(error);
      if (kept !== null) this.#abrupt.add(origin);
      throw error;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  close(): void {
    for (const connection of this.#open) connection.close();
  }

  /** Mostly, a request goes where the last one went. */
  #routeOf(text: string): Route {
    if (this.#last?.text === text) return this.#last;
    const url = new URL(text);
    if (!/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") {
      throw new TypeError("Only http: and https: URLs without credentials can be asked");
    }
    const proxy = this.#proxyFor(url);
    const asksProxy = proxy !== null && proxy.kind !== "socks5" && url.protocol === "http:";
    return this.#last = { text, url, proxy, asksProxy };
  }

  /**
   * A connection that is still good as far as is known. Where the process may have stood still, the
   * network is looked at before: the connection may have ended meanwhile.
   */
  async #takeKept(origin: string): Promise<Connection | null> {
    const kept = this.#kept.get(origin) ?? [];
    while (true) {
      const last = kept.pop();
      if (last === undefined) return null;
      const { connection, since } = last;
      const now = this.#moment();
      const idleMs = Math.max(now.monotonic - since.monotonic, now.now - since.now);
      if (idleMs >= last.ms || this.#abrupt.has(origin)) connection.close();
      else if (idleMs > LOOKED_AT_MS) await this.#look();
      if (connection.isOpen) return connection;
    }
  }

  /** Lets what arrived be noticed. A loop that is behind sees to its timers first, and then once more. */
  async #look(): Promise<void> {
    for (let round = 0; round < 2; round++) {
      await new Promise<void>((resolve) => void this.#clock.startTimer(1, resolve));
    }
  }

  #moment(): Moment {
    return { monotonic: this.#clock.monotonic(), now: this.#clock.now() };
  }

  async #connect({ url, proxy }: Route, signal: AbortSignal): Promise<Connection> {
    const abort = Promise.withResolvers<never>();
    const giveUp = () => abort.reject(givenUp(proxy));
    signal.addEventListener("abort", giveUp);
    const dialing = dial(this.#dialer, url, proxy, signal);
    try {
      return this.#keep(await Promise.race([dialing, abort.promise]), url.origin);
    } catch (error) {
      dialing.then((wire) => wire.close(), () => {}); // Nobody waits for it any more.
      throw signal.aborted ? givenUp(proxy) : error;
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
        else kept.push({ connection, since: this.#moment(), ms });
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

/** There was no connection yet. */
function givenUp(proxy: Proxy | null): NetworkError {
  return new NetworkError(
    "never",
    proxy ? `no way through the proxy of ${proxy.setting}` : "no connection",
  );
}

/** There was no answer yet. */
function noAnswer(error: unknown): NetworkError {
  const sent = error instanceof NetworkError ? error.sent : "perhaps";
  return new NetworkError(
    sent,
    sent === "partly" ? "no room for the rest of the request" : "no answer",
  );
}

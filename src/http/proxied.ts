/**
 * Requests by way of a proxy, which Deno's `fetch` knows how to take, with all its kinds and rules.
 *
 * @module
 */

import { NetworkError } from "../model/errors.ts";
import type { HttpClient, HttpRequest, HttpResponse } from "../io.ts";
import { fetchFailure } from "./failure.ts";

/** Where `fetch` looks for a proxy, in capitals and in small letters. */
const PROXY_VARIABLES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];

/** True when some requests are to take a proxy; `fetch` knows which don't. */
export function usesProxy(env: Readonly<Record<string, string>>): boolean {
  return PROXY_VARIABLES.some((name) => env[name] || env[name.toLowerCase()]);
}

/** A client that leaves everything to `fetch`, but for sending requests again. */
export class ProxiedClient implements HttpClient {
  readonly #fetch: typeof fetch;

  constructor(fetcher: typeof fetch) {
    this.#fetch = fetcher;
  }

  async fetch(url: string, request: HttpRequest): Promise<HttpResponse> {
    const fetch = this.#fetch;
    const { method, headers, body, signal } = request;
    try {
      return await fetch(url, {
        method,
        headers,
        body: body.length === 0 ? null : new BytesBody(body),
        redirect: "manual",
        signal,
      });
    } catch (error) {
      if (signal.aborted) throw new NetworkError("perhaps", "given up");
      throw fetchFailure(error) ?? error;
    }
  }

  close(): void {
    // The connections are Deno's.
  }
}

/**
 * Bytes as a Blob, because `fetch` sends others again by itself when a reused connection is closed
 * after the request was read.
 *
 * A Blob only as far as `fetch` looks at one. A Blob made the usual way is a copy outside of the
 * heap, freed only after the collector went through all of the heap: with one for each request, they
 * pile up by the hundred.
 */
class BytesBody extends Blob {
  readonly #bytes: Uint8Array<ArrayBuffer>;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    super();
    this.#bytes = bytes;
  }

  override get size(): number {
    return this.#bytes.length;
  }

  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return new ReadableStream({
      pull: (controller) => {
        controller.enqueue(this.#bytes);
        controller.close();
      },
    });
  }
}

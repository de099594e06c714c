/**
 * Connections, and servers on loopback, by Deno.
 *
 * @module
 */

import type { Listener, ListenOptions, LoopbackServer, Network } from "../io.ts";

/** Connections to other machines. */
export const systemNetwork: Network = {
  async lookup(host) {
    const dns = await import("node:dns/promises");
    const found = await dns.lookup(host, { all: true });
    return found.map(({ address }) => address);
  },
  async connect(hostname, port) {
    const tcp = await Deno.connect({ hostname, port });
    tcp.setNoDelay(); // A request is written in two pieces.
    let connection: Deno.TcpConn | Deno.TlsConn = tcp;
    return {
      read: (buffer) => connection.read(buffer),
      write: (bytes) => connection.write(bytes),
      async startTls(host) {
        const tls = await Deno.startTls(tcp, { hostname: host });
        connection = tls;
        await tls.handshake();
      },
      close() {
        try {
          connection.close();
        } catch {
          // It is closed already.
        }
      },
    };
  },
};

/** Serves on a port of loopback; on any that is free where `port` is 0. */
export function serve(
  handler: (request: Request) => Promise<Response>,
  port = 0,
): Promise<LoopbackServer> {
  const listening = Promise.withResolvers<LoopbackServer>();
  const stop = new AbortController();
  try {
    const server = Deno.serve({
      hostname: "127.0.0.1",
      port,
      signal: stop.signal,
      onListen: (address) =>
        listening.resolve({
          url: `http://127.0.0.1:${address.port}`,
          close: async () => {
            stop.abort();
            await server.finished;
          },
        }),
    }, handler);
  } catch (error) {
    listening.reject(error);
  }
  return listening.promise;
}

/** Serves wherever it is told to. */
export function listen({ host, port, handler }: ListenOptions): Promise<Listener> {
  const listening = Promise.withResolvers<Listener>();
  const stop = new AbortController();
  let isOver = false;
  try {
    const server = Deno.serve({
      hostname: host,
      port,
      signal: stop.signal,
      onListen: (address) =>
        listening.resolve({
          port: address.port,
          drain: async () => {
            await server.shutdown();
            isOver = true;
          },
          close: () => isOver || stop.abort(),
        }),
      // What it was is told by whoever handles requests; the other side is told nothing of it.
      onError: () => new Response(null, { status: 500 }),
    }, (request, { remoteAddr }) => handler(request, remoteAddr.hostname));
  } catch (error) {
    listening.reject(error);
  }
  return listening.promise;
}

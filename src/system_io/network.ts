/**
 * Connections, and servers on loopback, by Deno.
 *
 * @module
 */

import type { LoopbackServer, Network } from "../io.ts";

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

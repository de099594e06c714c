/**
 * Connections, and servers on loopback, by Deno.
 *
 * @module
 */

import type { Listener, LoopbackServer, Network, Wire } from "../io.ts";
import { sleep } from "./timers.ts";

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
  handler: (request: Request, callerPort: number) => Promise<Response>,
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
    }, (request, { remoteAddr }) => handler(request, remoteAddr.port));
  } catch (error) {
    listening.reject(error);
  }
  return listening.promise;
}

/** Connects to a port of loopback. */
export async function connect(port: number): Promise<Wire & { readonly ownPort: number }> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  connection.setNoDelay();
  return { ...wireOf(connection), ownPort: connection.localAddr.port };
}

/** How long it takes until files may be open again that were too many, in milliseconds. */
const FULL_MS = 100;

/** Takes connections wherever it is told to. */
// deno-lint-ignore require-await -- what Deno throws at once is to come as a rejection
export async function listen(hostname: string, port: number): Promise<Listener> {
  const listener = Deno.listen({ hostname, port });
  let isOpen = true;
  return {
    port: listener.addr.port,
    async accept() {
      while (isOpen) {
        try {
          const connection = await listener.accept();
          connection.setNoDelay();
          return {
            ...wireOf(connection),
            address: connection.remoteAddr.hostname,
            closeWrite: () => connection.closeWrite(),
          };
        } catch {
          // The caller is gone again, or there are too many open files.
          if (isOpen) await sleep(FULL_MS);
        }
      }
      return null;
    },
    close() {
      if (isOpen) listener.close();
      isOpen = false;
    },
  };
}

function wireOf(connection: Deno.TcpConn): Wire {
  return {
    read: (buffer) => connection.read(buffer),
    write: (bytes) => connection.write(bytes),
    close() {
      try {
        connection.close();
      } catch {
        // It is closed already.
      }
    },
  };
}

/**
 * Asks a server that runs on this machine how it does: for containers, in which there is nothing else
 * that could ask.
 *
 * @module
 */

import type { Io } from "../io.ts";
import { errorMessage } from "../model/errors.ts";

/** Until a server that lives has answered, in milliseconds. */
const PATIENCE_MS = 5_000;

/** Null when the server takes requests, else why it does not. */
export async function probeServer(
  io: Pick<Io, "httpClient" | "startTimer">,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string | null> {
  const client = io.httpClient({ proxyFor: () => null, insecureHttp: false });
  const late = new AbortController();
  const stop = io.startTimer(PATIENCE_MS, () => late.abort());
  try {
    const { status, body } = await client.fetch(`http://${reachable(host)}:${port}/readyz`, {
      method: "GET",
      headers: {},
      body: new Uint8Array(),
      signal: late.signal,
    });
    await body?.cancel();
    return status === 200 ? null : `It answered with ${status}`;
  } catch (error) {
    return errorMessage(error);
  } finally {
    stop();
    client.close();
  }
}

/** How a server that listens there is reached: one that listens everywhere, on loopback. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

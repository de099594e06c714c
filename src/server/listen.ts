/**
 * The server as the network meets it: the HTTP server behind its gate.
 *
 * @module
 */

import type { Io } from "../io.ts";
import { Gate, type GateLimits, type GateWatch, type Passage } from "./gate.ts";

/** Answers a request that passed the gate. */
export type Answerer = (request: Request, passage: Passage) => Promise<Response>;

/** A server that takes requests from elsewhere. */
export interface Listening {
  readonly port: number;
  /** Takes no more connections, and ends all when their requests are answered or `graceMs` are over. */
  close(graceMs: number): Promise<void>;
}

/** How often a server that is closing looks whether all is answered. */
const CLOSING_MS = 50;

/**
 * Listens at an address.
 *
 * @throws what `Io.listen` throws.
 */
export async function openServer(
  io: Pick<Io, "serve" | "listen" | "connect" | "monotonic" | "sleep" | "startTimer">,
  address: { readonly host: string; readonly port: number },
  answer: Answerer,
  { limits, watch }: { readonly limits: GateLimits; readonly watch: GateWatch },
): Promise<Listening> {
  const listener = await io.listen(address.host, address.port);
  const server = await io.serve(async (request, callerPort) => {
    const passage = gate.enter(callerPort);
    // Somebody on this machine has found the way round the gate.
    if (!passage) return new Response(null, { status: 403 });
    try {
      return await answer(request, passage);
    } catch {
      // The client is gone, or was dropped: whatever else fails, the answerer answers with.
      return new Response(null, { status: 500 });
    } finally {
      passage.end();
    }
  });
  const gate = new Gate(io, Number(new URL(server.url).port), limits, watch);
  const accepting = acceptAll();
  async function acceptAll() {
    for (let wire = await listener.accept(); wire; wire = await listener.accept()) {
      void gate.admit(wire);
    }
  }
  return {
    port: listener.port,
    async close(graceMs) {
      listener.close();
      await accepting;
      const until = io.monotonic() + graceMs;
      while (!gate.dropIdle() && io.monotonic() < until) await io.sleep(CLOSING_MS);
      gate.close();
      await server.close();
    },
  };
}

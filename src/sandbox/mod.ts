/**
 * Starts a stand-in of a destination's API on loopback, for `--sandbox` and for tests.
 *
 * @module
 */

import { Buffer } from "node:buffer";

import type { Io } from "../io.ts";
import type { Received, SandboxAnswer, SandboxRequest, StandIn } from "../destinations/stand_in.ts";

export type { Received, SandboxAnswer, SandboxRequest } from "../destinations/stand_in.ts";

/** A stand-in that listens. */
export interface Sandbox {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Counts, kept up to date. */
  readonly received: Received;
  close(): Promise<void>;
}

/** Lets a test look at requests, or answer them itself. */
export interface SandboxHooks {
  /** Sees each request first. What it returns, if anything, is the answer. */
  onRequest?(request: SandboxRequest): SandboxAnswer | Response | void | Promise<void>;
}

/** Starts a server that a stand-in answers in. */
export async function startSandbox(
  io: Pick<Io, "serve">,
  standIn: StandIn,
  hooks: SandboxHooks = {},
): Promise<Sandbox> {
  const received: Received = { requests: 0, statuses: {}, rows: 0, repeats: 0, bytes: 0 };
  const count = (status: number, taken = 0, repeated = 0) => {
    received.statuses[status] = (received.statuses[status] ?? 0) + 1;
    received.rows += taken;
    received.repeats += repeated;
  };
  const server = await io.serve(async (incoming) => {
    const body = await bodyOf(incoming);
    const { pathname: path, search: query } = new URL(incoming.url);
    const request: SandboxRequest = {
      method: incoming.method,
      path,
      query,
      headers: incoming.headers,
      body,
      bytes: Buffer.byteLength(body),
    };
    received.requests++;
    received.bytes += request.bytes;
    const hooked = await hooks.onRequest?.(request);
    if (hooked instanceof Response) {
      count(hooked.status);
      return hooked;
    }
    const answer = hooked ?? standIn.answer(request);
    count(answer.status, answer.taken, answer.repeated);
    return toResponse(answer);
  });
  return { url: server.url, received, close: () => server.close() };
}

/** A request's body, unpacked where it is packed. */
async function bodyOf(incoming: Request): Promise<string> {
  if (incoming.headers.get("content-encoding") !== "gzip") return await incoming.text();
  const { gunzipSync } = await import("node:zlib");
  return gunzipSync(await incoming.bytes()).toString();
}

function toResponse({ status, headers = {}, json, text }: SandboxAnswer): Response {
  return json === undefined
    ? new Response(text ?? null, { status, headers: { ...headers } })
    : Response.json(json, { status, headers: { ...headers } });
}

/**
 * A stand-in API in a process of its own.
 *
 * @module
 */

import { denoProgram } from "./run.ts";

/** A request for rows that arrived; `rows` is 0 unless the stub counts them. */
export interface Arrival {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly rows: number;
}

/** A running stub. */
export interface Stub extends AsyncDisposable {
  readonly url: string;
  /** The requests for rows since the last call: all where rows are counted, else the first. */
  takeArrivals(): Promise<Arrival[]>;
  /** The same, and they stay. */
  arrivals(): Promise<Arrival[]>;
}

/** Starts a stub that answers after so many milliseconds. */
export async function startStub(latencyMs: number, counts?: "rows"): Promise<Stub> {
  const file = new URL("programs/stub.ts", import.meta.url);
  const { command: [program, ...args] } = denoProgram("stub", file, `${latencyMs}`, counts ?? "");
  const child = new Deno.Command(program, { args, stdout: "piped" }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value: port } = await reader.read();
  if (port === undefined) throw new Error("The stub did not start");
  const url = `http://127.0.0.1:${port.trim()}`;
  const ask = async (method: string) => {
    const response = await fetch(`${url}/arrivals`, { method });
    return await response.json();
  };
  return {
    url,
    takeArrivals: () => ask("DELETE"),
    arrivals: () => ask("GET"),
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await reader.cancel();
      await child.status;
    },
  };
}

/**
 * The stand-in that `--sandbox` sends to. All that the rest of the program sees of it are other
 * values of the destination's variables.
 *
 * @module
 */

import type { Settings } from "../config/settings.ts";
import type { Io } from "../io.ts";
import { startSandbox } from "../sandbox/mod.ts";
import type { Target } from "./target.ts";

/** A stand-in that listens until it is disposed of, or none. */
export interface OpenSandbox extends AsyncDisposable {
  /** What the destination's variables are there; empty without a sandbox. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Starts the stand-in of a target's destination where `--sandbox` asks for it. */
export async function openSandbox(
  io: Pick<Io, "serve" | "now">,
  { definition, mapping }: Target,
  { sandbox }: Settings,
): Promise<OpenSandbox> {
  if (!sandbox) return { variables: {}, [Symbol.asyncDispose]: async () => {} };
  const server = await startSandbox(io, definition.standIn(mapping, () => io.now()));
  return {
    variables: definition.sandboxVariables(server.url, mapping),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/**
 * The stand-in of a destination's API that `--sandbox` uses, for tests: with its variables as the
 * environment, and hooks that answer in its place.
 *
 * @module
 */

import { findDestination } from "../../src/destinations/registry.ts";
import { builtinMapping } from "../../src/mapping/load.ts";
import { type Sandbox, type SandboxHooks, startSandbox } from "../../src/sandbox/mod.ts";
import { systemIo } from "../../src/system_io.ts";

/** A listening stand-in, and the environment that leads to it. */
export interface TestApi extends AsyncDisposable, Pick<Sandbox, "url" | "received"> {
  readonly env: Record<string, string>;
}

/** Starts a stand-in of `mparticle` or `showads`. */
export async function standIn(destination: string, hooks?: SandboxHooks): Promise<TestApi> {
  const mapping = builtinMapping(destination);
  if (!mapping) throw new Error(`${destination} has no built-in mapping`);
  const sandbox = await startSandbox(systemIo(), destination, mapping, hooks);
  return {
    url: sandbox.url,
    received: sandbox.received,
    env: findDestination(destination).sandboxVariables(sandbox.url, mapping),
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
}

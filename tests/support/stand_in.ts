/**
 * The stand-in of a destination's API that `--sandbox` uses, for tests: with its variables as the
 * environment, and hooks that answer in its place.
 *
 * @module
 */

import { type Sandbox, type SandboxHooks, startSandbox } from "../../src/sandbox/mod.ts";
import { systemIo } from "../../src/system_io.ts";
import { builtin, definitionOf } from "./destinations.ts";

/** A listening stand-in, and the environment that leads to it. */
export interface TestApi extends AsyncDisposable, Pick<Sandbox, "url" | "received"> {
  readonly env: Record<string, string>;
}

/** Starts a stand-in of `mparticle` or `showads`. */
export async function standIn(destination: string, hooks?: SandboxHooks): Promise<TestApi> {
  const definition = definitionOf(destination);
  const mapping = builtin(destination);
  const io = systemIo();
  const sandbox = await startSandbox(io, definition.standIn(mapping, io.now), hooks);
  return {
    url: sandbox.url,
    received: sandbox.received,
    env: definition.sandboxVariables(sandbox.url, mapping),
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
}

/** A stand-in of ShowAds that answers nothing but logins until it is told to go. */
export async function waitingApi(): Promise<{
  readonly api: TestApi;
  readonly arrived: PromiseWithResolvers<void>;
  readonly go: PromiseWithResolvers<void>;
}> {
  const arrived = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const api = await standIn("showads", {
    onRequest: ({ path }) => {
      if (path === "/auth") return;
      arrived.resolve();
      return go.promise;
    },
  });
  return { api, arrived, go };
}

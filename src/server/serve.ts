/**
 * The server from its start to its end.
 *
 * @module
 */

import { untilAborted } from "../model/abort.ts";
import { errorMessage, UsageError } from "../model/errors.ts";
import type { Listener } from "../io.ts";
import { createApp } from "./app.ts";
import type { ServerContext, ServerSetup } from "./context.ts";

/**
 * Serves until a signal comes, and then until the requests under way are answered and what runs has
 * stopped in good order.
 *
 * @param onListen Called once, when requests are taken.
 * @throws {UsageError} when it can't listen there.
 */
export async function runServer(
  setup: ServerSetup,
  onListen: (at: { readonly url: string }) => void,
): Promise<void> {
  const { settings: { host }, signals } = setup;
  const context: ServerContext = { ...setup, isReady: () => !signals.stop.aborted };
  const app = createApp(context);
  const listener = await listen(setup, async (request) => await app.fetch(request));
  try {
    onListen({ url: `http://${host.includes(":") ? `[${host}]` : host}:${listener.port}` });
    await untilAborted(signals.stop);
    await Promise.race([listener.drain(), untilAborted(signals.kill)]);
  } finally {
    listener.close();
  }
}

async function listen(
  { io, settings: { host, port } }: ServerSetup,
  handler: (request: Request, remote: string) => Promise<Response>,
): Promise<Listener> {
  try {
    return await io.listen({ host, port, handler });
  } catch (error) {
    throw new UsageError(`Cannot listen on ${host}, port ${port}: ${errorMessage(error)}`, {
      cause: error,
      remedy: { code: "choose-other", setting: "port", what: "port" },
    });
  }
}

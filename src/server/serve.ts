/**
 * The server from its start to its end.
 *
 * @module
 */

import type { OpenAPIHono } from "@hono/zod-openapi";
import type { RunEvent } from "../model/run_events.ts";
import { untilAborted } from "../model/abort.ts";
import { errorMessage, UsageError } from "../model/errors.ts";
import { isLoopbackHost } from "../model/loopback.ts";
import { createAnswerer } from "./answer.ts";
import { createApp } from "./app.ts";
import type { ServerContext } from "./context.ts";
import type { ServerSetup } from "./job_setup.ts";
import { GATE_LIMITS } from "./gate.ts";
import { checkExposure, createGuard, tokensIn } from "./guard.ts";
import { type Answerer, type Listening, openServer } from "./listen.ts";
import { createMetrics } from "./metrics.ts";
import { routeNames } from "./route_names.ts";
import { openState } from "./state.ts";

/**
 * Serves until a signal comes, and then until the requests under way are answered and what runs has
 * stopped in good order.
 *
 * @param onListen Called once, when requests are taken.
 * @throws {UsageError} when it can't listen there, or anybody could use it there; and as `openState`.
 */
export async function runServer(
  setup: ServerSetup,
  onListen: (at: { readonly url: string }) => void,
): Promise<void> {
  const { settings: { host, serveToken, open = false }, signals } = setup;
  const tokens = tokensIn(serveToken?.reveal() ?? "");
  checkExposure({ host, tokens, isOpen: open });
  setup.log.redact(tokens);
  const metrics = createMetrics();
  const newObserver = () => {
    const [log, count] = [setup.newObserver(), metrics.observer()];
    return (event: RunEvent) => {
      log(event);
      count(event);
    };
  };
  await using state = await openState({ ...setup, newObserver });
  const isReady = () => !signals.stop.aborted;
  const context: ServerContext = { ...setup, newObserver, ...state, isReady, metrics };
  metrics.readStandings({
    jobs: () => state.imports.counts(),
    oldestJobSeconds: () => state.imports.oldestSeconds(),
  });
  const server = await listenAt(context, answererOf(createApp(context), context, tokens));
  try {
    onListen({ url: `http://${host.includes(":") ? `[${host}]` : host}:${server.port}` });
    await untilAborted(signals.stop);
  } finally {
    await Promise.race([server.close(setup.settings.grace), untilAborted(signals.kill)]);
  }
}

function answererOf(
  app: OpenAPIHono,
  { io, log, metrics, settings: { host, cors = [], maxUpload } }: ServerContext,
  tokens: readonly string[],
): Answerer {
  const origins = cors.flatMap((text) => text.split(/\s+/));
  return createAnswerer({
    app,
    io,
    log,
    guard: createGuard({ tokens, isLocal: isLoopbackHost(host), origins }),
    routes: routeNames(app.routes.map(({ path }) => path)),
    origins,
    maxUpload,
    onAnswered: metrics.onAnswered,
  });
}

async function listenAt(
  { io, metrics, settings: { host, port } }: ServerContext,
  answerer: Answerer,
): Promise<Listening> {
  try {
    return await openServer(io, { host, port }, answerer, {
      limits: GATE_LIMITS,
      watch: metrics.gate,
    });
  } catch (error) {
    throw new UsageError(`Cannot listen on ${host}, port ${port}: ${errorMessage(error)}`, {
      cause: error,
      remedy: { code: "choose-other", setting: "port", what: "port" },
    });
  }
}

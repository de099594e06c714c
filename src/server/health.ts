/**
 * Whether the server lives, and whether it takes requests.
 *
 * @module
 */

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { ServerContext } from "./context.ts";
import { problem } from "./problem_details.ts";
import { problemAnswer } from "./schemas.ts";

const health = z.object({ status: z.literal("ok") }).openapi("Health", {
  example: { status: "ok" },
});

const answers = {
  200: { description: "Yes", content: { "application/json": { schema: health } } },
};

const live = createRoute({
  method: "get",
  path: "/healthz",
  tags: ["Operation"],
  summary: "Does the server live?",
  operationId: "getHealth",
  security: [],
  responses: answers,
});

const ready = createRoute({
  method: "get",
  path: "/readyz",
  tags: ["Operation"],
  summary: "Does the server take requests?",
  operationId: "getReadiness",
  security: [],
  responses: { ...answers, 503: problemAnswer("It is about to stop") },
});

/** Adds `/healthz` and `/readyz`. */
export function addHealth(app: OpenAPIHono, { isReady }: ServerContext): void {
  app.openapi(live, (c) => c.json({ status: "ok" as const }, 200));
  app.openapi(ready, (c) => {
    if (isReady()) return c.json({ status: "ok" as const }, 200);
    const headers = { "Retry-After": "10" };
    return problem({ status: 503, detail: "It is to stop", headers }) as never;
  });
}

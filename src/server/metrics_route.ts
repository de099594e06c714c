/**
 * `/metrics`.
 *
 * @module
 */

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { ServerContext } from "./context.ts";
import { problemAnswer } from "./schemas.ts";

const route = createRoute({
  method: "get",
  path: "/metrics",
  tags: ["Operation"],
  summary: "Numbers for Prometheus",
  operationId: "getMetrics",
  responses: {
    200: {
      description: "Rows by outcome, requests by status, latencies, connections, imports",
      content: {
        "text/plain": {
          schema: z.string().openapi({
            example: 'rowferry_rows_total{destination="http",outcome="accepted"} 990',
          }),
        },
      },
    },
    401: problemAnswer("A token is needed"),
  },
});

/** Adds `/metrics`, in Prometheus' text format. */
export function addMetrics(app: OpenAPIHono, { metrics }: ServerContext): void {
  app.openapi(
    route,
    async (c) => c.text(await metrics.text(), 200, { "Content-Type": metrics.contentType }),
  );
}

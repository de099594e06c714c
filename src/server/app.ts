/**
 * The server as a function from requests to answers: every part adds its own.
 *
 * @module
 */

import { OpenAPIHono } from "@hono/zod-openapi";
import { errorMessage } from "../model/errors.ts";
import type { ServerContext } from "./context.ts";
import { addHealth } from "./health.ts";
import { addMetrics } from "./metrics_route.ts";
import { addPage } from "./page_route.ts";
import { addOlderConnector } from "./older_connector.ts";
import { answerError, problem, type RequestFault } from "./problem_details.ts";
import { addDestinations } from "./v1/destinations.ts";
import { addEvents } from "./v1/events.ts";
import { addImportFiles } from "./v1/import_files.ts";
import { addImports } from "./v1/import_routes.ts";
import { addRecords } from "./v1/records.ts";
import { addValidate } from "./v1/validate.ts";

/** Each adds its routes. */
const parts: readonly ((app: OpenAPIHono, context: ServerContext) => void)[] = [
  addOlderConnector,
  addRecords,
  addImports,
  addImportFiles,
  addEvents,
  addValidate,
  addDestinations,
  addHealth,
  addMetrics,
  addPage,
];

/** Puts the server together. */
export function createApp(context: ServerContext): OpenAPIHono {
  const log = context.log.of("server");
  const app = new OpenAPIHono({
    defaultHook: (result) => {
      if (result.success) return;
      const errors: RequestFault[] = result.error.issues.map(({ path, message }) => ({
        at: [result.target, ...path].join("."),
        message,
      }));
      return problem({ status: 400, errors });
    },
  });
  app.onError((error, c) =>
    answerError(error, (error) =>
      log.error("{method} {path} failed: {reason}", {
        method: c.req.method,
        path: c.req.routePath,
        reason: errorMessage(error),
      }))
  );
  app.notFound(() => problem({ status: 404 }));
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    description: "One of the server's tokens, where it asks for any",
  });
  for (const add of parts) add(app, context);
  app.doc31("/openapi.json", {
    openapi: "3.1.0",
    info: {
      title: "rowferry",
      version: "1",
      description: "Takes records and files and delivers their rows to customer-data APIs.",
      license: { name: "MIT", url: "https://opensource.org/license/mit" },
    },
    servers: [{ url: "/" }],
    security: [{ bearer: [] }, {}],
    tags: [
      { name: "SendCustomerRecord", description: "As the connector before had it" },
      { name: "Records", description: "One at a time" },
      { name: "Imports", description: "Files, and what becomes of their rows" },
      { name: "Destinations", description: "Where rows can go" },
      { name: "Operation", description: "How the server itself does" },
    ],
  });
  return app;
}

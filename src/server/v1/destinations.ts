/**
 * Where rows can go, and which columns they need.
 *
 * @module
 */

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { listDestinations, mappingFields } from "../../jobs/catalog.ts";
import type { ServerContext } from "../context.ts";

const field = z.object({
  column: z.string(),
  aliases: z.array(z.string()),
  to: z.array(z.string()),
  type: z.string(),
  required: z.boolean(),
}).openapi("Field");

const destination = z.object({
  name: z.string(),
  title: z.string(),
  needs: z.array(z.string()).openapi({ description: "Variables that the server must be given" }),
  isSetUp: z.boolean().openapi({ description: "Whether the server has those without a default" }),
  fields: z.array(field).nullable().openapi({
    description: "Of the mapping that is used where none is named; null where there is none",
  }),
}).openapi("Destination");

const mapping = z.object({
  name: z.string(),
  destination: z.string(),
  fields: z.array(field),
}).openapi("Mapping");

const catalog = z.object({ destinations: z.array(destination), mappings: z.array(mapping) })
  .openapi("Catalog", {
    example: {
      destinations: [{ name: "http", title: "HTTP", needs: [], isSetUp: true, fields: null }],
      mappings: [{
        name: "crm",
        destination: "http",
        fields: [{ column: "E-Mail", aliases: [], to: ["email"], type: "email", required: true }],
      }],
    },
  });

const route = createRoute({
  method: "get",
  path: "/v1/destinations",
  tags: ["Destinations"],
  operationId: "listDestinations",
  summary: "Where rows can go, and the columns that they have",
  responses: {
    200: { description: "All of them", content: { "application/json": { schema: catalog } } },
  },
});

/** Adds the route. */
export function addDestinations(app: OpenAPIHono, context: ServerContext): void {
  const { targets, environment, settings: { sandbox } } = context;
  app.openapi(route, async (c) => {
    const destinations = (await listDestinations()).map(({ needs, ...known }) => ({
      ...known,
      needs,
      isSetUp: sandbox === true || needs.every((name) => environment.get(name) !== null),
    }));
    const mappings = await Promise.all(targets.mappings.map(async (name) => {
      const { mapping } = await targets.find({ mapping: name });
      return { name, destination: mapping.destination, fields: mappingFields(mapping) };
    }));
    return c.json({ destinations, mappings }, 200);
  });
}

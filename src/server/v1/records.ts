/**
 * Single records: kept before they are answered, sent with others.
 *
 * @module
 */

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { olderService } from "../../jobs/catalog.ts";
import { parseKeepingDigits } from "../../jobs/record.ts";
import type { ServerContext } from "../context.ts";
import { recordKeyOf } from "../idempotency.ts";
import { HttpProblem } from "../problem_details.ts";
import { problemAnswer } from "../schemas.ts";
import { assertTarget, badParameters, badRequest } from "./parameters.ts";
import { keyHeader } from "./schemas.ts";

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const age = z.int().min(0).optional();

const postedRecord = z.strictObject({
  destination: z.string().optional().openapi({
    description: "Where it goes: a name of `GET /v1/destinations`",
  }),
  mapping: z.string().optional().openapi({
    description: "A mapping file that the server has, by its name without its ending",
  }),
  record: z.record(z.string(), value).openapi({ description: "Columns and their values" }),
  minAge: age.openapi({ description: "Leaves it out below this age" }),
  maxAge: age.openapi({ description: "Leaves it out above this age" }),
}).openapi("PostedRecord", {
  example: {
    destination: olderService().destination,
    record: { name: "Ann Example", age: 34, cookie: "c1", banner_id: 7 },
  },
});

const verdict = z.object({
  outcome: z.enum(["kept", "filtered"]).openapi({
    description: "`kept`: it is on the disk, and goes out. `filtered`: it is left out on purpose",
  }),
  rule: z.string().nullable().openapi({ description: "The filter that left it out" }),
}).openapi("RecordVerdict", { example: { outcome: "kept", rule: null } });

const route = createRoute({
  method: "post",
  path: "/v1/records",
  tags: ["Records"],
  operationId: "postRecord",
  summary: "Send a record",
  request: {
    headers: keyHeader,
    body: { required: true, content: { "application/json": { schema: postedRecord } } },
  },
  responses: {
    202: {
      description: "It is kept, or left out",
      content: { "application/json": { schema: verdict } },
    },
    400: problemAnswer("The request is wrong"),
    422: problemAnswer("The record is wrong, or the key came before with another one"),
    503: problemAnswer("It can't be kept, or the destination is not set up"),
  },
});

/** Adds the route. */
export function addRecords(app: OpenAPIHono, context: ServerContext): void {
  app.openAPIRegistry.registerPath(route);
  app.post(route.path, async (c) => {
    const text = await c.req.text();
    const parsed = postedRecord.safeParse(parse(text, JSON.parse));
    if (!parsed.success) throw badParameters(parsed.error);
    const { destination, mapping, minAge, maxAge } = parsed.data;
    const target = { destination, mapping };
    await assertTarget(context.targets, target);
    // Long numbers are texts here, as they were written.
    const { record: values } = parse(text, parseKeepingDigits) as { record: object };
    const key = recordKeyOf(c.req.raw, text);
    const found = await context.intake.take({ target, values, minAge, maxAge, key });
    if (found.kind === "rejected") {
      throw new HttpProblem({
        status: 422,
        detail: "The record is wrong",
        errors: found.problems.map(({ column, message }) => ({
          at: column === null ? "record" : `record.${column}`,
          message,
        })),
      });
    }
    const rule = found.kind === "filtered" ? found.rule : null;
    const isReplay = found.kind === "kept" && found.isReplay;
    const headers: HeadersInit = isReplay ? { "Idempotency-Replayed": "true" } : {};
    return Response.json({ outcome: rule === null ? "kept" : "filtered", rule }, {
      status: 202,
      headers,
    });
  });
}

function parse(text: string, read: (text: string) => unknown): unknown {
  try {
    return read(text);
  } catch {
    throw badRequest("The body is no JSON");
  }
}

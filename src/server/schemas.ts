/**
 * Schemas that several routes share. They check what comes in, and the API's description is made
 * from them.
 *
 * @module
 */

import { z } from "@hono/zod-openapi";

/** RFC 9457. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  errors: z.array(z.object({ at: z.string(), message: z.string() })).optional(),
}).openapi("Problem", {
  example: {
    type: "about:blank",
    title: "Not Found",
    status: 404,
    detail: "There is no import with this id: it may have been removed",
  },
});

/** How a route describes an answer that is a problem. */
export interface ProblemAnswer {
  readonly description: string;
  readonly content: { readonly "application/problem+json": { schema: typeof problemSchema } };
}

/** The description of one. */
export function problemAnswer(description: string): ProblemAnswer {
  return { description, content: { "application/problem+json": { schema: problemSchema } } };
}

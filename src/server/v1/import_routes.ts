/**
 * Imports: a file comes, its rows go out, and what became of them can be asked.
 *
 * @module
 */

import { createRoute, type OpenAPIHono, type RouteConfig, z } from "@hono/zod-openapi";
import type { ServerContext } from "../context.ts";
import type { ImportJob } from "../import_job.ts";
import { HttpProblem } from "../problem_details.ts";
import { problemAnswer } from "../schemas.ts";
import { importParameters, mendedParameters } from "./parameters.ts";
import { takeImport, takeMended } from "./posts.ts";
import { importPath, present } from "./presentation.ts";
import { idParameter, importSchema, importsPage, keyHeader, pageParameters } from "./schemas.ts";

const tags = ["Imports"];

const json = { "application/json": { schema: importSchema } };

const location = { Location: { schema: { type: "string" as const }, description: "The import" } };

type ZodRequestBody = NonNullable<NonNullable<RouteConfig["request"]>["body"]>;

/** A file as it is posted: in a form with what is said of it, or alone. */
export function fileBody(form: z.ZodObject): ZodRequestBody {
  const file = z.any().openapi({ type: "string", format: "binary" });
  return {
    required: true,
    content: {
      "multipart/form-data": { schema: form.extend({ file }) },
      "text/csv": {
        schema: z.string().openapi({ example: "Name,Age,Cookie,Banner_id\nAnn,34,c1,7\n" }),
      },
      "application/gzip": { schema: z.string().openapi({ format: "binary" }) },
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
        schema: z.string().openapi({ format: "binary" }),
      },
    },
  };
}

const refusals = {
  400: problemAnswer("A parameter, or the request itself, is wrong"),
  409: problemAnswer("A request with this key is under way"),
  413: problemAnswer("The file is too large"),
  415: problemAnswer("It is no CSV file, gzip or workbook"),
  422: problemAnswer("The key came before, with another request"),
  429: problemAnswer("As many imports wait as may"),
  503: problemAnswer("The file can't be kept"),
};

const create = createRoute({
  method: "post",
  path: "/v1/imports",
  tags,
  operationId: "createImport",
  summary: "Import a file",
  description: "The file is on the disk when the answer comes. Parameters stand in the query, or " +
    "in the form beside the file.",
  request: { headers: keyHeader, query: importParameters, body: fileBody(importParameters) },
  responses: {
    202: { description: "It is taken on", content: json, headers: location },
    ...refusals,
  },
});

const list = createRoute({
  method: "get",
  path: "/v1/imports",
  tags,
  operationId: "listImports",
  summary: "List imports, the newest first",
  request: { query: pageParameters },
  responses: {
    200: {
      description: "A page of them",
      content: { "application/json": { schema: importsPage } },
    },
    400: problemAnswer("A parameter is wrong"),
  },
});

const noSuch = problemAnswer("There is no such import");

const get = createRoute({
  method: "get",
  path: "/v1/imports/{id}",
  tags,
  operationId: "getImport",
  summary: "How an import stands",
  request: { params: idParameter },
  responses: { 200: { description: "So", content: json }, 404: noSuch },
});

const stop = createRoute({
  method: "delete",
  path: "/v1/imports/{id}",
  tags,
  operationId: "stopImport",
  summary: "Stop an import",
  description: "Requests in flight are waited for. It can be resumed.",
  request: { params: idParameter },
  responses: {
    200: { description: "It is at an end already", content: json },
    202: { description: "It is about to stop", content: json },
    404: noSuch,
  },
});

const resume = createRoute({
  method: "post",
  path: "/v1/imports/{id}/resume",
  tags,
  operationId: "resumeImport",
  summary: "Have a stopped import go on",
  request: { params: idParameter },
  responses: {
    202: { description: "It goes on, or does so already", content: json, headers: location },
    404: noSuch,
    409: problemAnswer("It is at its end"),
    429: refusals[429],
  },
});

const mended = createRoute({
  method: "post",
  path: "/v1/imports/{id}/mended",
  tags,
  operationId: "importMended",
  summary: "Import rejected rows once more, mended",
  description: "Takes what `…/rejected` or `…/unknown` gave, with the rows mended. They go where " +
    "the import went, read as it was.",
  request: { params: idParameter, headers: keyHeader, body: fileBody(mendedParameters) },
  responses: {
    202: {
      description: "It is taken on, as an import of its own",
      content: json,
      headers: location,
    },
    404: noSuch,
    ...refusals,
    409: problemAnswer("It has no run whose rows could be mended, or the key is under way"),
  },
});

/** The import of an id. @throws {HttpProblem} where there is none. */
export function findImport({ imports }: ServerContext, id: string): ImportJob {
  const job = imports.get(id);
  if (job) return job;
  throw new HttpProblem({ status: 404, detail: "There is no such import" });
}

/** Adds the routes. */
export function addImports(app: OpenAPIHono, context: ServerContext): void {
  const { imports } = context;
  app.openAPIRegistry.registerPath(create);
  app.post(create.path, async (c) => {
    const { job, isReplay } = await takeImport(context, c.req.raw);
    return taken(job, isReplay);
  });
  app.openapi(list, (c) => {
    const { limit, cursor, state } = c.req.valid("query");
    const found = imports.list().filter((job) =>
      (cursor === undefined || job.request.id < cursor) &&
      (state === undefined || job.state === state)
    );
    const page = found.slice(0, limit);
    const next = found.length > limit ? page.at(-1)?.request.id ?? null : null;
    return c.json({ imports: page.map(present), next }, 200);
  });
  app.openapi(get, (c) => c.json(present(findImport(context, c.req.valid("param").id)), 200));
  app.openapi(stop, (c) => {
    const job = findImport(context, c.req.valid("param").id);
    if (!job.isActive) return c.json(present(job), 200);
    job.stop();
    return c.json(present(job), 202);
  });
  app.openapi(resume, async (c) => {
    const job = findImport(context, c.req.valid("param").id);
    const headers = { Location: importPath(job.request.id) };
    if (job.isActive) return c.json(present(job), 202, headers);
    if (!job.isResumable) {
      throw new HttpProblem({
        status: 409,
        detail: `The import is ${job.state}: nothing of it is left to be done`,
      });
    }
    await imports.resume(imports.places.take(), job);
    return c.json(present(job), 202, headers);
  });
  app.openAPIRegistry.registerPath(mended);
  app.post("/v1/imports/:id/mended", async (c) => {
    const parent = findImport(context, c.req.param("id"));
    const { job, isReplay } = await takeMended(context, c.req.raw, parent);
    return taken(job, isReplay);
  });
}

/** The answer to a post whose import is on record. */
function taken(job: ImportJob, isReplay: boolean): Response {
  return Response.json(present(job), {
    status: 202,
    headers: {
      Location: importPath(job.request.id),
      ...(isReplay ? { "Idempotency-Replayed": "true" } : {}),
    },
  });
}

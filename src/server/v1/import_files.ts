/**
 * The files of an import's run: the rows that were not delivered, why, and the report.
 *
 * @module
 */

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { readRun } from "../../jobs/read_run.ts";
import type { RunSummary } from "../../jobs/own_source.ts";
import type { Io } from "../../io.ts";
import { NO_COMMANDS } from "../../report/run/next.ts";
import { renderRunReport } from "../../report/run/render.ts";
import type { ServerContext } from "../context.ts";
import { HttpProblem } from "../problem_details.ts";
import { problemAnswer } from "../schemas.ts";
import { streamed } from "../streamed.ts";
import { findImport } from "./import_routes.ts";
import { idParameter } from "./schemas.ts";

const FILES = [
  {
    name: "rejected",
    type: "text/csv",
    fileName: "rejected.csv",
    summary: "The rejected rows",
    description: "Each as it stood in the file, behind a first column that says what is wrong",
    example: "_problem,Name,Age\nline 3: Age: expected a whole number,Ann,ten\n",
  },
  {
    name: "unknown",
    type: "text/csv",
    fileName: "unknown.csv",
    summary: "The rows that were sent and got no answer",
    description: "They may or may not have arrived",
    example: "Name,Age\nAnn,34\n",
  },
  {
    name: "errors",
    type: "application/x-ndjson",
    fileName: "errors.jsonl",
    summary: "Why rows were not delivered",
    description: "A line of JSON for each row, without its values",
    example:
      '{"row":2,"line":3,"column":"Age","code":"not-a-number","message":"…","stage":"check"}\n',
  },
] as const;

const none = { description: "There are none" };
const noSuch = problemAnswer("There is no such import, or its run is gone");

function fileRoute({ name, type, summary, description, example }: (typeof FILES)[number]) {
  return createRoute({
    method: "get",
    path: `/v1/imports/{id}/${name}`,
    tags: ["Imports"],
    operationId: `get${name[0]?.toUpperCase()}${name.slice(1)}`,
    summary,
    request: { params: idParameter },
    responses: {
      200: { description, content: { [type]: { schema: z.string().openapi({ example }) } } },
      204: none,
      404: noSuch,
    },
  });
}

const report = createRoute({
  method: "get",
  path: "/v1/imports/{id}/report",
  tags: ["Imports"],
  operationId: "getReport",
  summary: "All there is to tell of the import's run, as a page",
  request: { params: idParameter },
  responses: {
    200: { description: "The page", content: { "text/html": { schema: z.string() } } },
    404: noSuch,
  },
});

/** Adds the routes. */
export function addImportFiles(app: OpenAPIHono, context: ServerContext): void {
  const { io } = context;
  const runOf = async (id: string): Promise<RunSummary> => {
    const run = await findImport(context, id).run();
    if (run) return run;
    throw new HttpProblem({ status: 404, detail: "The import has no run yet, or none any more" });
  };
  for (const file of FILES) {
    app.openAPIRegistry.registerPath(fileRoute(file));
    app.get(`/v1/imports/:id/${file.name}`, async (c) => {
      const path = (await runOf(c.req.param("id"))).files[file.name];
      if (path === null) return new Response(null, { status: 204 });
      return streamed(c.env, await readable(io, path), {
        "Content-Type": file.type,
        "Content-Disposition": `attachment; filename="${file.fileName}"`,
      });
    });
  }
  app.openAPIRegistry.registerPath(report);
  app.get("/v1/imports/:id/report", async (c) => {
    const { request: { name } } = findImport(context, c.req.param("id"));
    const { folder } = await runOf(c.req.param("id"));
    const { report } = await readRun(io, folder);
    const told = { ...report, source: name, sourcePath: name, folder: report.runId };
    const html = renderRunReport(told, NO_COMMANDS, { format: "html", color: false });
    return new Response(html, {
      headers: {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
      },
    });
  });
}

const BLOCK_BYTES = 64 * 1024;

/** A file as it is now, read as fast as somebody takes it. */
async function readable({ files }: Pick<Io, "files">, path: string): Promise<ReadableStream> {
  const file = await files.open(path, { read: true });
  let left = (await file.stat()).size;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const buffer = new Uint8Array(Math.min(BLOCK_BYTES, left));
      const count = left === 0 ? null : await file.read(buffer).catch((error) => {
        file.close();
        throw error;
      });
      if (count === null) {
        file.close();
        return controller.close();
      }
      left -= count;
      controller.enqueue(buffer.subarray(0, count));
    },
    cancel: () => file.close(),
  });
}

/**
 * Checks of files that send nothing.
 *
 * @module
 */

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { validateFile } from "../../jobs/validate.ts";
import { UsageError } from "../../model/errors.ts";
import { renderValidationJson } from "../../report/validation_json.ts";
import type { ServerContext } from "../context.ts";
import { newId } from "../ids.ts";
import { jobSetup } from "../job_setup.ts";
import { HttpProblem } from "../problem_details.ts";
import { problemAnswer } from "../schemas.ts";
import { fileBody } from "./import_routes.ts";
import { assertTarget, validateParameters } from "./parameters.ts";
import { receiveFile } from "./posts.ts";

const count = z.int().min(0);

const validation = z.looseObject({
  rows: z.object({ read: count, valid: count, filtered: count, invalid: count }),
  columns: z.looseObject({}),
  errors: z.array(z.looseObject({
    row: z.int(),
    line: z.int(),
    column: z.string().nullable(),
    code: z.string(),
    message: z.string(),
  })),
}).openapi("Validation", {
  example: {
    rows: { read: 2, valid: 1, filtered: 0, invalid: 1 },
    columns: { Age: { "not-a-number": 1 } },
    errors: [{ row: 2, line: 3, column: "Age", code: "not-a-number", message: "…" }],
  },
});

const route = createRoute({
  method: "post",
  path: "/v1/validate",
  tags: ["Imports"],
  operationId: "validateFile",
  summary: "Check a file without sending anything",
  request: { query: validateParameters, body: fileBody(validateParameters) },
  responses: {
    200: {
      description: "What an import would do, and every problem",
      content: { "application/json": { schema: validation } },
    },
    400: problemAnswer("A parameter, or the request itself, is wrong"),
    413: problemAnswer("The file is too large"),
    415: problemAnswer("It is no CSV file, gzip or workbook"),
    422: problemAnswer("The file can't be read by the mapping"),
    429: problemAnswer("As many imports wait as may"),
    503: problemAnswer("The file can't be kept"),
  },
});

/** Adds the route. */
export function addValidate(app: OpenAPIHono, context: ServerContext): void {
  app.openAPIRegistry.registerPath(route);
  app.post(route.path, async (c) => {
    const { io, imports, targets } = context;
    const place = imports.places.take();
    const id = newId(io);
    try {
      const path = `${await imports.prepare(id)}/${id}.csv`;
      const { file, given } = await receiveFile(context, c.req.raw, validateParameters, path);
      await assertTarget(targets, given.target);
      const setup = jobSetup(context, {
        settings: { ...given.settings, ...targets.settingsOf(given.target) },
        flags: given.flags,
        ownSource: "given",
      });
      const checked = await place.run(() => validateFile(setup, path)).catch((error) => {
        if (!(error instanceof UsageError)) throw error;
        const detail = error.message.replaceAll(path, file.name);
        throw new HttpProblem({ status: 422, detail });
      });
      const { exitCode: _code, command: _command, rejectedFile: _file, ...report } = JSON.parse(
        renderValidationJson({ ...checked, reason: checked.stop?.reason ?? null, exitCode: 0 }),
      );
      return c.json({ ...report, source: file.name }, 200);
    } finally {
      place.release();
      await imports.discard(id);
    }
  });
}

/**
 * Posted files on their way to an import.
 *
 * @module
 */

import type { z } from "@hono/zod-openapi";
import type { ServerContext } from "../context.ts";
import type { ImportJob } from "../import_job.ts";
import { HttpProblem } from "../problem_details.ts";
import { takeFile, type TakenImport } from "../take_file.ts";
import { receiveForm, receiveRaw, type Upload, type UploadedFile } from "../upload.ts";
import {
  assertTarget,
  badRequest,
  type GivenParameters,
  importParameters,
  mendedParameters,
  readParameters,
} from "./parameters.ts";

/** Types of a body that is a file by itself. Which of them it is, its first bytes tell. */
const FILE_TYPES = [
  ...["text/csv", "application/csv", "text/plain", "text/tab-separated-values"],
  ...["application/gzip", "application/x-gzip", "application/octet-stream"],
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
];

/**
 * Receives a file with what is said of it.
 *
 * @param path Where it goes.
 * @throws {HttpProblem} when the request is none that brings one.
 */
export async function receiveFile(
  { io }: ServerContext,
  request: Request,
  schema: z.ZodObject,
  path: string,
): Promise<{ readonly file: UploadedFile; readonly given: GivenParameters }> {
  const query = new URL(request.url).searchParams;
  const type = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ??
    "";
  const isForm = type === "multipart/form-data";
  if (!isForm && !FILE_TYPES.includes(type)) {
    throw new HttpProblem({
      status: 415,
      detail:
        "A file comes as multipart/form-data, text/csv, application/gzip or an Excel workbook",
    });
  }
  // What is wrong with the query is told before the file comes.
  const { name } = readParameters(schema, query);
  const upload: Upload = isForm
    ? await receiveForm(io, request, { path })
    : await receiveRaw(io, request, name ?? "upload.csv", { path });
  const { file, fields } = upload;
  try {
    if (file === null) throw badRequest('The form has no part "file"');
    const given = readParameters(schema, query, fields);
    return { file: { ...file, name: given.name ?? file.name }, given };
  } catch (error) {
    await io.files.remove(path).catch(() => {});
    throw error;
  }
}

/** Takes on the import of a posted file. */
export function takeImport(context: ServerContext, request: Request): Promise<TakenImport> {
  return takeFile(context, request, async (id) => {
    const path = `${await context.imports.prepare(id)}/${id}.csv`;
    const { file, given } = await receiveFile(context, request, importParameters, path);
    await assertTarget(context.targets, given.target);
    const { target, settings, flags, text } = given;
    return { file, path, text, target, settings, flags, parent: null, failedColumns: null };
  });
}

/** Takes on the import of rows that another import did not deliver. */
export async function takeMended(
  context: ServerContext,
  request: Request,
  parent: ImportJob,
): Promise<TakenImport> {
  const run = await parent.run();
  if (run === null) {
    throw new HttpProblem({
      status: 409,
      detail: "The import has no run yet, or none any more",
    });
  }
  return await takeFile(context, request, async (id) => {
    await context.imports.prepare(id);
    // Beside its run, so that it is known whose rows they are, and what was asked for them.
    const path = `${run.folder}/mended-${id}.csv`;
    const { file, given: { text } } = await receiveFile(context, request, mendedParameters, path);
    await context.io.files.syncFolder(run.folder);
    const { request: { target, id: parentId } } = parent;
    return {
      ...{ file, path, target, settings: {}, flags: [], parent: parentId, failedColumns: null },
      text: parentId + text,
    };
  });
}

/**
 * The API of the connector that came before: the same paths, the same answers, so that its clients
 * go on working. What it took, and how it worded things, is its own.
 *
 * @module
 */

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { olderService } from "../jobs/catalog.ts";
import { namesColumns } from "../jobs/own_source.ts";
import type { Settings } from "../config/settings.ts";
import { errorMessage, StorageError, UsageError } from "../model/errors.ts";
import type { ServerContext } from "./context.ts";
import type { ImportJob } from "./import_job.ts";
import { recordKeyOf } from "./idempotency.ts";
import { HttpProblem } from "./problem_details.ts";
import { takeFile } from "./take_file.ts";
import { receiveForm, type Upload } from "./upload.ts";

/** What a value may be: it took whatever came, and left out what its checks didn't like. */
function value(type: "string" | "integer", example: string | number) {
  return z.union([z.string(), z.number(), z.boolean(), z.null()]).openapi({ type, example });
}

/** An age in years, or nothing. */
const age = (description: string, example?: number) =>
  z.union([z.int(), z.string().regex(/^\s*-?\d+\s*$/).transform(Number), z.null()]).optional()
    .openapi({ type: "integer", description, example });

const recordSchema = z.object({
  name: value("string", "Ann Example"),
  age: value("integer", 34),
  cookie: value("string", "26555324-53df-4eb1-8835-e6c0078bb2c0"),
  banner_id: value("integer", 7),
  min_age: age("Leaves the record out below this age"),
  max_age: age("Leaves the record out above this age"),
}).openapi("Record", {
  // Without the ages: what tries it out fills in all that an example has.
  example: {
    name: "Ann Example",
    age: 34,
    cookie: "26555324-53df-4eb1-8835-e6c0078bb2c0",
    banner_id: 7,
  },
});

const message = z.object({ message: z.string() }).openapi("Message");

const sent = z.object({ sent: z.int() }).openapi("Sent", { example: { sent: 3 } });

const form = z.object({
  file: z.any().openapi({ type: "string", format: "binary", description: "A CSV file" }),
  min_age: age("Leaves rows out below this age", 18),
  max_age: age("Leaves rows out above this age", 65),
}).openapi("Bulk");

function told(description: string, text: string) {
  return {
    description,
    content: { "application/json": { schema: message, example: { message: text } } },
  };
}

const CLOSED = "The server can't take data now.";

const tags = ["SendCustomerRecord"];

const sendRecord = createRoute({
  method: "post",
  path: "/send_record",
  tags,
  operationId: "sendRecord",
  summary: "Send a single customer record",
  description: "The record is on the disk when the answer comes, and goes out with others. " +
    "A record that checks or filters leave out is answered 202 too, which says so.",
  request: { body: { required: true, content: { "application/json": { schema: recordSchema } } } },
  responses: {
    202: told(
      "Successfully received data.",
      "Record 26555324-53df-4eb1-8835-e6c0078bb2c0 sent to ShowAPI.",
    ),
    400: told("Failed to process received data.", "Failed to process data."),
    503: told("It can't be kept, or nothing says where it is to go.", CLOSED),
  },
});

const sendBulk = createRoute({
  method: "post",
  path: "/send_record/bulk",
  tags,
  operationId: "sendRecordBulk",
  summary: "Send a bulk of records using a CSV file",
  description: "Answers when the rows are sent. The columns may be named in the first line, by " +
    "whatever names the mapping knows; else they are name, age, cookie and banner_id.",
  request: { body: { required: true, content: { "multipart/form-data": { schema: form } } } },
  responses: {
    202: {
      description: "Number of sent records.",
      content: { "application/json": { schema: sent } },
    },
    400: told("File is missing.", "CSV file required."),
    413: told("The file is too large.", "Content too large"),
    415: told(
      "Received file is not supported.",
      "Unsupported file format. Only CSV files are accepted.",
    ),
    429: told("As many files wait as may.", "Too many imports wait"),
    503: told(
      "It stopped before all rows were sent. It can go on.",
      "Stopped after 2 records were sent: it can go on.",
    ),
  },
});

/** Adds both routes. */
export function addOlderConnector(app: OpenAPIHono, context: ServerContext): void {
  const { destination, columns } = olderService();
  const answer = (error: unknown) => {
    const { status, text, headers } = describe(error);
    if (status >= 500) {
      context.log.of("server").error("A request was refused: {reason}", {
        reason: errorMessage(error),
      });
    }
    return new Response(JSON.stringify({ message: text }), {
      status,
      headers: { "Content-Type": "application/json", ...headers },
    });
  };
  app.openAPIRegistry.registerPath(sendRecord);
  app.post(sendRecord.path, async (c) => {
    try {
      const body = await c.req.text();
      const parsed = recordSchema.safeParse(parseJson(body));
      if (!parsed.success) throw new HttpProblem(UNPROCESSED);
      const { min_age: minAge, max_age: maxAge, ...values } = parsed.data;
      const verdict = await context.intake.take({
        target: { destination },
        values,
        failedColumns: columns,
        key: recordKeyOf(c.req.raw, body),
        minAge: minAge ?? undefined,
        maxAge: maxAge ?? undefined,
      });
      const text = verdict.kind === "kept"
        ? `Record ${values.cookie} sent to ShowAPI.`
        : `Record ${values.cookie} did not pass the validation, ignored.`;
      return c.json({ message: text }, 202);
    } catch (error) {
      return answer(error);
    }
  });
  app.openAPIRegistry.registerPath(sendBulk);
  app.post(sendBulk.path, async (c) => {
    try {
      return c.json({ sent: await takeBulk(context, c.req.raw, { destination, columns }) }, 202);
    } catch (error) {
      return answer(error);
    }
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const UNPROCESSED = { status: 400, detail: "Failed to process data." };
const NOT_CSV = {
  status: 415,
  detail: "Unsupported file format. Only CSV files are accepted.",
};
const NO_FILE = { status: 400, detail: "CSV file required." };

/** The older service's words, where it had some; else ours. */
function describe(error: unknown) {
  if (error instanceof HttpProblem) {
    const { status, headers = {} } = error.details;
    return { status, text: error.message, headers };
  }
  const isOurs = error instanceof UsageError || error instanceof StorageError;
  const text = isOurs ? CLOSED : "Internal error.";
  return { status: isOurs ? 503 : 500, text, headers: { "Retry-After": "60" } };
}

/** Imports an uploaded file. @returns how many of its rows were sent. */
async function takeBulk(
  context: ServerContext,
  request: Request,
  { destination, columns }: ReturnType<typeof olderService>,
): Promise<number> {
  const { io, imports } = context;
  if (!/^multipart\/form-data\b/i.test(request.headers.get("content-type") ?? "")) {
    throw new HttpProblem(NO_FILE);
  }
  let isEmpty = false;
  const receive = async (id: string) => {
    const path = `${await imports.prepare(id)}/${id}.csv`;
    const upload = await receiveForm(io, request, {
      path,
      accept: (name) => {
        if (!/\.csv$/i.test(name)) throw new HttpProblem(NOT_CSV);
      },
    });
    const { file } = upload;
    const ages = agesOf(upload);
    isEmpty = file?.bytes === 0;
    if (file === null || isEmpty) throw new HttpProblem(NO_FILE);
    const target = await context.targets.find({ destination });
    const hasNames = await namesColumns(io, path, target).catch((error) => {
      if (!(error instanceof UsageError)) throw error;
      throw new HttpProblem({ status: 400, detail: error.message });
    });
    return {
      ...{ file, path, flags: [], parent: null, failedColumns: columns, target: { destination } },
      settings: { ...ages, again: true, ...(hasNames ? {} : { header: columns }) },
      text: JSON.stringify(ages),
    };
  };
  try {
    return await sentBy((await takeFile(context, request, receive)).job);
  } catch (error) {
    if (isEmpty) return 0;
    throw error;
  }
}

function agesOf({ fields }: Upload): Pick<Settings, "minAge" | "maxAge"> {
  const read = (name: "min_age" | "max_age") => {
    const text = fields.get(name)?.at(-1);
    const parsed = form.shape[name].safeParse(text === "" ? undefined : text);
    if (!parsed.success) throw new HttpProblem(UNPROCESSED);
    return parsed.data ?? undefined;
  };
  const [minAge, maxAge] = [read("min_age"), read("max_age")];
  return {
    ...(minAge === undefined ? {} : { minAge: Math.max(0, minAge) }),
    ...(maxAge === undefined ? {} : { maxAge }),
  };
}

/** Waits for the end of an import. @returns how many rows were sent. */
async function sentBy(job: ImportJob): Promise<number> {
  const over = Promise.withResolvers<void>();
  const unwatch = job.watch((event) => event ?? over.resolve());
  if (job.isActive) await over.promise;
  unwatch();
  const { state, result, reason } = job.end ?? {};
  const rows = (result?.rows ?? { accepted: 0 }) as { readonly accepted: number };
  if (state === "completed") return rows.accepted;
  if (state === "refused") throw new HttpProblem({ status: 400, detail: reason ?? "Refused" });
  throw new HttpProblem({
    status: 503,
    detail: `Stopped after ${rows.accepted} records were sent: ${reason ?? "it can go on"}.`,
    headers: { "Retry-After": "60" },
  });
}

/**
 * An import as clients see it.
 *
 * @module
 */

import type { z } from "@hono/zod-openapi";
import type { RowCounts } from "../../model/outcome.ts";
import type { ImportJob } from "../import_job.ts";
import type { importSchema } from "./schemas.ts";

/** How an import stands. */
export function present(job: ImportJob): z.infer<typeof importSchema> {
  const { request: { id, name, bytes, createdAt, target, parent }, state, end, live } = job;
  const self = importPath(id);
  const links = ["events", "rejected", "unknown", "errors", "report"].map((what) =>
    [what, `${self}/${what}`] as const
  );
  const result = end?.result as { status: string; rows: RowCounts } | null | undefined;
  return {
    ...{ id, state, name, bytes, createdAt, parent },
    reason: end?.reason ?? null,
    destination: target.destination ?? null,
    mapping: target.mapping ?? null,
    rows: result?.rows ?? live?.counts ?? null,
    result: result ?? null,
    links: { self, ...Object.fromEntries(links) },
  };
}

/** Where an import is found. */
export function importPath(id: string): string {
  return `/v1/imports/${id}`;
}

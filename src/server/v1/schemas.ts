/**
 * Schemas of the API's own nouns.
 *
 * @module
 */

import { z } from "@hono/zod-openapi";

const ID = "20261121T181500123Z-3f9c0b71d2a4";

/** An import's id in a path. */
export const idParameter = z.object({
  id: z.string().openapi({ param: { name: "id", in: "path" }, example: ID }),
});

const count = z.int().min(0);

const rows = z.object({
  read: count,
  accepted: count,
  filtered: count,
  rejected: count,
  unknown: count,
  pending: count,
}).openapi("RowCounts");

/** How an import stands, as clients see it. */
export const importSchema = z.object({
  id: z.string(),
  state: z.enum([
    ...["queued", "running", "completed", "unchanged", "stopped"] as const,
    ...["refused", "failed", "interrupted"] as const,
  ]).openapi({
    description: "`unchanged`: the same file went there before, and nothing was sent. `refused`: " +
      "the file or a setting is wrong, or an import of the same file can be resumed, and nothing " +
      "was sent. `stopped`, `failed` and `interrupted` can be resumed",
  }),
  reason: z.string().nullable().openapi({ description: "Why it stopped, or was refused" }),
  name: z.string(),
  bytes: count,
  createdAt: z.iso.datetime(),
  destination: z.string().nullable(),
  mapping: z.string().nullable(),
  parent: z.string().nullable().openapi({ description: "The import whose rows these are, mended" }),
  rows: rows.nullable().openapi({ description: "Rows by outcome, so far or in the end" }),
  result: z.looseObject({ status: z.string() }).nullable()
    .openapi({ description: "Its numbers, as the command `import` prints them as JSON" }),
  links: z.record(z.string(), z.string()),
}).openapi("Import", {
  example: {
    id: ID,
    state: "completed",
    reason: null,
    name: "crm.csv",
    bytes: 81_235,
    createdAt: "2026-11-21T18:15:00.123Z",
    destination: "http",
    mapping: "crm",
    parent: null,
    rows: { read: 1000, accepted: 990, filtered: 4, rejected: 6, unknown: 0, pending: 0 },
    result: { status: "completed", durationMs: 3210 },
    links: { self: `/v1/imports/${ID}`, rejected: `/v1/imports/${ID}/rejected` },
  },
});

/** A page of imports. */
export const importsPage = z.object({
  imports: z.array(importSchema),
  next: z.string().nullable().openapi({
    description: "The cursor of the next page, if there is one",
  }),
}).openapi("Imports");

/** Which imports are listed. */
export const pageParameters = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50).openapi({ example: 20 }),
  cursor: z.string().optional().openapi({ description: "`next` of the page before" }),
  state: importSchema.shape.state.optional(),
});

/** A header that has a request repeated without doing its work twice. */
export const keyHeader = z.object({
  "idempotency-key": z.string().min(1).max(255).optional().openapi({
    // No example: the page would fill it in, and refuse the second request that is tried out.
    description: "The same request with the same key is done once, however often it comes",
  }),
});

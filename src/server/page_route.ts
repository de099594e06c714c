/**
 * The page at `/`. What it is made of is loaded when somebody asks for it.
 *
 * @module
 */

import type { OpenAPIHono } from "@hono/zod-openapi";

/** Adds the page and its files. */
export function addPage(app: OpenAPIHono): void {
  for (const path of ["/", "/swagger-ui/:file"]) {
    app.get(path, async (c) => {
      const { pageFile } = await import("./page.ts");
      return pageFile(c.req.path) ?? c.notFound();
    });
  }
}

/**
 * The page that shows the API and tries it out: Swagger UI, out of the program itself. Loaded when
 * somebody asks for it.
 *
 * @module
 */

import swaggerCss from "swagger-ui-dist/swagger-ui.css" with { type: "text" };
import swaggerScript from "swagger-ui-dist/swagger-ui-bundle.js" with { type: "text" };
import html from "./page/index.html" with { type: "text" };
import pageCss from "./page/page.css" with { type: "text" };
import pageScript from "./page/page.js" with { type: "text" };

const CSS = "text/css; charset=UTF-8";
const SCRIPT = "text/javascript; charset=UTF-8";

/** The page's files by path, each with its type. */
const FILES: ReadonlyMap<string, readonly [type: string, text: string]> = new Map([
  ["/", ["text/html; charset=UTF-8", html]],
  ["/swagger-ui/swagger-ui.css", [CSS, swaggerCss]],
  ["/swagger-ui/page.css", [CSS, pageCss]],
  ["/swagger-ui/swagger-ui-bundle.js", [SCRIPT, swaggerScript]],
  ["/swagger-ui/page.js", [SCRIPT, pageScript]],
]);

/** Nothing from elsewhere, nothing inline. Swagger UI's style sheet has its icons in `data:`. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Answers with a file of the page; null where there is none of this path. */
export function pageFile(path: string): Response | null {
  const file = FILES.get(path);
  if (!file) return null;
  const [type, text] = file;
  return new Response(text, {
    headers: {
      "Content-Type": type,
      "Content-Security-Policy": POLICY,
      "Cache-Control": "max-age=3600",
      "X-Frame-Options": "DENY",
      "Referrer-Policy": "no-referrer",
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Resource-Policy": "same-origin",
    },
  });
}

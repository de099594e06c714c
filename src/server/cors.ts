/**
 * Cross-origin requests from browsers (Fetch standard, «CORS protocol»): refused unless the origin
 * was named. All pure.
 *
 * @module
 */

const EXPOSED = "Location, Retry-After, X-Request-Id";
const ACCEPTED = "Authorization, Content-Type, Idempotency-Key, Last-Event-ID";

/** The answer to a browser that asks first; null for other requests. */
export function preflight(request: Request, origins: readonly string[]): Response | null {
  if (request.method !== "OPTIONS" || !isNamed(request, origins)) return null;
  return new Response(null, {
    status: 204,
    headers: {
      "Access-Control-Allow-Methods": "GET, POST, DELETE",
      "Access-Control-Allow-Headers": ACCEPTED,
      "Access-Control-Max-Age": "600",
    },
  });
}

/** What tells a browser that a page of the request's origin may read the answer. */
export function corsHeaders(
  request: Request,
  origins: readonly string[],
): readonly (readonly [name: string, value: string])[] {
  if (origins.length === 0) return [];
  const vary = ["Vary", "Origin"] as const;
  if (!isNamed(request, origins)) return [vary];
  return [
    vary,
    ["Access-Control-Allow-Origin", request.headers.get("origin") ?? ""],
    ["Access-Control-Expose-Headers", EXPOSED],
  ];
}

function isNamed({ headers }: Request, origins: readonly string[]): boolean {
  const origin = headers.get("origin");
  return origin !== null && origins.includes(origin);
}

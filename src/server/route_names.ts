/**
 * The names of routes, for logs and numbers, which must not hold what clients write into paths, nor
 * have as many names as there are imports. All pure.
 *
 * @module
 */

/** The route of a path, e.g. `/v1/imports/:id`; `other` where there is none. */
export type RouteNames = (path: string) => string;

/** Names routes by their patterns, whose parameters begin with a colon. */
export function routeNames(patterns: readonly string[]): RouteNames {
  const fixed = new Set(patterns.filter((pattern) => !/[:*]/.test(pattern)));
  const others = [...new Set(patterns)].filter((pattern) =>
    pattern.includes(":") && !pattern.includes("*")
  ).map((pattern) => ({ pattern, parts: pattern.split("/") }));
  return (path) => {
    if (fixed.has(path)) return path;
    const parts = path.split("/");
    const found = others.find((other) =>
      other.parts.length === parts.length &&
      other.parts.every((part, at) => part.startsWith(":") || part === parts[at])
    );
    return found?.pattern ?? "other";
  };
}

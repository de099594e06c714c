/**
 * What the stand-in APIs share: counting, answering and reading requests. A stand-in checks what
 * the real API documents and keeps counts and ids, never bodies.
 *
 * @module
 */

/** One request as a stand-in sees it. */
export interface SandboxRequest {
  readonly method: string;
  readonly path: string;
  /** What stands behind the path, with its question mark; empty where nothing does. */
  readonly query?: string;
  readonly headers: Headers;
  readonly body: string;
  /** UTF-8 length of `body`. */
  readonly bytes: number;
}

/** What a stand-in answers, and how many rows it took by that. */
export interface SandboxAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; no body without it. */
  readonly json?: unknown;
  /** Sent as plain text, in place of JSON. */
  readonly text?: string;
  /** Rows that the API took and keeps. */
  readonly taken?: number;
  /** Rows that it recognised as sent before, and dropped. */
  readonly repeated?: number;
}

/** An API that is played. Pure but for what it remembers. */
export interface StandIn {
  answer(request: SandboxRequest): SandboxAnswer;
}

/** What a stand-in received up to now. */
export interface Received {
  /** All requests, those for tokens too. */
  requests: number;
  /** Requests by the status they were answered with. */
  readonly statuses: Record<number, number>;
  /** Rows taken, repeats not counted. */
  rows: number;
  /** Rows that came again and were dropped. */
  repeats: number;
  /** Bytes of all request bodies. */
  bytes: number;
}

/** The last ids that were seen, up to a number of them, so that a long run stays in bounds. */
export class SeenIds {
  readonly #ids = new Set<string>();

  constructor(private readonly most: number) {}

  /** Remembers an id; false when it was known. */
  add(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    if (this.#ids.size > this.most) {
      for (const oldest of this.#ids) {
        this.#ids.delete(oldest);
        break;
      }
    }
    return true;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }
}

/** The parsed body, or undefined when it is not JSON. */
export function parseBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** True for `{…}`. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** User and password of a `Basic` header (RFC 7617), or null when it is none. */
export function basicCredentials(
  headers: Headers,
  { emptyPassword = false } = {},
): readonly [user: string, password: string] | null {
  const encoded = /^Basic ([A-Za-z0-9+/]+=*)$/.exec(headers.get("authorization") ?? "")?.[1];
  if (encoded === undefined) return null;
  try {
    const [user = "", ...rest] = atob(encoded).split(":");
    const password = rest.join(":");
    return user !== "" && (emptyPassword || password !== "") ? [user, password] : null;
  } catch {
    return null;
  }
}

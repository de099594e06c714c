/**
 * A stand-in for an API on loopback that misbehaves on purpose, down to the TCP connection: it
 * resets, hangs, breaks off, never ends. It writes HTTP itself, since no HTTP server would.
 *
 * @module
 */

/** A request as it came over the wire. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  /** Empty when the connection was reset before the body was read. */
  readonly body: string;
  /** Which request of its connection it is, starting at 1. */
  readonly onConnection: number;
}

/** What the server does with a request. */
export type Reply =
  | {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  }
  /** Closes the connection without an answer, after the request was read. */
  | "close"
  /** Answers with something that is no HTTP, and closes. */
  | "garbage"
  /** Never answers. */
  | "hang"
  /** Sends the headers of a 200, and then a body that never ends. */
  | "endless"
  /** Sends the headers of a 200 and a part of the body, and closes. */
  | "break-off";

/** How a server behaves. `count` is the number of requests so far, this one included. */
export interface Script {
  /** True to close the connection on the headers, with the body unread: the client sees a reset. */
  resetBeforeBody?(count: number): boolean;
  reply(request: Received, count: number): Reply | Promise<Reply>;
}

/** A server that was started. */
export interface FaultServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Every request, in the order in which they were read. */
  readonly received: readonly Received[];
  /** Most requests that were being answered at the same time. */
  readonly mostAtOnce: number;
  /** Closes the listener and every connection. */
  close(): Promise<void>;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Runs `test` against a server, and closes the server whatever happens. */
export async function withFaults<Result = void>(
  script: Script | Script["reply"],
  test: (server: FaultServer) => Promise<Result>,
): Promise<Result> {
  const server = new Server(typeof script === "function" ? { reply: script } : script);
  try {
    return await test(server);
  } finally {
    await server.close();
  }
}

class Server implements FaultServer {
  readonly received: Received[] = [];
  readonly url: string;
  mostAtOnce = 0;
  readonly #script: Script;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #connections = new Set<Deno.Conn>();
  readonly #closed = Promise.withResolvers<void>();
  readonly #tasks = new Set<Promise<void>>();
  #atOnce = 0;
  #count = 0;

  constructor(script: Script) {
    this.#script = script;
    this.url = `http://127.0.0.1:${this.#listener.addr.port}`;
    this.#track(this.#accept());
  }

  async close(): Promise<void> {
    this.#closed.resolve();
    this.#listener.close();
    for (const connection of this.#connections) hangUp(connection);
    await Promise.all(this.#tasks);
  }

  #track(task: Promise<void>): void {
    // Connections end in errors here: that is what they are for.
    const tracked = task.catch(() => {}).finally(() => this.#tasks.delete(tracked));
    this.#tasks.add(tracked);
  }

  async #accept(): Promise<void> {
    for await (const connection of this.#listener) {
      this.#connections.add(connection);
      this.#track(
        this.#serve(connection).finally(() => {
          hangUp(connection);
          this.#connections.delete(connection);
        }),
      );
    }
  }

  async #serve(connection: Deno.Conn): Promise<void> {
    const reader = new Reader(connection);
    for (let onConnection = 1;; onConnection++) {
      const head = await reader.head();
      if (head === null) return;
      const count = ++this.#count;
      const [start = "", ...lines] = head.split("\r\n");
      const [method = "", path = ""] = start.split(" ");
      const headers = new Headers(lines.map((line) => line.split(/: */, 2) as [string, string]));
      const reset = this.#script.resetBeforeBody?.(count) ?? false;
      const body = reset ? "" : await reader.body(headers);
      const request = { method, path, headers, body, onConnection };
      this.received.push(request);
      if (reset) return;
      this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#atOnce);
      const goesOn = await this.#answer(connection, request, count).finally(() => this.#atOnce--);
      if (!goesOn) return;
    }
  }

  /** True when the connection can take another request. */
  async #answer(connection: Deno.Conn, request: Received, count: number): Promise<boolean> {
    const reply = await this.#script.reply(request, count);
    if (typeof reply === "object") {
      const body = reply.body ?? "";
      const headers = { "content-length": String(encoder.encode(body).length), ...reply.headers };
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      // In one piece: two small writes in a row would wait for each other's acknowledgement.
      await write(connection, `HTTP/1.1 ${reply.status} Stand-in\r\n${lines.join("")}\r\n${body}`);
      return true;
    }
    switch (reply) {
      case "close":
        return false;
      case "garbage":
        await write(connection, "This is no HTTP.\r\n\r\n");
        return false;
      case "hang":
        await this.#closed.promise;
        return false;
      case "break-off":
        await write(connection, "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{");
        return false;
      case "endless":
        await write(connection, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        while (true) await write(connection, `1000\r\n${" ".repeat(0x1000)}\r\n`);
    }
  }
}

/** Reads requests from a connection. */
class Reader {
  readonly #connection: Deno.Conn;
  readonly #buffer = new Uint8Array(64 * 1024);
  #bytes = new Uint8Array();

  constructor(connection: Deno.Conn) {
    this.#connection = connection;
  }

  /** The request line and headers; null when the client has hung up. */
  async head(): Promise<string | null> {
    while (true) {
      const text = decoder.decode(this.#bytes);
      const end = text.indexOf("\r\n\r\n");
      if (end >= 0) {
        this.#bytes = this.#bytes.slice(encoder.encode(text.slice(0, end + 4)).length);
        return text.slice(0, end);
      }
      if (!await this.#more()) return null;
    }
  }

  /** A body of the length that the headers give. */
  async body(headers: Headers): Promise<string> {
    const length = Number(headers.get("content-length") ?? 0);
    while (this.#bytes.length < length) {
      if (!await this.#more()) throw new Error("The client hung up within a body.");
    }
    const body = decoder.decode(this.#bytes.subarray(0, length));
    this.#bytes = this.#bytes.slice(length);
    return body;
  }

  async #more(): Promise<boolean> {
    const read = await this.#connection.read(this.#buffer);
    if (read === null) return false;
    const longer = new Uint8Array(this.#bytes.length + read);
    longer.set(this.#bytes);
    longer.set(this.#buffer.subarray(0, read), this.#bytes.length);
    this.#bytes = longer;
    return true;
  }
}

async function write(connection: Deno.Conn, text: string): Promise<void> {
  let rest = encoder.encode(text);
  while (rest.length > 0) rest = rest.subarray(await connection.write(rest));
}

function hangUp(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // It is closed already.
  }
}

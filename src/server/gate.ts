/**
 * Stands between the network and the HTTP server, which itself lets a client hold a connection for as
 * long as it likes: the gate bounds how many there are, and drops those whose client is slow. It
 * copies bytes and knows nothing of HTTP; where a request begins and ends, it is told.
 *
 * @module
 */

import type { IncomingWire, Io, Wire } from "../io.ts";

/** What a client may take. Times are milliseconds. */
export interface GateLimits {
  /** Connections at a time. */
  readonly connections: number;
  /** Until the head of a request is there. */
  readonly headMs: number;
  /** Between two requests. */
  readonly idleMs: number;
  /** Until some of an answer is taken. */
  readonly stalledMs: number;
  /** In which an upload must bring `windowBytes`. */
  readonly windowMs: number;
  readonly windowBytes: number;
  /** In which a client that was answered before all it sent was read may take note of that. */
  readonly lingerMs: number;
}

/** Limits that hold where nobody says otherwise. */
export const GATE_LIMITS: GateLimits = {
  connections: 512,
  headMs: 10_000,
  idleMs: 75_000,
  stalledMs: 60_000,
  windowMs: 30_000,
  windowBytes: 30 * 1024,
  lingerMs: 2_000,
};

/** Why a connection ended that its client had not ended. */
export type Dropped = "too-many" | "slow-request" | "idle" | "slow-upload" | "slow-answer";

/** What became of connections, for numbers. */
export interface GateWatch {
  /** So many are open now. */
  open(connections: number): void;
  dropped(reason: Dropped): void;
}

/** A request of a connection. */
export interface Passage {
  /** Of the client: its IP address. */
  readonly address: string;
  /** Gives the client so many milliseconds to bring the rest of the request and be answered. */
  within(ms: number): void;
  /** The body is as long as it likes, as long as it comes. */
  uploading(): void;
  /** All of it is there. */
  uploaded(): void;
  /** The answer goes on for as long as it likes once its head is there, and ends the connection. */
  streaming(): void;
  /** The answer is made. */
  end(): void;
}

/** An answer is taken for whole when nothing of it came for so long. */
const QUIET_MS = 50;

type Stage = "head" | "request" | "upload" | "idle";

interface Connection {
  readonly client: IncomingWire;
  readonly server: Wire;
  stage: Stage;
  /** By the clock that never goes back. */
  deadline: number;
  /** Bytes of an upload since the window began. */
  brought: number;
  /** True while what came is not taken: then it isn't the client that is slow. */
  isHeldUp: boolean;
  /** True from when an answer is made until the first of it has gone to the client. */
  isAnswerDue: boolean;
  /** When something of an answer went to the client last. */
  answeredAt: number;
  /** When the client was handed what it hasn't taken yet. */
  handedAt: number | null;
}

const TOO_MANY = new TextEncoder().encode(
  "HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
);

/** Connections over the limit that are answered at a time. */
const MOST_REFUSED = 64;

const BUFFER_BYTES = 16 * 1024;

/** How often connections are looked at. */
const SWEEP_MS = 500;

/** The connections of one server. */
export class Gate {
  readonly #connections = new Map<number, Connection>();
  #open = 0;
  #stopSweep = () => {};

  constructor(
    private readonly io: Pick<Io, "connect" | "monotonic" | "sleep" | "startTimer">,
    private readonly serverPort: number,
    private readonly limits: GateLimits,
    private readonly watch: GateWatch,
  ) {
    this.#sweepLater();
  }

  /** Takes a connection in hand, to its end. */
  async admit(client: IncomingWire): Promise<void> {
    this.watch.open(++this.#open);
    try {
      if (this.#open > this.limits.connections) return await this.#refuse(client);
      const server = await this.io.connect(this.serverPort);
      try {
        await this.#relay(client, server);
      } finally {
        server.close();
      }
    } catch {
      // One of the two is gone; so is what they had to say.
    } finally {
      client.close();
      this.watch.open(--this.#open);
    }
  }

  /** The request that comes on the connection from this port; null when it did not pass the gate. */
  enter(port: number): Passage | null {
    const connection = this.#connections.get(port);
    if (!connection) return null;
    this.#enterStage(connection, "request", Infinity);
    let isStreaming = false;
    return {
      address: connection.client.address,
      within: (ms) => this.#enterStage(connection, "request", ms),
      uploading: () => {
        connection.brought = 0;
        this.#enterStage(connection, "upload", this.limits.windowMs);
      },
      uploaded: () => this.#enterStage(connection, "request", Infinity),
      streaming: () => {
        isStreaming = true;
        this.#enterStage(connection, "request", Infinity);
      },
      end: () => {
        connection.isAnswerDue = true;
        if (!isStreaming) this.#enterStage(connection, "idle", this.limits.idleMs);
      },
    };
  }

  /** Ends connections that wait for a request; true when there are no others. */
  dropIdle(): boolean {
    const quietSince = this.io.monotonic() - QUIET_MS;
    for (const connection of this.#connections.values()) {
      const { stage, isAnswerDue, answeredAt } = connection;
      if (stage === "head") drop(connection);
      if (stage === "idle" && !isAnswerDue && answeredAt < quietSince) drop(connection);
    }
    return this.#connections.size === 0;
  }

  /** Ends all connections. */
  close(): void {
    this.#stopSweep();
    for (const connection of this.#connections.values()) drop(connection);
  }

  #enterStage(connection: Connection, stage: Stage, ms: number): void {
    connection.stage = stage;
    connection.deadline = this.io.monotonic() + ms;
  }

  async #relay(client: IncomingWire, server: Wire & { readonly ownPort: number }): Promise<void> {
    const connection: Connection = {
      client,
      server,
      stage: "head",
      deadline: this.io.monotonic() + this.limits.headMs,
      brought: 0,
      isHeldUp: false,
      isAnswerDue: false,
      answeredAt: -Infinity,
      handedAt: null,
    };
    this.#connections.set(server.ownPort, connection);
    try {
      const isAnswered = await Promise.race([
        this.#carryRequests(connection).then(() => false),
        this.#carryAnswers(connection).then(() => true),
      ]);
      if (isAnswered) await this.#farewell(client);
    } finally {
      this.#connections.delete(server.ownPort);
    }
  }

  async #carryRequests(connection: Connection): Promise<void> {
    const { client, server } = connection;
    const buffer = new Uint8Array(BUFFER_BYTES);
    while (true) {
      const count = await client.read(buffer);
      if (count === null) return;
      if (connection.stage === "idle") this.#enterStage(connection, "head", this.limits.headMs);
      connection.brought += count;
      connection.isHeldUp = true;
      await writeAll(server, buffer.subarray(0, count));
      connection.isHeldUp = false;
    }
  }

  async #carryAnswers(connection: Connection): Promise<void> {
    const { client, server } = connection;
    const buffer = new Uint8Array(BUFFER_BYTES);
    while (true) {
      const count = await server.read(buffer);
      if (count === null) return;
      connection.handedAt = this.io.monotonic();
      await writeAll(client, buffer.subarray(0, count));
      connection.handedAt = null;
      connection.isAnswerDue = false;
      connection.answeredAt = this.io.monotonic();
      // An answer may be long.
      if (connection.stage === "idle") this.#enterStage(connection, "idle", this.limits.idleMs);
    }
  }

  /** Says that there are too many, as long as not too many are told so. */
  async #refuse(client: IncomingWire): Promise<void> {
    this.watch.dropped("too-many");
    if (this.#open <= this.limits.connections + MOST_REFUSED) {
      await this.#farewell(client, TOO_MANY);
    }
  }

  /**
   * Ends a connection whose client may still be sending. Closed at once, its system would throw away
   * the answer that it has not read yet (RFC 9112 §9.6).
   */
  async #farewell(client: IncomingWire, lastWords?: Uint8Array): Promise<void> {
    const stop = this.io.startTimer(this.limits.lingerMs, () => client.close());
    try {
      if (lastWords) await writeAll(client, lastWords);
      await client.closeWrite();
      const buffer = new Uint8Array(BUFFER_BYTES);
      while (await client.read(buffer) !== null);
    } catch {
      // It is gone.
    } finally {
      stop();
      client.close();
    }
  }

  #sweepLater(): void {
    this.#stopSweep = this.io.startTimer(SWEEP_MS, () => {
      const now = this.io.monotonic();
      for (const connection of this.#connections.values()) {
        const reason = this.#faultOf(connection, now);
        if (reason === null) continue;
        this.watch.dropped(reason);
        drop(connection);
      }
      this.#sweepLater();
    });
  }

  #faultOf(connection: Connection, now: number): Dropped | null {
    const { stage, deadline, handedAt, brought, isHeldUp } = connection;
    if (handedAt !== null && now > handedAt + this.limits.stalledMs) return "slow-answer";
    if (now <= deadline) return null;
    if (stage === "idle") return "idle";
    if (stage !== "upload") return "slow-request";
    if (!isHeldUp && brought < this.limits.windowBytes) return "slow-upload";
    connection.brought = 0;
    connection.deadline = now + this.limits.windowMs;
    return null;
  }
}

function drop({ client, server }: Connection): void {
  client.close();
  server.close();
}

async function writeAll(wire: Wire, bytes: Uint8Array): Promise<void> {
  let written = await wire.write(bytes);
  while (written < bytes.length) written += await wire.write(bytes.subarray(written));
}

/**
 * What happens in an import, as server-sent events (WHATWG HTML §9.2): the lines of its run's
 * `events.jsonl`, from where a client was, and how many rows are settled.
 *
 * @module
 */

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Io } from "../../io.ts";
import type { RunEvent } from "../../model/run_events.ts";
import type { ServerContext } from "../context.ts";
import type { ImportJob } from "../import_job.ts";
import { problemAnswer } from "../schemas.ts";
import { streamed } from "../streamed.ts";
import { findImport } from "./import_routes.ts";
import { idParameter } from "./schemas.ts";

/** How often something is written where nothing happens, so that no proxy takes it for dead. */
const PING_MS = 15_000;

/** How often it is told at most how many rows are settled. */
const PROGRESS_MS = 1_000;

/** How long events are gathered. */
const GATHER_MS = 50;

const MOST_BYTES = 256 * 1024;

const route = createRoute({
  method: "get",
  path: "/v1/imports/{id}/events",
  tags: ["Imports"],
  operationId: "watchImport",
  summary: "Watch an import",
  description:
    "Server-sent events, whose data is JSON: those of the run's `events.jsonl` by their " +
    "type, `progress` with the rows so far, and `state` when it ends or stops.",
  request: {
    params: idParameter,
    headers: z.object({
      "last-event-id": z.string().regex(/^\d+$/).optional().openapi({
        description: "Goes on behind the event of this id",
        example: "0",
      }),
    }),
  },
  responses: {
    200: {
      description: "The events",
      content: {
        "text/event-stream": {
          schema: z.string().openapi({
            example: 'id: 214\nevent: start\ndata: {"type":"start"}\n\n',
          }),
        },
      },
    },
    204: { description: "Nothing follows" },
    400: problemAnswer("The id is none of an event"),
    404: problemAnswer("There is no such import"),
  },
});

/** Adds the route. */
export function addEvents(app: OpenAPIHono, context: ServerContext): void {
  app.openapi(route, async (c) => {
    const job = findImport(context, c.req.valid("param").id);
    const lastId = c.req.valid("header")["last-event-id"];
    const events = new EventReader(context, job, Number(lastId ?? 0));
    // A client that asks again for what is over is not to ask any more.
    if (lastId !== undefined && !job.isActive && !await events.hasMore()) return c.body(null, 204);
    const headers = { "Content-Type": "text/event-stream", "X-Accel-Buffering": "no" };
    return streamed(c.env, events.stream(), headers) as never;
  });
}

/** Reads on in an import's events as they come. */
class EventReader {
  readonly #io: Io;
  readonly #job: ImportJob;
  readonly #over = new AbortController();
  readonly #end: AbortSignal;
  #offset: number;
  #folder: string | null = null;
  #wake = new AbortController();
  #live: Extract<RunEvent, { kind: "settled" }> | null = null;
  #toldAt = -Infinity;

  constructor({ io, signals }: ServerContext, job: ImportJob, offset: number) {
    this.#io = io;
    this.#job = job;
    this.#offset = offset;
    this.#end = AbortSignal.any([signals.stop, this.#over.signal]);
  }

  async hasMore(): Promise<boolean> {
    return (await this.#read()).text !== "";
  }

  stream(): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder();
    const unwatch = this.#job.watch((event) => {
      if (event?.kind === "settled") this.#live = event;
      this.#wake.abort();
    });
    const finish = () => {
      unwatch();
      this.#over.abort();
    };
    return new ReadableStream({
      pull: async (controller) => {
        const text = await this.#next();
        if (text !== null) return controller.enqueue(encoder.encode(text));
        finish();
        controller.close();
      },
      cancel: finish,
    });
  }

  /** What is to be written next; null at the end. */
  async #next(): Promise<string | null> {
    while (true) {
      if (this.#end.aborted) return null;
      const { isActive, state } = this.#job;
      const { text, offset } = await this.#read();
      if (text !== "") {
        this.#offset = offset;
        return text;
      }
      if (!isActive) {
        this.#over.abort();
        return message("state", { state, reason: this.#job.end?.reason ?? null });
      }
      const progress = this.#progress();
      if (progress !== null) return progress;
      if (!await this.#wait()) return ": ping\n\n";
    }
  }

  #progress(): string | null {
    const now = this.#io.monotonic();
    if (this.#live === null || now - this.#toldAt < PROGRESS_MS) return null;
    const { counts, offset, inFlight } = this.#live;
    this.#live = null;
    this.#toldAt = now;
    return message("progress", { rows: counts, offset, inFlight });
  }

  /** Waits until something happens; false when nothing did for long. */
  async #wait(): Promise<boolean> {
    const woken = AbortSignal.any([this.#wake.signal, this.#end]);
    await this.#io.sleep(PING_MS, woken);
    this.#wake = new AbortController();
    // What happened is told before it is written down, and seldom alone.
    if (woken.aborted) await this.#io.sleep(GATHER_MS, this.#end);
    return woken.aborted;
  }

  /** The whole lines behind where it was, as events. */
  async #read(): Promise<{ readonly text: string; readonly offset: number }> {
    const nothing = { text: "", offset: this.#offset };
    this.#folder ??= (await this.#job.run())?.folder ?? null;
    if (this.#folder === null) return nothing;
    const file = await this.#io.files.open(`${this.#folder}/events.jsonl`, { read: true })
      .catch(() => null);
    if (file === null) return nothing;
    try {
      await file.seek(this.#offset);
      const buffer = new Uint8Array(MOST_BYTES);
      const count = await file.read(buffer) ?? 0;
      const bytes = buffer.subarray(0, buffer.subarray(0, count).lastIndexOf(0x0a) + 1);
      return eventsOf(new TextDecoder().decode(bytes), this.#offset);
    } finally {
      file.close();
    }
  }
}

function eventsOf(lines: string, start: number): { text: string; offset: number } {
  let text = "";
  let offset = start;
  for (const line of lines.split("\n").slice(0, -1)) {
    offset += new TextEncoder().encode(line).length + 1;
    const type = /^\{"type":"([\w-]+)"/.exec(line)?.[1] ?? "message";
    text += `id: ${offset}\nevent: ${type}\ndata: ${line}\n\n`;
  }
  return { text, offset };
}

function message(type: string, data: unknown): string {
  return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}

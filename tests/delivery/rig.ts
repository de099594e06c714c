/**
 * A delivery under test: a small destination, a clock that runs only while somebody sleeps, and a
 * ledger that checks that every row of the source got exactly one outcome.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";

import { BatchBuilder, fragmentsOf } from "../../src/delivery/batch.ts";
import {
  createDelivery,
  type Delivery,
  type DeliveryEnd,
  type DeliveryOptions,
} from "../../src/delivery/sender.ts";
import { PayloadWriter } from "../../src/model/payload_writer.ts";
import type { HttpClientOptions } from "../../src/io.ts";
import { systemIo } from "../../src/system_io.ts";
import type { HttpAnswer, Verdict } from "../../src/model/answer.ts";
import type { Batch, Span, SpanRows } from "../../src/model/batch.ts";
import type {
  Destination,
  DropsRepeats,
  Frame,
  RequestLimit,
} from "../../src/model/destination.ts";
import type { Settled } from "../../src/model/outcome.ts";
import type { RunEvent } from "../../src/model/run_events.ts";
import type { Row, SourceMark } from "../../src/model/row.ts";
import { FakeClock } from "../support/fake_clock.ts";
import type { Received } from "../support/faults.ts";

/** A row whose fields are its number and a name. */
export function makeRow(number: number): Row {
  const text = `${number},person-${number}\n`;
  const block = { text, offset: number * 100, unitBytes: 1 as const, bigEndian: false };
  return {
    number,
    line: number + 1,
    start: number * 100,
    end: number * 100 + text.length,
    fields: [String(number), `person-${number}`],
    fault: null,
    verbatim: null,
    first: 0,
    block,
  };
}

/** A row's payload, as the destination below words it. */
export function makePayload(number: number): string {
  return `{"id":${number}}`;
}

/** A writer that holds a text. */
export function written(text: string): PayloadWriter {
  const writer = new PayloadWriter();
  writer.text(text);
  return writer;
}

/** The frame of a JSON array. */
export const ARRAY: Frame = { head: "[", separator: ",", tail: "]" };

/** Rows on their way, as `[{"id":7},{"id":8}]` unless told. */
export function makeBatch(
  numbers: readonly number[],
  route = 0,
  { frame = ARRAY, payload = makePayload }: {
    readonly frame?: Frame;
    readonly payload?: (number: number) => string;
  } = {},
): Batch {
  const batch = new BatchBuilder(fragmentsOf(frame), route);
  for (const number of numbers) batch.add(makeRow(number), written(payload(number)));
  return batch.finish();
}

/** A mark without a digest. */
export function makeMark(row: number): SourceMark {
  return { row, offset: row * 100, line: row + 1, digest: "" };
}

/** Spans of the rows 1 to `rows`, `size` each. */
export function makeSpans(rows: number, size: number): Span[] {
  const spans: Span[] = [];
  for (let first = 1; first <= rows; first += size) {
    const last = Math.min(rows, first + size - 1);
    const batch = makeBatch(Array.from({ length: last - first + 1 }, (_, index) => first + index));
    const at = makeMark(last);
    spans.push({ rows: [[first, last]], batch, rejections: [], filtered: [], at });
  }
  return spans;
}

/** The numbers of a span's rows, and of those the ones that were sent. */
export function numbersOf({ rows, rejections, filtered }: SpanRows): {
  readonly all: number[];
  readonly sent: number[];
} {
  const all = rows.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index)
  );
  const rejected = new Set(rejections.map(({ row }) => row));
  const isDecided = (number: number) =>
    rejected.has(number) || filtered.some(({ first, last }) => number >= first && number <= last);
  return { all, sent: all.filter((number) => !isDecided(number)) };
}

/** The ids in a request's body, as the destination below words it. */
export function idsOf(request: Pick<Received, "body">): number[] {
  return (JSON.parse(request.body) as { id: number }[]).map(({ id }) => id);
}

/** How the destination under test differs from the plainest one. */
export interface Traits {
  readonly dropsRepeats?: DropsRepeats;
  readonly readsAcceptedBody?: boolean;
  readonly login?: boolean;
  readonly classify?: (answer: HttpAnswer, batch: Batch | null) => Verdict;
  readonly requestLimits?: readonly RequestLimit[];
}

/** A destination that posts JSON arrays to `/rows`. */
export function makeDestination(url: string, traits: Traits = {}): Destination {
  return {
    name: "stand-in",
    title: "stand-in",
    secrets: ["s3cret", "k3y"],
    address: url,
    limits: {
      rowsPerRequest: 1_000,
      bytesPerRequest: 1e6,
      bytesPerRow: 1e5,
      rowsPerSecond: null,
      requestLimits: traits.requestLimits ?? [],
      concurrency: 4,
      answerMs: 30_000,
    },
    dropsRepeats: traits.dropsRepeats ?? "rows",
    frame: () => ARRAY,
    login: traits.login
      ? {
        request: { method: "POST", url: `${url}/auth`, headers: {}, body: '{"key":"k3y"}' },
        read: (answer) => ({ token: JSON.parse(answer.body).token, expiresInMs: 3_600_000 }),
      }
      : null,
    readsAcceptedBody: traits.readsAcceptedBody ?? false,
    request: (_batch, token, answered = 0) => ({
      method: "POST",
      url: `${url}/rows?key=s3cret`,
      headers: {
        "content-type": "application/json",
        "x-answered": `${answered}`,
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
    }),
    classify: traits.classify ?? classifyByStatus,
  };
}

function classifyByStatus({ status, headers, body, receivedAt = 0 }: HttpAnswer): Verdict {
  const reason = `stand-in answered ${status}`;
  if (status >= 200 && status < 300) return { kind: "accepted" };
  if (status === 408 || status === 429 || status >= 500) {
    const asked = headers.get("retry-after");
    const seconds = Number(asked ?? NaN);
    const afterMs = Number.isNaN(seconds) ? Date.parse(asked ?? "") - receivedAt : seconds * 1000;
    return { kind: "retry", reason, afterMs: Number.isNaN(afterMs) ? null : afterMs };
  }
  if (status === 400 || status === 413 || status === 422) {
    const problem = { code: `refused-${status}`, column: null, message: "Refused", words: body };
    return { kind: "refused", problem };
  }
  if (status === 401) return { kind: "unauthorized", reason };
  if (status === 403) return { kind: "forbidden", reason };
  return { kind: "broken", reason };
}

/** Without a proxy. */
export const DIRECT: HttpClientOptions = { proxyFor: () => null, insecureHttp: false };

/** What a test may set; everything else is as plain as can be. */
export interface RigOptions extends Partial<Omit<DeliveryOptions, "destination" | "settle">> {
  readonly rows?: number;
  readonly size?: number;
  readonly traits?: Traits;
  readonly onSettled?: (settled: Settled) => void;
}

/** A delivery with everything that became of it. */
export class Rig {
  readonly clock = new FakeClock();
  readonly accepted: number[] = [];
  readonly refused = new Map<number, string>();
  readonly unknown = new Map<number, string>();
  readonly events: RunEvent[] = [];
  readonly stop = new AbortController();
  readonly kill = new AbortController();
  readonly delivery: Delivery;
  readonly #rows: number;
  pulled = 0;

  constructor(url: string, options: RigOptions = {}) {
    const { rows = 10, size = 10, traits, onSettled, ...rest } = options;
    this.#rows = rows;
    const spans = makeSpans(rows, size);
    this.delivery = createDelivery(
      {
        httpClient: systemIo().httpClient,
        now: this.clock.now,
        monotonic: this.clock.monotonic,
        sleep: this.clock.sleep,
        startTimer: this.clock.startTimer,
        nextTurn: systemIo().nextTurn,
        random: () => 0.5,
      },
      {
        destination: makeDestination(url, traits),
        wire: DIRECT,
        concurrency: 1,
        rate: null,
        sleepMs: 0,
        timeoutMs: 30_000,
        retryForMs: 300_000,
        keepGoing: false,
        resendUnknown: false,
        next: () => Promise.resolve(spans[this.pulled++] ?? null),
        stop: this.stop.signal,
        kill: this.kill.signal,
        observer: (event) => this.events.push(event),
        ...rest,
        ack: (settled) => {
          this.#ack(settled);
          onSettled?.(settled);
          return Promise.resolve();
        },
      },
    );
  }

  /** Rows that have no outcome. */
  get pending(): number[] {
    return Array.from({ length: this.#rows }, (_, index) => index + 1).filter((row) =>
      !this.accepted.includes(row) && !this.refused.has(row) && !this.unknown.has(row)
    );
  }

  /** Runs to the end and checks that no row was settled twice, and how many are left. */
  async run(): Promise<DeliveryEnd> {
    const end = await this.delivery.run();
    const settled = [...this.accepted, ...this.refused.keys(), ...this.unknown.keys()];
    assertEquals(new Set(settled).size, settled.length, "a row was settled twice");
    assertEquals(settled.length + this.pending.length, this.#rows);
    assertEquals(end.numbers.inFlight, 0);
    if (end.stopped === null) assertEquals(this.pending, []);
    return end;
  }

  #ack({ span, accepted, refused, unknown }: Settled): void {
    const { sent } = numbersOf(span);
    const others = [...refused, ...unknown].map(({ place }) => place.number);
    const taken = sent.filter((number) => !others.includes(number));
    assertEquals(taken.length, accepted);
    assert(others.every((number) => sent.includes(number)));
    this.accepted.push(...taken);
    for (const { place, problem } of refused) this.refused.set(place.number, problem.message);
    for (const { place, problem } of unknown) this.unknown.set(place.number, problem.message);
  }
}

/**
 * The whole program on a disk in memory, against an API in memory, with a clock of its own: it can
 * be killed between any two steps that outlive it, hundreds of times a second.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { run } from "../../src/cli/run.ts";
import type { HttpRequest, HttpResponse, Io } from "../../src/io.ts";
import type { StandIn } from "../../src/destinations/stand_in.ts";
import { builtin, definitionOf } from "../support/destinations.ts";
import { FaultyFiles } from "../support/faulty_files.ts";
import { type Ended, filesIn, signals } from "../support/workdir.ts";
import { csvOf, type Fate, fateOf, idOf, type Kind, kinds } from "./fated_rows.ts";
import { withoutProblems } from "../support/rejected_rows.ts";

/** What a world is made with. */
export interface Plan {
  readonly destination: keyof typeof kinds;
  readonly rows: number;
  /** Flags of the import. */
  readonly flags: readonly string[];
  /** `many`: a sync follows every span at once; `few`: only a stop and the end are synced. */
  readonly syncs: "few" | "many";
  readonly env?: Readonly<Record<string, string>>;
}

/** What happens at a step, by its number and name. */
export type FaultAt = FaultyFiles["fault"];

const FOLDER = "/job";
const CSV = `${FOLDER}/rows.csv`;
const MAPPING = `${FOLDER}/mapping.yaml`;
const SYNC_AFTER_MS = 200;
/** Waits that are not meant to end: for a grace period, say. */
const FOREVER_MS = 3_600_000;

/** A disk, an API and a clock that outlive the processes on them. */
export class World {
  readonly files = new FaultyFiles();
  /** How often the API took each row, by the id in it. */
  readonly taken = new Map<string, number>();
  /** Requests with rows that the API saw. */
  requests = 0;
  /** Called with each of them; what it returns is the answer's status, or null. */
  onRequest: (request: number) => number | null = () => null;
  /** Rows that the API took and didn't drop as repeats. */
  kept = 0;
  /** Rows of the file as the last process found it. */
  rows: number;
  readonly signals = signals();
  readonly #kind: Kind;
  readonly #api: StandIn;
  readonly #io: Io;
  /** Statuses of the answers to requests, by their key. */
  readonly #answers = new Map<string, number>();
  #out = { stdout: "", stderr: "" };
  #time = Date.UTC(2026, 10, 21, 18, 15);
  #ids = 0;

  constructor(readonly plan: Plan) {
    const now = () => this.#time;
    this.rows = plan.rows;
    this.#kind = kinds[plan.destination];
    this.#api = plan.destination === "http"
      ? { answer: () => ({ status: 200 }) }
      : definitionOf(plan.destination).standIn(builtin(plan.destination), now);
    this.files.nodes.set(FOLDER, this.#folder());
    this.files.plant(CSV, csvOf(this.#kind, plan.rows));
    if (this.#kind.mapping) this.files.plant(MAPPING, this.#kind.mapping);
    const output = (name: "stdout" | "stderr") => ({
      isTerminal: false,
      columns: 80,
      write: (text: string) => {
        this.#out[name] += text;
      },
    });
    const env = { ...this.#kind.env, ...plan.env };
    this.#io = {
      stdin: { isTerminal: false, readable: new ReadableStream() },
      stdout: output("stdout"),
      stderr: output("stderr"),
      flush: () => Promise.resolve(),
      files: filesIn(FOLDER, this.files),
      env: () => env,
      cwd: () => FOLDER,
      pid: 4711,
      runtime: { deno: "0", target: "test" },
      httpClient: () => ({ fetch: (url, request) => this.#fetch(url, request), close() {} }),
      now,
      monotonic: () => this.#time += 0.001,
      sleep: (ms, signal) => this.#sleep(ms, signal),
      // No request here waits for its answer longer than it may.
      startTimer: () => () => {},
      nextTurn: () => Promise.resolve(),
      random: () => 0.5,
      randomBytes: (length) => new Uint8Array(length).fill(++this.#ids),
      onStopSignal: this.signals.onStopSignal,
    } as Partial<Io> as Io;
  }

  /** Runs a process on what the last one left; it is killed at a step, or meets other faults. */
  async process(args: readonly string[], fault: number | FaultAt = Infinity): Promise<Ended> {
    this.files.restart();
    this.files.fault = typeof fault === "function"
      ? fault
      : (step) => step === fault ? "kill" : null;
    this.#out = { stdout: "", stderr: "" };
    const code = await run(args, this.#io);
    return { code, ...this.#out };
  }

  /** Starts the import or goes on with it, as a cron job does. */
  import(fault?: number | FaultAt): Promise<Ended> {
    const { destination, flags } = this.plan;
    const to = this.#kind.mapping ? ["--mapping", "mapping.yaml"] : ["--to", destination];
    const start = ["import", "rows.csv", ...to, "--resume-or-start", "--json"];
    return this.process([...start, ...flags], fault);
  }

  /** Steps of the last process. */
  get steps(): number {
    return this.files.operations.length;
  }

  /** Appends rows to the file. */
  append(rows: number): void {
    this.rows += rows;
    this.files.plant(CSV, csvOf(this.#kind, this.rows));
  }

  /** True when `status` lists a complete run. */
  async isComplete(): Promise<boolean> {
    const { stdout } = await this.process(["status", "--json"]);
    const { runs } = JSON.parse(stdout) as { runs: { state: string }[] };
    return runs.some(({ state }) => state === "completed");
  }

  /** Goes on until the run is complete; the n-th process is killed at step `kills[n]`. */
  async finish(kills: readonly number[] = []): Promise<void> {
    for (let attempt = 0; !await this.isComplete(); attempt++) {
      const ended = await this.import(kills[attempt]);
      if (!this.files.dead) assert(ended.code <= 1, JSON.stringify(ended));
    }
  }

  /**
   * Every row has the one outcome that it has in an undisturbed run, but for up to `mostUnknown` rows
   * that were sent and are unknown.
   *
   * @returns how many rows are.
   */
  async assertOutcome(mostUnknown = 0): Promise<number> {
    const { stdout } = await this.process(["status", "--json"]);
    const { runs } = JSON.parse(stdout);
    // deno-lint-ignore no-explicit-any -- the program's own JSON
    const [complete, ...others] = runs.filter(({ state }: any) => state === "completed");
    assertEquals(others, []);
    const kind = this.#kind;
    const having = (...fates: Fate[]) =>
      Array.from({ length: this.rows }, (_, index) => index + 1)
        .filter((row) => fates.includes(fateOf(kind, row)));
    const errors = this.files.text(`${FOLDER}/${complete.files.errors}`) ?? "";
    const lines = errors.trimEnd().split("\n").map((line) => JSON.parse(line));
    const unknown: number[] = lines.filter(({ code }) => code === "unknown").map(({ row }) => row);
    assert(unknown.length <= mostUnknown, `${unknown.length} rows are unknown`);
    assertEquals(unknown.filter((row) => !having("accepted", "refused").includes(row)), []);
    const isKnown = (row: number) => !unknown.includes(row);
    const accepted = having("accepted").filter(isKnown);
    const rejected = having("invalid", "refused").filter(isKnown);
    assertEquals(complete.rows, {
      read: this.rows,
      accepted: accepted.length,
      filtered: having("filtered").length,
      rejected: rejected.length,
      unknown: unknown.length,
      pending: 0,
    });
    assertEquals(
      [...this.taken.keys()].filter((id) => !unknown.map(idOf).includes(id)).toSorted(),
      accepted.map(idOf).toSorted(),
    );
    if (this.plan.destination === "mparticle") assertEquals(this.kept, accepted.length);

    const header = csvOf(kind, 0);
    for (const [file, rows] of [["rejected", rejected], ["unknown", unknown]] as const) {
      if (rows.length === 0) continue;
      const text = this.files.text(complete.files[file].replace(/^(?!\/)/, `${FOLDER}/`)) ?? "";
      const csv = file === "rejected" ? withoutProblems(text) : text;
      assert(csv.startsWith(header));
      assertEquals(
        csv.slice(header.length).split(/(?<=\n)/).toSorted(),
        rows.map((row) => kind.row(row, fateOf(kind, row))).toSorted(),
      );
    }
    assertEquals(
      lines.map(({ row }) => row).toSorted((a, b) => a - b),
      [...rejected, ...unknown].toSorted((a, b) => a - b),
    );
    for (const { row, stage, line } of lines) {
      assertEquals(stage, fateOf(kind, row) === "invalid" ? "check" : "send");
      assertEquals(line, row + 1);
    }
    return unknown.length;
  }

  /** Rows that the API took more than once. */
  get doubled(): string[] {
    return [...this.taken].filter(([, times]) => times > 1).map(([id]) => id);
  }

  #folder() {
    const empty = new Uint8Array();
    return {
      kind: "folder" as const,
      data: empty,
      durable: empty,
      entryDurable: true,
      mode: 0o700,
      lockedBy: null,
    };
  }

  async #fetch(url: string, request: HttpRequest): Promise<HttpResponse> {
    await this.#step(); // Killed here, the request never leaves.
    const body = new TextDecoder().decode(request.body);
    const path = new URL(url).pathname;
    const ids = this.#kind.ids(path, body);
    const fault = ids.length > 0 ? this.onRequest(++this.requests) : null;
    if (fault !== null) return new Response(null, { status: fault });
    const key = request.headers["Idempotency-Key"] ?? crypto.randomUUID();
    const before = this.#answers.get(key);
    if (before !== undefined) {
      await this.#step();
      return Response.json({}, { status: before });
    }
    const answer = this.#kind.answer(path, body) ?? this.#api.answer({
      method: request.method,
      path,
      headers: new Headers(request.headers),
      body,
      bytes: body.length,
    });
    this.#answers.set(key, answer.status);
    if (answer.status < 300) {
      for (const id of ids) this.taken.set(id, (this.taken.get(id) ?? 0) + 1);
      this.kept += answer.taken ?? 0;
    }
    // The first answers come late, so that requests are settled out of order.
    for (let turn = this.requests % 3 === 0 ? 40 : 0; turn > 0; turn--) await null;
    await this.#step(); // Killed here, the answer is never read.
    return Response.json(answer.json ?? {}, { status: answer.status });
  }

  /** A moment at which the process may be killed, as one at the disk. */
  async #step(): Promise<void> {
    await this.files.list("/");
  }

  #sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const forever = ms >= FOREVER_MS || (ms === SYNC_AFTER_MS && this.plan.syncs === "few");
    if (forever && !this.files.dead) {
      return new Promise((resolve) => signal?.addEventListener("abort", () => resolve()));
    }
    this.#time += ms;
    return Promise.resolve();
  }
}

/**
 * One import in bad weather: the whole program on a disk in memory, against an API in memory, over
 * a network that loses, delays and repeats nothing that it wasn't told to, killed and gone on with.
 * All of it follows from a seed.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { run } from "../../src/cli/run.ts";
import type { HttpRequest, HttpResponse, Io } from "../../src/io.ts";
import { NetworkError } from "../../src/model/errors.ts";
import { type Fate, idOf } from "../e2e/fated_rows.ts";
import { type Fault, FaultyFiles } from "../support/faulty_files.ts";
import { seeded } from "../support/seeds.ts";
import { filesIn, signals } from "../support/workdir.ts";
import { Api, type Shore } from "./api.ts";
import { EventClock } from "./event_clock.ts";

const FOLDER = "/job";
const CSV = `${FOLDER}/rows.csv`;

/** Processes in bad weather; those after them have calm. */
const MOST_FAULTY = 5;
/** More than these in calm weather mean that a run can't be gone on with. */
const MOST_CALM = 12;

/** What a request meets with, and how often. */
const WEATHER: readonly (readonly [what: string, weight: number])[] = [
  ["answered", 60],
  ["answered late", 8],
  ["never sent", 5],
  ["lost on the way", 4],
  ["answer lost", 6],
  ["taken long after", 3],
  ["never answered", 3],
  ["429", 4],
  ["503", 4],
  ["408", 1],
  ["401", 1],
  ["403", 0.5],
  ["302", 0.5],
  ["refused for no reason", 1],
  ["a web page", 1],
];

/** How a process ends that doesn't come to its own end. */
const DEATHS = ["none", "kill", "power cut", "full disk", "short write", "failed sync", "signal"];

/** A disk, an API, a network and a clock that outlive the processes on them. */
export class Sea {
  readonly files = new FaultyFiles();
  readonly api: Api;
  readonly clock = new EventClock();
  readonly rows: number;
  /** The rows as they stand in the file, the first at 0. */
  readonly #texts: readonly string[];
  /** What happened, for the message of a failure. */
  readonly log: string[] = [];
  readonly #random: () => number;
  readonly #signals = signals();
  readonly #flags: readonly string[];
  /** Rows of requests whose answer never came, or that were in flight in a process that died. */
  readonly #unsure = new Set<string>();
  #isCalm = false;
  #hasDied = false;
  #hasLostPower = false;
  #requests = 0;
  #signalAt = Infinity;
  #ids = 0;
  #process = 0;
  #out = { stdout: "", stderr: "" };

  constructor(readonly shore: Shore, seed: number) {
    this.#random = seeded(seed);
    this.api = new Api(shore);
    this.rows = 3 + this.#below(25);
    this.#flags = [
      ...["--batch-size", `${1 + this.#below(7)}`, "--concurrency", `${1 + this.#below(4)}`],
      ...["--retry-for", this.#pick(["3s", "1m", "5m"]), "--grace", this.#pick(["1s", "2m"])],
    ];
    this.files.nodes.set(FOLDER, folder());
    this.#texts = Array.from(
      { length: this.rows },
      (_, index) => shore.row(index + 1, this.#fateOf(index + 1)),
    );
    this.files.plant(CSV, shore.header + this.#texts.join(""));
    if (shore.mapping !== null) this.files.plant(`${FOLDER}/rows.yaml`, shore.mapping);
  }

  /** Lets processes run in bad weather, then in calm, until the run is complete. */
  async cross(): Promise<void> {
    const faulty = this.#below(MOST_FAULTY + 1);
    for (let process = 0; process < faulty; process++) {
      await this.#faultyProcess(this.#pick(DEATHS));
      if (await this.#isComplete()) return;
    }
    this.#isCalm = true;
    this.#signalAt = Infinity;
    for (let process = 0; process < MOST_CALM; process++) {
      const { code, stderr } = await this.#import(() => null);
      assert([0, 1, 3].includes(code), `in calm weather the import ended with ${code}\n${stderr}`);
      if (await this.#isComplete()) return;
    }
    throw new Error("the import never comes to its end");
  }

  /** Holds the promise of the README's first page against what the API holds. */
  async assertPromise(): Promise<void> {
    const { stdout } = await this.#run(["status", "--json"]);
    // deno-lint-ignore no-explicit-any -- the program's own JSON
    const complete = JSON.parse(stdout).runs.filter(({ state }: any) => state === "completed");
    assertEquals(complete.length, 1, "the runs that are complete");
    const { rows, files } = complete[0];
    const rejected = this.#rowsIn(files.rejected);
    const unknown = this.#rowsIn(files.unknown);
    const counts = { accepted: 0, filtered: 0, rejected: 0, unknown: 0 };
    for (let row = 1; row <= this.rows; row++) {
      const outcome = this.#outcomeOf(row, rejected, unknown);
      counts[outcome]++;
      this.#assertRow(row, outcome);
    }
    assertEquals(rows, { read: this.rows, ...counts, pending: 0 });
  }

  #assertRow(row: number, outcome: "accepted" | "filtered" | "rejected" | "unknown"): void {
    const id = idOf(row);
    const fate = this.#fateOf(row);
    const kept = this.api.kept.get(id) ?? 0;
    const says = `row ${row}, ${fate} by nature, is ${outcome} and was kept ${kept} times`;
    // A power cut may take back what was written down in its last moments, which only an API that
    // knows rows can make good.
    const mayDouble = this.#hasLostPower && this.shore.dropsRepeats !== "rows";
    assert(kept <= 1 || mayDouble, says);
    if (outcome === "accepted") assert(kept >= 1, says);
    if (outcome === "filtered") assert(kept === 0, says);
    if (outcome === "rejected" && fate === "invalid") assert(kept === 0, says);
    if (outcome === "rejected" && fate !== "invalid") {
      assert(this.api.refused.has(id), says);
      assert(kept === 0 || mayDouble, says);
    }
    if (outcome === "unknown") assert(this.#hasDied || this.#unsure.has(id), says);
    if (fate === "invalid") assertEquals(outcome, "rejected", says);
    if (fate === "filtered") assertEquals(outcome, "filtered", says);
    if (fate === "refused") assert(outcome !== "accepted" && kept === 0, says);
  }

  #outcomeOf(row: number, rejected: readonly number[], unknown: readonly number[]) {
    const isRejected = rejected.includes(row);
    const isUnknown = unknown.includes(row);
    assert(!isRejected || !isUnknown, `row ${row} is both rejected and unknown`);
    if (isRejected) return "rejected" as const;
    if (isUnknown) return "unknown" as const;
    return this.#fateOf(row) === "filtered" ? "filtered" as const : "accepted" as const;
  }

  #fateOf(row: number): Fate {
    const { fates } = this.shore;
    return fates[row % fates.length] ?? "accepted";
  }

  /** The numbers of the rows in a run's file, each once. */
  #rowsIn(path: string | null): number[] {
    if (path === null) return [];
    const text = this.files.text(path.startsWith("/") ? path : `${FOLDER}/${path}`) ?? "";
    const rows = text.split(/(?<=\n)/).slice(1).map((line) => {
      // What is wrong with it may stand before the row.
      const row = this.#texts.findIndex((text) => line.endsWith(text)) + 1;
      assert(row > 0, `${path} holds what is no row of the file: ${line}`);
      return row;
    });
    assertEquals(new Set(rows).size, rows.length, `${path} holds a row twice`);
    return rows;
  }

  async #faultyProcess(death: string): Promise<void> {
    const at = 1 + this.#below(140);
    const fault: Fault | null = ({
      "kill": "kill",
      "power cut": "kill",
      "full disk": "no-space",
      "short write": "short-write",
      "failed sync": "failed-sync",
    } as const)[death] ?? null;
    const lasts = death === "full disk" ? this.#below(200) : 0;
    this.#signalAt = death === "signal" ? this.#requests + 1 + this.#below(6) : Infinity;
    this.log.push(`process ${this.#process + 1}: ${death} at ${at}`);
    const { code, stderr } = await this.#import((step) =>
      fault !== null && step >= at && step <= at + lasts ? fault : null
    );
    this.#hasDied ||= this.files.dead ||
      ["full disk", "short write", "failed sync"].includes(death);
    if (!this.files.dead) {
      assert([0, 1, 2, 3, 4, 130, 143].includes(code), `it ended with ${code}\n${stderr}`);
    }
    if (death === "power cut" && this.files.dead) {
      this.#hasLostPower = true;
      this.files.powerCut(this.#random);
    }
  }

  #import(fault: (step: number) => Fault | null) {
    const args = ["import", "rows.csv", ...this.shore.target, "--resume-or-start", "--json"];
    return this.#run([...args, ...this.#flags], fault);
  }

  async #isComplete(): Promise<boolean> {
    const { stdout } = await this.#run(["status", "--json"]);
    const { runs } = JSON.parse(stdout) as { runs: { state: string }[] };
    return runs.some(({ state }) => state === "completed");
  }

  async #run(args: readonly string[], fault: (step: number) => Fault | null = () => null) {
    this.#process++;
    this.clock.clear();
    this.files.restart();
    this.files.fault = fault;
    this.#out = { stdout: "", stderr: "" };
    const code = await run(args, this.#io());
    this.log.push(`  ${args[0]} ended with ${code}${this.files.dead ? ", killed" : ""}`);
    return { code, ...this.#out };
  }

  #io(): Io {
    const process = this.#process;
    const output = (name: "stdout" | "stderr") => ({
      isTerminal: false,
      columns: 80,
      write: (text: string) => {
        this.#out[name] += text;
      },
    });
    const { clock } = this;
    return {
      stdin: { isTerminal: false, readable: new ReadableStream() },
      stdout: output("stdout"),
      stderr: output("stderr"),
      files: filesIn(FOLDER, this.files),
      flush: () => Promise.resolve(),
      env: () => this.shore.env,
      cwd: () => FOLDER,
      pid: 4711,
      runtime: { deno: "0", target: "test" },
      httpClient: () => ({
        fetch: (url: string, request: HttpRequest) => this.#fetch(process, url, request),
        close() {},
      }),
      now: clock.now,
      monotonic: clock.monotonic,
      sleep: clock.sleep,
      startTimer: clock.startTimer,
      nextTurn: () => Promise.resolve(),
      random: this.#random,
      randomBytes: (length) => new Uint8Array(length).fill(++this.#ids),
      onStopSignal: this.#signals.onStopSignal,
      abort: (code) => {
        throw new Error(`the program aborted with code ${code}`);
      },
    } as Partial<Io> as Io;
  }

  async #fetch(process: number, url: string, request: HttpRequest): Promise<HttpResponse> {
    await this.files.list("/"); // Killed here, the request never leaves.
    const body = new TextDecoder().decode(request.body);
    const rows = this.shore.ids(new URL(url).pathname, body);
    if (rows.length > 0 && ++this.#requests === this.#signalAt) this.#signals.send("SIGINT");
    const weather = this.#isCalm ? "answered" : this.#draw();
    this.log.push(`  ${rows.join(" ") || "login"}: ${weather}`);
    const take = () => this.api.take(url, request.headers, body);
    const refuse = () => this.api.refuseOnce(url, request.headers, body);
    // A question for a job that is lost is asked again; one that is answered with rubbish is given up.
    const unsure = request.method === "GET" ? [] : rows;
    if (
      request.method === "GET" && ["a web page", "302", "refused for no reason"].includes(weather)
    ) {
      for (const row of rows) this.#unsure.add(row);
    }
    const facts = { rows: unsure, take, refuse, signal: request.signal };
    const answer = await this.#meet(weather, facts);
    if (process !== this.#process || this.files.dead) throw new Error("nobody is there any more");
    await this.files.list("/"); // Killed here, the answer is never read.
    return answer;
  }

  /** What a request meets with. */
  async #meet(
    weather: string,
    { rows, take, refuse, signal }: {
      readonly rows: readonly string[];
      readonly take: () => Response;
      readonly refuse: () => Response;
      readonly signal: AbortSignal;
    },
  ): Promise<Response> {
    const lost = (reason: string): never => {
      for (const row of rows) this.#unsure.add(row);
      throw new NetworkError("perhaps", reason);
    };
    const wait = async (ms: number) => {
      await this.clock.sleep(ms, signal);
      if (signal.aborted) lost("given up");
    };
    await wait(this.#below(40));
    switch (weather) {
      case "never sent":
        throw new NetworkError("never", "connection refused");
      case "lost on the way":
        return lost("the other side reset the connection");
      case "answer lost":
        take();
        return lost("the other side closed the connection");
      case "taken long after":
        this.clock.startTimer(this.#below(20_000), () => void take());
        return lost("the other side reset the connection");
      case "never answered":
        if (this.#random() < 0.5) take();
        await wait(3_600_000);
        return lost("no answer");
      case "answered late": {
        await wait(this.#below(50_000));
        const answer = take();
        await wait(this.#below(50_000));
        return answer;
      }
      case "refused for no reason":
        return refuse();
      case "a web page": // A portal's, for instance, which says so with the status of an acceptance.
        for (const row of rows) this.#unsure.add(row);
        return new Response("<!doctype html><title>Sign in</title>", {
          status: this.shore.accepted.status,
          headers: { "content-type": "text/html; charset=utf-8" },
        });
      case "answered":
        return take();
      default: {
        const headers: HeadersInit = weather === "429" || this.#random() < 0.3
          ? { "retry-after": `${1 + this.#below(20)}` }
          : {};
        return new Response(null, { status: Number(weather), headers });
      }
    }
  }

  #draw(): string {
    const total = WEATHER.reduce((sum, [, weight]) => sum + weight, 0);
    let left = this.#random() * total;
    for (const [what, weight] of WEATHER) if ((left -= weight) < 0) return what;
    return "answered";
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#below(items.length)] as T;
  }
}

function folder() {
  const empty = new Uint8Array();
  const node = { kind: "folder" as const, data: empty, durable: empty };
  return { ...node, entryDurable: true, mode: 0o700, lockedBy: null };
}

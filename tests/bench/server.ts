/**
 * `serve` as a whole process, with a stub on loopback behind it.
 *
 * @module
 */

import { bannerFile } from "./data.ts";
import { environment } from "./delivery.ts";
import { benchProgram, pythonProgram, rowferry } from "./programs.ts";
import { type Contender, median, runOnce } from "./run.ts";
import { startStub } from "./stub.ts";
import { type Result, whole } from "./table.ts";

const RECORDS = 10_000;
const CONNECTIONS = 32;
/** Python takes a second for a thousand. */
const RECORDS_OF_PYTHON = 2_000;

/** `BENCH_SERVER_MINUTES` says for how many minutes it lives; ten are the bar's. */
const MINUTES = Number(Deno.env.get("BENCH_SERVER_MINUTES") ?? 1);
const RECORDS_A_MINUTE = 20_000;

/** The group `server`. */
export async function serverResults(runs: number): Promise<Result[]> {
  return [...await speed(runs), ...await uploads(), ...await life()];
}

/** A server of some kind, in a process of its own. */
interface Server extends AsyncDisposable {
  readonly url: string;
  /** Resident memory in MB (10^6 bytes): now, and the highest so far. */
  memory(): Promise<{ readonly now: number; readonly peak: number }>;
}

/** Starts a program that says where it listens: by its port, or by its address. */
async function start({ command: [program, ...args], env }: Contender): Promise<Server> {
  const child = new Deno.Command(program, {
    args,
    env: { DENO_NO_UPDATE_CHECK: "1", ...env },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const port = Promise.withResolvers<string>();
  const look = async (stream: ReadableStream<Uint8Array>) => {
    let text = "";
    for await (const more of stream.pipeThrough(new TextDecoderStream())) {
      text += more;
      const found = /(?:^|127\.0\.0\.1:)(\d+)\n/.exec(text)?.[1];
      if (found !== undefined) port.resolve(found);
    }
  };
  const outputs = Promise.all([look(child.stdout), look(child.stderr)]);
  outputs.then(() => port.reject(new Error(`${program} ${args.join(" ")} ended`)));
  return {
    url: `http://127.0.0.1:${await port.promise}`,
    async memory() {
      const status = await Deno.readTextFile(`/proc/${child.pid}/status`);
      const mb = (name: string) =>
        Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) * 1024 / 1e6;
      return { now: mb("VmRSS"), peak: mb("VmHWM") };
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await outputs;
      await child.status;
    },
  };
}

/** rowferry's server, and what it has sent to the stub so far. */
interface RowferryServer extends Server {
  /** Imports that run or wait, those that are still uploaded among them. */
  taken(): Promise<number>;
  /** Waits until so many rows were accepted, or no more are; how many there were. */
  accepted(rows: number): Promise<number>;
}

async function startRowferry(apiUrl: string, ...flags: string[]): Promise<RowferryServer> {
  const logDir = await Deno.makeTempDir();
  const args = ["--port", "0", "--log-dir", logDir, ...flags];
  const program = await rowferry("rowferry", "serve", ...args);
  const server = await start({ ...program, env: environment("showads", apiUrl) });
  const sum = async (name: RegExp) => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const numbers = [...text.matchAll(name)].map(([, number]) => Number(number));
    return numbers.reduce((sum, number) => sum + number, 0);
  };
  const count = () => sum(/^rowferry_rows_total\{.*outcome="accepted"\} (\d+)$/gm);
  return {
    ...server,
    taken: () => sum(/^rowferry_jobs\{.*\} (\d+)$/gm),
    async accepted(rows) {
      let seen = await count();
      for (let waits = 0; seen < rows && waits < 300; waits++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        seen = await count();
      }
      return seen;
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await Deno.remove(logDir, { recursive: true });
    },
  };
}

/** What posting records came to. */
interface Posted {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p99: number;
  readonly refused: number;
}

async function post(url: string, records: number, perSecond = 0): Promise<Posted> {
  const args = [url, `${records}`, `${CONNECTIONS}`, `${perSecond}`];
  const { stdout } = await runOnce(benchProgram("post", "post_records.ts", ...args));
  return JSON.parse(stdout);
}

async function speed(runs: number): Promise<Result[]> {
  await using stub = await startStub(0);
  await using echo = await start(benchProgram("echo", "echo.ts"));
  await using python = await start(await pythonProgram("Python", "serve_records.py", stub.url));
  await using server = await startRowferry(stub.url);
  const rounds: { echo: Posted; python: Posted; rowferry: Posted }[] = [];
  for (let run = 0; run <= runs; run++) {
    const round = {
      echo: await post(echo.url, RECORDS),
      python: await post(python.url, RECORDS_OF_PYTHON),
      rowferry: await post(server.url, RECORDS),
    };
    if (run > 0) rounds.push(round);
  }
  const posted = (runs + 1) * RECORDS;
  const accepted = await server.accepted(posted);
  const refused = rounds.reduce((sum, { rowferry }) => sum + rowferry.refused, 0);
  const ratioTo = (other: "echo" | "python") =>
    median(rounds.map((round) => round.rowferry.perSecond / round[other].perSecond));
  const rate = (of: keyof typeof rounds[0]) => whole(median(rounds.map((r) => r[of].perSecond)));
  const p99 = median(rounds.map(({ rowferry }) => rowferry.p99));
  const what = `POST /send_record, ${whole(RECORDS)} over ${CONNECTIONS} connections`;
  return [
    {
      what: `${what}, against a bare \`Deno.serve\` that gives the JSON back`,
      bar: "at least 0.25 ×",
      measured: `${ratioTo("echo").toFixed(2)} × (${rate("rowferry")} a second against ` +
        `${rate("echo")}; p99 ${p99.toFixed(0)} ms)`,
      holds: ratioTo("echo") >= 0.25,
    },
    {
      what: `${what}, against a threaded WSGI server in Python that posts each on`,
      bar: "at least 10 ×",
      measured: `${ratioTo("python").toFixed(1)} × (against ${rate("python")} a second)`,
      holds: ratioTo("python") >= 10,
    },
    {
      what: "records of these that were answered 202 and did not arrive",
      bar: "none",
      measured: `${posted - accepted} of ${whole(posted)}`,
      holds: accepted === posted && refused === 0,
    },
  ];
}

const UPLOAD_ROWS = 9_000_000;
const REFUSED = 50;

/** A large file is taken while many others are refused. */
async function uploads(): Promise<Result[]> {
  const file = await bannerFile(UPLOAD_ROWS);
  const { size } = await Deno.stat(file);
  await using stub = await startStub(0);
  await using server = await startRowferry(stub.url, "--jobs", "1", "--queue", "0");
  const upload = (part: string) =>
    runOnce({
      name: "curl",
      command: ["curl", "-s", "-w", "%{http_code}", "-F", part, `${server.url}/send_record/bulk`],
    });
  const large = upload(`file=@${file};filename=banners.csv`);
  while (await server.taken() === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  const small = await bannerFile(100_000);
  const others = await Promise.all(
    Array.from({ length: REFUSED }, () => upload(`file=@${small};filename=small.csv`)),
  );
  const { stdout } = await large;
  const { peak } = await server.memory();
  const refused = others.filter(({ stdout }) => stdout.endsWith("429")).length;
  return [{
    what: `peak RSS while a file of ${
      whole(size / 1e6)
    } MB is uploaded and ${REFUSED} others refused`,
    bar: "under 200 MB",
    measured: `${whole(peak)} MB (answered ${stdout}; ${refused} others 429)`,
    holds: peak < 200 && stdout.endsWith("202") && refused === REFUSED,
  }];
}

/** Records come for a while, and memory stays what it was. */
async function life(): Promise<Result[]> {
  await using stub = await startStub(0);
  await using server = await startRowferry(stub.url);
  const records = RECORDS_A_MINUTE * MINUTES;
  const posting = post(server.url, records, RECORDS_A_MINUTE / 60);
  let isOver = false;
  const over = posting.finally(() => isOver = true);
  // The first fifth is for the program to warm up in.
  const seen: number[] = [];
  while (!isOver) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    seen.push((await server.memory()).now);
  }
  const { refused, p99 } = await over;
  const accepted = await server.accepted(records);
  const warm = Math.ceil(seen.length / 5);
  const early = Math.max(...seen.slice(0, warm));
  const late = Math.max(...seen.slice(warm));
  return [{
    what: `RSS over ${MINUTES} min of ${whole(records)} records, against its first fifth`,
    bar: "within 1.2 ×, none lost",
    measured: `${(late / early).toFixed(2)} × (${whole(late)} MB against ${whole(early)} MB; ` +
      `${records - accepted} lost; p99 ${p99.toFixed(0)} ms)`,
    holds: late <= early * 1.2 && accepted === records && refused === 0,
  }];
}

/**
 * The real outside, by Deno: the only module that touches it.
 *
 * @module
 */

import { setImmediate } from "node:timers";

import { StorageError } from "./model/errors.ts";
import { describeFileError } from "./model/file_errors.ts";
import { DirectClient } from "./http/client.ts";
import { OutputQueue } from "./output_queue.ts";
import type {
  FileInfo,
  Files,
  Io,
  LoopbackServer,
  Network,
  Output,
  Prompts,
  StopSignal,
} from "./io.ts";

/** Timers of 2^31 ms and more fire at once, so no wait is longer than this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The real outside. */
export function systemIo(): Io {
  const outputs = systemOutputs();
  return {
    stdin: {
      get isTerminal() {
        return Deno.stdin.isTerminal();
      },
      get readable() {
        return Deno.stdin.readable;
      },
    },
    ...outputs,
    files: systemFiles,
    prompts: systemPrompts(outputs.flush),
    env: () => Deno.env.toObject(),
    cwd: () => Deno.cwd(),
    pid: Deno.pid,
    runtime: { deno: Deno.version.deno, target: Deno.build.target },
    httpClient: (options) =>
      new DirectClient(
        systemNetwork,
        { monotonic: () => performance.now(), now: () => Date.now(), startTimer },
        options,
      ),
    serve,
    now: () => Date.now(),
    monotonic: () => performance.now(),
    sleep,
    startTimer,
    nextTurn: () => new Promise((resolve) => void setImmediate(resolve)),
    random: () => Math.random(),
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    onStopSignal,
    abort: (code) => Deno.exit(code),
  };
}

/** The size of a terminal that doesn't know its own, a pseudo-terminal for instance. */
const USUAL_COLUMNS = 80;
const USUAL_ROWS = 24;

/** Bytes of lines that may wait for somebody to read them: more than a pipe holds. */
const MOST_UNREAD = 256 * 1024;

/** How long nothing may be read of the last lines before the program ends without them. */
const PATIENCE_MS = 1_000;

/** Both outputs, which may be the same file or terminal. */
function systemOutputs(): Pick<Io, "stdout" | "stderr" | "flush"> {
  // What can't be told to anybody must not end a run, nor hold it up.
  const toStderr = new OutputQueue({
    write: (bytes) => writeSome(Deno.stderr, bytes).catch(() => bytes.length),
    most: MOST_UNREAD,
    sleep,
  });
  const toStdout = new OutputQueue({
    write: async (bytes) => {
      await toStderr.flush(PATIENCE_MS);
      return await writeSome(Deno.stdout, bytes).catch((error) => {
        throw new StorageError(`Cannot write to standard output: ${describeFileError(error)}`);
      });
    },
    most: Infinity,
    sleep,
  });
  return {
    stdout: systemOutput(Deno.stdout, toStdout),
    stderr: systemOutput(Deno.stderr, toStderr),
    async flush() {
      await toStderr.flush(PATIENCE_MS);
      await toStdout.flush();
    },
  };
}

/** Writes some bytes; to a closed pipe it pretends to. */
async function writeSome(
  stream: typeof Deno.stdout | typeof Deno.stderr,
  bytes: Uint8Array,
): Promise<number> {
  while (true) {
    try {
      return await stream.write(bytes);
    } catch (error) {
      if (error instanceof Deno.errors.BrokenPipe) return bytes.length;
      // Whoever reads is slow and has made the stream non-blocking.
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      await sleep(5);
    }
  }
}

function systemOutput(
  stream: typeof Deno.stdout | typeof Deno.stderr,
  queue: OutputQueue,
): Output {
  return {
    isTerminal: stream.isTerminal(),
    get columns() {
      try {
        return Deno.consoleSize().columns || USUAL_COLUMNS;
      } catch {
        return USUAL_COLUMNS;
      }
    },
    write: (text) => queue.write(text),
  };
}

const systemFiles: Files = {
  async open(path, options) {
    const file = await Deno.open(path, options);
    return {
      read: (buffer) => file.read(buffer),
      writeSync: (bytes) => file.writeSync(bytes),
      seek: async (offset) => {
        await file.seek(offset, Deno.SeekMode.Start);
      },
      truncate: (length) => file.truncate(length),
      sync: () => file.syncData(),
      tryLock: () => tryLock(file),
      stat: async () => fileInfo(await file.stat()),
      close: () => file.close(),
    };
  },
  readText: (path) => Deno.readTextFile(path),
  stat: async (path) => fileInfo(await Deno.stat(path)),
  lstat: async (path) => fileInfo(await Deno.lstat(path)),
  realPath: (path) => Deno.realPath(path),
  async list(path) {
    const names: string[] = [];
    for await (const entry of Deno.readDir(path)) names.push(entry.name);
    return names.sort();
  },
  async makeFolder(path, mode) {
    try {
      await Deno.mkdir(path, { recursive: true, mode });
    } catch (error) {
      // A folder that is there already is none: what is in the way is something else.
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      throw new Deno.errors.NotADirectory(error.message);
    }
  },
  remove: (path, options) => Deno.remove(path, options),
  async syncFolder(path) {
    if (Deno.build.os === "windows") return; // A folder can't be opened there.
    const folder = await Deno.open(path);
    try {
      await folder.sync();
    } finally {
      folder.close();
    }
  },
};

/** How long a lock that is free may take, in milliseconds. */
const FREE_LOCK_MS = 250;

/** Deno has `tryLock` since 2.8; before, a lock that another process holds is one that isn't had. */
async function tryLock(
  file: Deno.FsFile & { tryLock?: (exclusive: boolean) => Promise<boolean> },
): Promise<boolean> {
  if (file.tryLock) return await file.tryLock(true);
  const late = new AbortController();
  try {
    return await Promise.race([
      file.lock(true).then(() => true),
      sleep(FREE_LOCK_MS, late.signal).then(() => false),
    ]);
  } finally {
    late.abort();
  }
}

function fileInfo(info: Deno.FileInfo): FileInfo {
  return {
    isFile: info.isFile,
    isDirectory: info.isDirectory,
    size: info.size,
    id: info.ino === null ? null : [info.dev, info.ino, info.birthtime?.getTime()].join("-"),
  };
}

/** @param flush has what was written before the question appear before it. */
const systemPrompts = (flush: Io["flush"]): Prompts => ({
  async select(message, options) {
    await flush();
    const clack = await import("@clack/prompts");
    const answer = await clack.select({
      message,
      output: await questionStream(),
      options: options.map(({ value, label }) => ({ value, label })),
    });
    return clack.isCancel(answer) ? null : answer;
  },
  async confirm(message) {
    await flush();
    const clack = await import("@clack/prompts");
    const answer = await clack.confirm({
      message,
      initialValue: false, // What is asked can't be undone.
      output: await questionStream(),
    });
    return clack.isCancel(answer) ? null : answer;
  },
});

/** Questions go to standard error; what comes out of the program stays clean. */
async function questionStream() {
  const { stderr } = await import("node:process");
  if (stderr.columns !== 0 && stderr.rows !== 0) return stderr;
  // Of a terminal that doesn't know its size, its stream can't be told one.
  const { Writable } = await import("node:stream");
  const output = new Writable({
    write(chunk, _encoding, done) {
      stderr.write(chunk);
      done();
    },
  });
  const size = { columns: stderr.columns || USUAL_COLUMNS, rows: stderr.rows || USUAL_ROWS };
  return Object.assign(output, size, { isTTY: true });
}

const systemNetwork: Network = {
  async lookup(host) {
    const dns = await import("node:dns/promises");
    const found = await dns.lookup(host, { all: true });
    return found.map(({ address }) => address);
  },
  async connect(hostname, port) {
    const tcp = await Deno.connect({ hostname, port });
    tcp.setNoDelay(); // A request is written in two pieces.
    let connection: Deno.TcpConn | Deno.TlsConn = tcp;
    return {
      read: (buffer) => connection.read(buffer),
      write: (bytes) => connection.write(bytes),
      async startTls(host) {
        const tls = await Deno.startTls(tcp, { hostname: host });
        connection = tls;
        await tls.handshake();
      },
      close() {
        try {
          connection.close();
        } catch {
          // It is closed already.
        }
      },
    };
  },
};

function serve(
  handler: (request: Request) => Promise<Response>,
  port = 0,
): Promise<LoopbackServer> {
  const listening = Promise.withResolvers<LoopbackServer>();
  const stop = new AbortController();
  try {
    const server = Deno.serve({
      hostname: "127.0.0.1",
      port,
      signal: stop.signal,
      onListen: (address) =>
        listening.resolve({
          url: `http://127.0.0.1:${address.port}`,
          close: async () => {
            stop.abort();
            await server.finished;
          },
        }),
    }, handler);
  } catch (error) {
    listening.reject(error);
  }
  return listening.promise;
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted || ms <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      stop();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const stop = startTimer(ms, done);
    signal?.addEventListener("abort", done);
  });
}

function startTimer(ms: number, onEnd: () => void): () => void {
  const timer = setTimeout(onEnd, Math.min(ms, LONGEST_TIMER_MS));
  return () => clearTimeout(timer);
}

function onStopSignal(handler: (signal: StopSignal) => void): void {
  const isWindows = Deno.build.os === "windows"; // It knows no others; asking for them throws.
  const ignoresHangup = isWindows || hangupIsIgnored();
  Deno.addSignalListener("SIGINT", () => handler("SIGINT"));
  if (isWindows) return;
  Deno.addSignalListener("SIGTERM", () => handler("SIGTERM"));
  // Deno ends at a hangup that nobody listens for, even where it was to be ignored.
  Deno.addSignalListener("SIGHUP", () => ignoresHangup || handler("SIGHUP"));
}

/**
 * Whether the program was started to outlive its terminal, as by nohup; to be asked before any signal
 * is listened for. Linux tells which signals are ignored (proc(5): SigIgn, whose lowest bit is SIGHUP)
 * to programs that may do everything; else one without a terminal is taken for started by nohup.
 */
function hangupIsIgnored(): boolean {
  try {
    const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(Deno.readTextFileSync("/proc/self/status"))?.[1];
    if (mask !== undefined) return (Number.parseInt(mask.slice(-1), 16) & 1) === 1;
  } catch {
    // Another system, or not allowed to look.
  }
  return ![Deno.stdin, Deno.stdout, Deno.stderr].some((stream) => stream.isTerminal());
}

/**
 * The outside, as one value: streams, environment, files, network, clock, chance and signals.
 * `main.ts` makes the real one; tests hand in their own. Nothing else in `src/` touches `Deno`.
 *
 * @module
 */

import { errorMessage, StorageError } from "./errors.ts";
import { DirectClient } from "./http/client.ts";
import { ProxiedClient, usesProxy } from "./http/proxied.ts";
import type { AnswerHeaders } from "./types.ts";

/** An open file. Offsets and lengths are in bytes. */
export interface FileHandle {
  /** Reads into `buffer`; null at the end of the file. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Writes some of `bytes` and says how many: on a full disk fewer than asked, without an error. */
  writeSync(bytes: Uint8Array): number;
  /** Moves the position to `offset` from the start of the file. */
  seek(offset: number): Promise<void>;
  truncate(length: number): Promise<void>;
  /** Returns when the file's data is on the disk itself. */
  sync(): Promise<void>;
  /** Takes an exclusive lock that ends with the process; false when another process holds it. */
  tryLock(): Promise<boolean>;
  stat(): Promise<FileInfo>;
  close(): void;
}

/** What is known of a file without opening it. */
export interface FileInfo {
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  /** Bytes. */
  readonly size: number;
  /** Tells a file from any other that stands or stood there; null where the system can't. */
  readonly id: string | null;
}

/** How a file is opened. */
export interface OpenOptions {
  readonly read?: boolean;
  readonly write?: boolean;
  readonly append?: boolean;
  readonly create?: boolean;
  /** Fails when the file is already there, and does not follow a symbolic link. */
  readonly createNew?: boolean;
  /** Permission bits of a file that is made, e.g. `0o600`. */
  readonly mode?: number;
}

/** The file system. Each call rejects with the error that `fileErrorCode` knows. */
export interface Files {
  open(path: string, options: OpenOptions): Promise<FileHandle>;
  readText(path: string): Promise<string>;
  stat(path: string): Promise<FileInfo>;
  /** As `stat`, but of a symbolic link itself. */
  lstat(path: string): Promise<FileInfo>;
  /** The absolute path without symbolic links. */
  realPath(path: string): Promise<string>;
  /** Names in a folder, sorted. */
  list(path: string): Promise<string[]>;
  makeFolder(path: string, mode: number): Promise<void>;
  remove(path: string, options?: { readonly recursive?: boolean }): Promise<void>;
  /** Makes the creation of files in a folder durable. */
  syncFolder(path: string): Promise<void>;
}

/** A stream that text is written to. */
export interface Output {
  readonly isTerminal: boolean;
  /** Columns of the terminal; 80 where there is none. */
  readonly columns: number;
  /** Writes the whole text. A closed pipe is no error: later text is dropped. */
  write(text: string): void;
}

/** A server on loopback that `serve` started. */
export interface LoopbackServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Stops listening and ends open connections. */
  close(): Promise<void>;
}

/** A request with its whole body. */
export interface HttpRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
  /** Gives the request up until its answer's head is there. */
  readonly signal: AbortSignal;
}

/** An answer of which the head is there. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body: ReadableStream<Uint8Array> | null;
}

/** Makes requests, on connections that it uses again. */
export interface HttpClient {
  /**
   * Makes a request, once. A redirect is an answer.
   *
   * @returns The answer, whose body must be read or cancelled.
   * @throws {NetworkError} when no answer comes, also because the signal gave the request up.
   * @throws {TypeError} when no such request can be made: its URL or a header is not valid.
   */
  fetch(url: string, request: HttpRequest): Promise<HttpResponse>;
  /** Ends all connections. */
  close(): void;
}

/** What goes to another host and comes from there. */
export interface Wire {
  /** Reads into `buffer`; null when the other side has ended. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Writes some of `bytes` and says how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Makes what is under way fail. May be called again. */
  close(): void;
}

/** A connection that can be made a secure one. */
export interface TcpWire extends Wire {
  /** Takes up TLS with the host of this name, which its certificate must be for. */
  startTls(host: string): Promise<void>;
}

/** How hosts are reached. */
export interface Network {
  /** A host's IP addresses, in the order in which they are to be tried. */
  lookup(host: string): Promise<readonly string[]>;
  connect(address: string, port: number): Promise<TcpWire>;
}

/** Questions at a terminal. */
export interface Prompts {
  /** The chosen value, or null when the person cancelled. */
  select(
    message: string,
    options: readonly { readonly value: string; readonly label: string }[],
  ): Promise<string | null>;
  /** True or false, or null when the person cancelled. */
  confirm(message: string): Promise<boolean | null>;
}

/** Signals that end a run in good order. */
export type StopSignal = "SIGINT" | "SIGTERM";

/** Everything outside the program. */
export interface Io {
  readonly stdin: { readonly isTerminal: boolean; readonly readable: ReadableStream<Uint8Array> };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly files: Files;
  readonly prompts: Prompts;
  /** All environment variables. */
  env(): Readonly<Record<string, string>>;
  /** Sets an environment variable for this process; Deno's `fetch` reads its proxies there. */
  setEnv(name: string, value: string): void;
  cwd(): string;
  readonly pid: number;
  /** Deno's version and the platform, e.g. `{ deno: "2.9.6", target: "x86_64-unknown-linux-gnu" }`. */
  readonly runtime: { readonly deno: string; readonly target: string };
  /** A client with connections of its own, for its caller to close. */
  httpClient(): HttpClient;
  /** Starts a server on 127.0.0.1; `port` 0 takes a free one. */
  serve(handler: (request: Request) => Promise<Response>, port?: number): Promise<LoopbackServer>;
  /** Wall clock, epoch milliseconds. */
  now(): number;
  /** A clock that never goes back, in milliseconds. */
  monotonic(): number;
  /** Resolves after `ms`, or at once when `signal` aborts. Longer waits than a timer can hold are cut. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A number in `[0, 1)`, for jitter. */
  random(): number;
  /** Unpredictable bytes, for identifiers. */
  randomBytes(length: number): Uint8Array;
  /** Calls `handler` on each of the signals until the returned function is called. */
  onStopSignal(handler: (signal: StopSignal) => void): () => void;
  /**
   * Ends the process at once, skipping every `finally`: for the third Ctrl-C, or a second one that
   * nothing came of.
   */
  abort(code: number): never;
}

/** Timers of 2^31 ms and more fire at once, so no wait is longer than this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What went wrong with a file operation, by meaning. */
export type FileErrorCode =
  | "not-found"
  | "exists"
  | "permission"
  | "no-space"
  | "is-directory"
  | "not-directory"
  | "other";

/** Sorts an error of `Files` by what it means. */
export function fileErrorCode(error: unknown): FileErrorCode {
  if (!(error instanceof Error)) return "other";
  const code = (error as { code?: unknown }).code;
  if (error instanceof Deno.errors.NotFound || code === "ENOENT") return "not-found";
  if (error instanceof Deno.errors.AlreadyExists || code === "EEXIST") return "exists";
  if (code === "ENOSPC" || code === "EDQUOT" || /os error (28|122)\b/.test(error.message)) {
    return "no-space";
  }
  if (error instanceof Deno.errors.IsADirectory || code === "EISDIR") return "is-directory";
  if (error instanceof Deno.errors.NotADirectory || code === "ENOTDIR") return "not-directory";
  if (
    error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable ||
    code === "EACCES" || code === "EROFS" || code === "EPERM"
  ) {
    return "permission";
  }
  return "other";
}

const FILE_ERROR_WORDS: Record<FileErrorCode, string> = {
  "not-found": "no such file or folder",
  "exists": "it is already there",
  "permission": "permission denied",
  "no-space": "no space left on the disk",
  "is-directory": "it is a folder",
  "not-directory": "a part of its path is not a folder",
  "other": "",
};

/** An error of `Files` in plain words, without Deno's own. */
export function describeFileError(error: unknown): string {
  return FILE_ERROR_WORDS[fileErrorCode(error)] || errorMessage(error);
}

/**
 * Writes all of `bytes`.
 *
 * @throws when the disk doesn't take them; a part may stand in the file then.
 */
export function writeAll(file: Pick<FileHandle, "writeSync">, bytes: Uint8Array): void {
  for (let rest = bytes; rest.length > 0;) {
    const written = file.writeSync(rest);
    if (written === 0) throw new Error(FILE_ERROR_WORDS["no-space"]);
    rest = rest.subarray(written);
  }
}

/** The real outside. */
export function systemIo(): Io {
  return {
    stdin: {
      get isTerminal() {
        return Deno.stdin.isTerminal();
      },
      get readable() {
        return Deno.stdin.readable;
      },
    },
    stdout: systemOutput(Deno.stdout, (error) => {
      throw new StorageError(`Cannot write to standard output: ${describeFileError(error)}`);
    }),
    // What can't be told to anybody must not end a run.
    stderr: systemOutput(Deno.stderr, () => {}),
    files: systemFiles,
    prompts: systemPrompts,
    env: () => Deno.env.toObject(),
    setEnv: (name, value) => Deno.env.set(name, value),
    cwd: () => Deno.cwd(),
    pid: Deno.pid,
    runtime: { deno: Deno.version.deno, target: Deno.build.target },
    httpClient: () =>
      usesProxy(Deno.env.toObject())
        ? new ProxiedClient(fetch)
        : new DirectClient(systemNetwork, () => performance.now()),
    serve,
    now: () => Date.now(),
    monotonic: () => performance.now(),
    sleep,
    random: () => Math.random(),
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    onStopSignal,
    abort: (code) => Deno.exit(code),
  };
}

/** The size of a terminal that doesn't know its own, a pseudo-terminal for instance. */
const USUAL_COLUMNS = 80;
const USUAL_ROWS = 24;

/** An output; a closed pipe is no error, what else is wrong goes to `onError`. */
function systemOutput(
  stream: typeof Deno.stdout | typeof Deno.stderr,
  onError: (error: unknown) => void,
): Output {
  const encoder = new TextEncoder();
  let closed = false;
  return {
    isTerminal: stream.isTerminal(),
    get columns() {
      try {
        return Deno.consoleSize().columns || USUAL_COLUMNS;
      } catch {
        return USUAL_COLUMNS;
      }
    },
    write(text) {
      if (closed) return;
      let rest = encoder.encode(text);
      try {
        while (rest.length > 0) rest = rest.subarray(writeSome(stream, rest));
      } catch (error) {
        closed = true;
        if (!(error instanceof Deno.errors.BrokenPipe)) onError(error);
      }
    },
  };
}

/** Writes some bytes; waits where whoever reads them is slow and has made the stream non-blocking. */
function writeSome(stream: { writeSync(bytes: Uint8Array): number }, bytes: Uint8Array): number {
  while (true) {
    try {
      return stream.writeSync(bytes);
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
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

const systemPrompts: Prompts = {
  async select(message, options) {
    const clack = await import("@clack/prompts");
    const answer = await clack.select({
      message,
      output: await questionStream(),
      options: options.map(({ value, label }) => ({ value, label })),
    });
    return clack.isCancel(answer) ? null : answer;
  },
  async confirm(message) {
    const clack = await import("@clack/prompts");
    const answer = await clack.confirm({
      message,
      initialValue: false, // What is asked can't be undone.
      output: await questionStream(),
    });
    return clack.isCancel(answer) ? null : answer;
  },
};

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
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, Math.min(ms, LONGEST_TIMER_MS));
    signal?.addEventListener("abort", done);
  });
}

function onStopSignal(handler: (signal: StopSignal) => void): () => void {
  // Windows knows no SIGTERM; asking for it there throws.
  const signals: StopSignal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  const listeners = signals.map((signal) => {
    const listener = () => handler(signal);
    Deno.addSignalListener(signal, listener);
    return () => Deno.removeSignalListener(signal, listener);
  });
  return () => listeners.forEach((remove) => remove());
}

/**
 * The outside, as one value: streams, environment, files, network, clock, chance and signals. The
 * real one is in `src/system_io.ts`; tests hand in their own.
 *
 * @module
 */

import type { AnswerHeaders } from "./model/answer.ts";
import type { StopSignal } from "./model/errors.ts";

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
  /** When its content changed last, epoch milliseconds; null where the system can't tell. */
  readonly modifiedAt: number | null;
  /** Tells a file from any other that stands or stood there; null where the system can't. */
  readonly id: string | null;
}

/** The first and the last bytes of a file; both are all of it where it is short. */
export interface FileEnds {
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
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
  /** Reads the beginning and the end of a file in one go: up to so many bytes of each. */
  readEnds(path: string, bytes: number): Promise<FileEnds>;
  stat(path: string): Promise<FileInfo>;
  /** As `stat`, but of a symbolic link itself. */
  lstat(path: string): Promise<FileInfo>;
  /** The absolute path without symbolic links. */
  realPath(path: string): Promise<string>;
  /** Names in a folder, sorted. */
  list(path: string): Promise<string[]>;
  makeFolder(path: string, mode: number): Promise<void>;
  remove(path: string, options?: { readonly recursive?: boolean }): Promise<void>;
  /** Bytes that are free on the disk of a folder; null where that can't be told. */
  freeBytes(path: string): Promise<number | null>;
  /** Makes the creation of files in a folder durable. */
  syncFolder(path: string): Promise<void>;
}

/** A stream that text is written to. */
export interface Output {
  readonly isTerminal: boolean;
  /** Columns of the terminal; 80 where there is none. */
  readonly columns: number;
  /**
   * Has the text written, without waiting for that. A closed pipe is no error: later text is dropped.
   */
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
  /** Called when there is a connection, and after each part of the request that was written. */
  onProgress?(): void;
}

/** A proxy that requests take. */
export interface Proxy {
  /** `http` and `https` by how the proxy itself is spoken to. */
  readonly kind: "http" | "https" | "socks5";
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
  readonly credentials: { readonly user: string; readonly password: string } | null;
  /** The variable that names it, for messages. */
  readonly setting: string;
}

/** How a client reaches hosts. */
export interface HttpClientOptions {
  /** The proxy that a request to this URL takes, or null for none. */
  proxyFor(url: URL): Proxy | null;
  /** Names that end in `localhost` may be those of other machines, though the request is not secure. */
  readonly insecureHttp: boolean;
}

/** An answer of which the head is there. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body: ReadableStream<Uint8Array> | null;
  /** How the body was packed, in the order in which it was done, e.g. `gzip`. */
  readonly codings?: readonly string[];
}

/** Makes requests, on connections that it uses again. */
export interface HttpClient {
  /**
   * Makes a request, once. A redirect is an answer.
   *
   * @returns The answer, whose body must be read or cancelled.
   * @throws {NetworkError} when no answer comes. Where the signal gave the request up, its reason is
   * what was waited for in vain, `no answer`.
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

/** A connection that somebody made to this program. */
export interface IncomingWire extends Wire {
  /** Whose it is: an IP address. */
  readonly address: string;
  /** Tells the other side that nothing follows; what it sends can still be read. */
  closeWrite(): Promise<void>;
}

/** Takes connections. */
export interface Listener {
  readonly port: number;
  /** The next connection; null after `close`. */
  accept(): Promise<IncomingWire | null>;
  close(): void;
}

/** One of the answers to a question. */
export interface PromptOption {
  readonly value: string;
  readonly label: string;
}

/** Questions at a terminal. */
export interface Prompts {
  /**
   * The chosen value, or null when the person cancelled. Enter takes the first option.
   *
   * @param signal Takes the question back.
   */
  select(
    message: string,
    options: readonly PromptOption[],
    signal?: AbortSignal,
  ): Promise<string | null>;
  /** True or false, or null when the person cancelled. Enter means no. */
  confirm(message: string, signal?: AbortSignal): Promise<boolean | null>;
}

export type { StopSignal } from "./model/errors.ts";

/** Everything outside the program. */
export interface Io {
  readonly stdin: { readonly isTerminal: boolean; readonly readable: ReadableStream<Uint8Array> };
  readonly stdout: Output;
  readonly stderr: Output;
  /**
   * Resolves when all is written to standard output, and to standard error what somebody reads.
   *
   * @throws {StorageError} when standard output could not be written to.
   */
  flush(): Promise<void>;
  readonly files: Files;
  readonly prompts: Prompts;
  /** All environment variables. */
  env(): Readonly<Record<string, string>>;
  cwd(): string;
  readonly pid: number;
  /** Deno's version and the platform, e.g. `{ deno: "2.9.6", target: "x86_64-unknown-linux-gnu" }`. */
  readonly runtime: { readonly deno: string; readonly target: string };
  /** A client with connections of its own, for its caller to close. */
  httpClient(options: HttpClientOptions): HttpClient;
  /** Starts a server on 127.0.0.1; `port` 0 takes a free one. A caller is known by its own port. */
  serve(
    handler: (request: Request, callerPort: number) => Promise<Response>,
    port?: number,
  ): Promise<LoopbackServer>;
  /**
   * Takes connections at an address of this machine, or at a name for one; `port` 0 takes a free one.
   *
   * @throws whatever keeps it from listening there: `fileErrorCode` doesn't know it.
   */
  listen(host: string, port: number): Promise<Listener>;
  /** Connects to a server on 127.0.0.1, from a port that it may know its caller by. */
  connect(port: number): Promise<Wire & { readonly ownPort: number }>;
  /** Wall clock, epoch milliseconds. */
  now(): number;
  /** A clock that never goes back, in milliseconds. */
  monotonic(): number;
  /** Resolves after `ms`, or at once when `signal` aborts. Longer waits than a timer can hold are cut. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `onEnd` after `ms`, unless the returned function is called before. */
  startTimer(ms: number, onEnd: () => void): () => void;
  /** Resolves after the event loop went round once, and looked after the network. */
  nextTurn(): Promise<void>;
  /** A number in `[0, 1)`, for jitter. */
  random(): number;
  /** Unpredictable bytes, for identifiers. */
  randomBytes(length: number): Uint8Array;
  /** Calls `handler` on each of the signals, to the end of the process. */
  onStopSignal(handler: (signal: StopSignal) => void): void;
  /**
   * Ends the process at once, skipping every `finally`: for the third Ctrl-C, or a second one that
   * nothing came of.
   */
  abort(code: number): never;
}

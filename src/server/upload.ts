/**
 * Files that clients send, on their way to the disk: never whole in memory, and readable by nobody
 * else.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createHash, type Hash } from "node:crypto";
import { Busboy, type BusboyEvents, type BusboyInstance } from "@fastify/busboy";
import type { FileHandle, Io } from "../io.ts";
import { describeFileError, writeAll } from "../model/file_errors.ts";
import { StorageError } from "../model/errors.ts";
import { HttpProblem } from "./problem_details.ts";

/** Fields beside the file. */
const MOST_FIELDS = 64;
const MOST_FIELD_BYTES = 64 * 1024;

/** A file that arrived. */
export interface UploadedFile {
  /** What the client calls it, without a path; for people. */
  readonly name: string;
  readonly bytes: number;
  /** Of its bytes; hex. */
  readonly sha256: string;
}

/** A request that arrived. */
export interface Upload {
  /** Null where the request has none. */
  readonly file: UploadedFile | null;
  /** What came beside it, by name, in the order in which it came. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
}

/** Where an upload goes, and what is taken. */
export interface UploadOptions {
  /** The file that is made. */
  readonly path: string;
  /** Throws where a file of that name is not wanted. */
  readonly accept?: (name: string) => void;
}

/** Receives the parts of `multipart/form-data`: one file called `file`, and fields. */
export async function receiveForm(
  io: Pick<Io, "files">,
  request: Request,
  options: UploadOptions,
): Promise<Upload> {
  const sink = new FileSink(io, options);
  const fields = new Map<string, string[]>();
  let name: string | null = null;
  const failed = Promise.withResolvers<never>();
  const finished = Promise.withResolvers<void>();
  failed.promise.catch(() => {});
  const parser = parserOf(request);
  parser.on("error", () => failed.reject(malformed()));
  for (const limit of ["partsLimit", "filesLimit", "fieldsLimit"] as const) {
    parser.on(limit, () => failed.reject(malformed("It has too many parts")));
  }
  parser.on("finish", () => finished.resolve());
  const onField: BusboyEvents["field"] = (key, value, isKeyCut, isValueCut) => {
    if (isKeyCut || isValueCut) failed.reject(malformed("A field is too long"));
    fields.set(key, [...fields.get(key) ?? [], value]);
  };
  const onFile: BusboyEvents["file"] = (field, stream, fileName = "") => {
    stream.on("data", (chunk: Uint8Array) => sink.take(chunk));
    stream.on("error", () => failed.reject(malformed("It ends too early")));
    try {
      if (field !== "file") throw malformed(`The file's part is called "file", not "${field}"`);
      name = baseNameOf(fileName);
      options.accept?.(name);
    } catch (error) {
      failed.reject(error);
    }
  };
  parser.on("field", onField);
  parser.on("file", onFile);
  try {
    await sink.open();
    const chunks = request.body ?? new ReadableStream({ start: (control) => control.close() });
    for await (const chunk of unbroken(chunks)) {
      sink.assertSound();
      const isDrained = parser.write(Buffer.from(chunk));
      if (isDrained) continue;
      const drained = new Promise<void>((resolve) => void parser.once("drain", resolve));
      await Promise.race([drained, failed.promise]);
    }
    parser.end();
    await Promise.race([finished.promise, failed.promise]);
    // What was wrong with a part may be known only now.
    await Promise.race([failed.promise, Promise.resolve()]);
    const file = await sink.finish();
    if (name === null) await sink.drop();
    return { file: name === null ? null : { name, ...file }, fields };
  } catch (error) {
    await sink.drop();
    throw error;
  }
}

/** Receives a request whose body is the file. */
export async function receiveRaw(
  io: Pick<Io, "files">,
  request: Request,
  name: string,
  options: UploadOptions,
): Promise<Upload> {
  const sink = new FileSink(io, options);
  try {
    await sink.open();
    for await (const chunk of unbroken(request.body ?? [])) {
      sink.take(chunk);
      sink.assertSound();
    }
    const file = await sink.finish();
    return { file: { name: baseNameOf(name), ...file }, fields: new Map() };
  } catch (error) {
    await sink.drop();
    throw error;
  }
}

/** The chunks of a body. A client that goes away is no error of the server's. */
async function* unbroken(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw error instanceof HttpProblem ? error : malformed("It ends too early");
  }
}

/** A name without folders and what no name has, to be shown and never to be opened. */
function baseNameOf(name: string): string {
  // deno-lint-ignore no-control-regex -- control characters are what is taken out
  const base = name.replace(/^.*[/\\]/s, "").replaceAll(/[\u0000-\u001f\u007f]/g, "");
  return base.slice(0, 200) || "upload";
}

function parserOf(request: Request): BusboyInstance {
  try {
    return new Busboy({
      headers: { "content-type": request.headers.get("content-type") ?? "" },
      limits: { files: 1, fields: MOST_FIELDS, fieldSize: MOST_FIELD_BYTES, parts: MOST_FIELDS },
    });
  } catch {
    throw malformed();
  }
}

function malformed(detail = "It is no multipart form as RFC 7578 has it"): HttpProblem {
  return new HttpProblem({ status: 400, detail });
}

/** A file that is written as its bytes come. */
class FileSink {
  readonly #files: Io["files"];
  readonly #options: UploadOptions;
  readonly #hash: Hash = createHash("sha256");
  #file: FileHandle | null = null;
  #bytes = 0;
  #failure: unknown = null;

  constructor({ files }: Pick<Io, "files">, options: UploadOptions) {
    this.#files = files;
    this.#options = options;
  }

  async open(): Promise<void> {
    try {
      this.#file = await this.#files.open(this.#options.path, {
        write: true,
        createNew: true,
        mode: 0o600,
      });
    } catch (error) {
      throw this.#unwritable(error);
    }
  }

  take(chunk: Uint8Array): void {
    if (this.#failure !== null || this.#file === null) return;
    this.#bytes += chunk.length;
    try {
      this.#hash.update(chunk);
      writeAll(this.#file, chunk);
    } catch (error) {
      this.#failure = this.#unwritable(error);
    }
  }

  /** @throws what went wrong while bytes were taken. */
  assertSound(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  /** The file is on the disk itself when this returns. */
  async finish(): Promise<Omit<UploadedFile, "name">> {
    this.assertSound();
    try {
      await this.#file?.sync();
    } catch (error) {
      throw this.#unwritable(error);
    }
    this.#close();
    return { bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }

  async drop(): Promise<void> {
    if (this.#file) this.#close();
    await this.#files.remove(this.#options.path).catch(() => {});
  }

  #close(): void {
    this.#file?.close();
    this.#file = null;
  }

  #unwritable(error: unknown): StorageError {
    const { path } = this.#options;
    return new StorageError(`Cannot write ${path}: ${describeFileError(error)}`, { cause: error });
  }
}

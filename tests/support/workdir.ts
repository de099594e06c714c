/**
 * A folder of its own for each test, and the program run in it: in this process, or as a process of
 * its own. Nothing of the real environment, working folder or terminal reaches the program.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { run } from "../../src/cli/run.ts";
import type { Files, Io, StopSignal } from "../../src/io.ts";
import { systemIo } from "../../src/system_io.ts";

/** What a run of the program left. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How the program finds the outside in one run. */
export interface Surroundings {
  readonly env?: Record<string, string>;
  readonly stdin?: string | Uint8Array | ReadableStream<Uint8Array>;
  /** True when someone sits at the terminal. */
  readonly terminal?: boolean;
  /** Replaces parts of the outside. */
  readonly io?: Partial<Io>;
}

/** A temporary folder with the program in it. */
export class Workdir implements AsyncDisposable {
  private constructor(readonly path: string) {}

  /** Makes an empty folder. */
  static async make(): Promise<Workdir> {
    return new Workdir(await Deno.realPath(await Deno.makeTempDir({ prefix: "rowferry-test-" })));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }

  /** The absolute path of something in the folder. */
  file(...parts: string[]): string {
    return join(this.path, ...parts);
  }

  /** Writes a file. */
  async write(name: string, content: string | Uint8Array): Promise<string> {
    const path = this.file(name);
    if (typeof content === "string") await Deno.writeTextFile(path, content);
    else await Deno.writeFile(path, content);
    return path;
  }

  read(...parts: string[]): Promise<string> {
    return Deno.readTextFile(this.file(...parts));
  }

  /** Paths of all files below a folder, relative to it, sorted. */
  async tree(folder = "."): Promise<string[]> {
    const found: string[] = [];
    const walk = async (relative: string) => {
      for await (const entry of Deno.readDir(this.file(folder, relative))) {
        const path = relative === "" ? entry.name : `${relative}/${entry.name}`;
        if (entry.isDirectory) await walk(path);
        else found.push(path);
      }
    };
    await walk("");
    return found.sort();
  }

  /** Runs the program in this process. */
  async run(args: readonly string[], surroundings: Surroundings = {}): Promise<Ended> {
    const { io, stdout, stderr } = this.outside(surroundings);
    const code = await run(args, io);
    return { code, stdout: stdout(), stderr: stderr() };
  }

  /** Runs the program in this process and reads its `--json` result. */
  async json(
    args: readonly string[],
    surroundings: Surroundings = {},
    // deno-lint-ignore no-explicit-any -- tests pick what they look at
  ): Promise<any> {
    const ended = await this.run([...args, "--json"], surroundings);
    try {
      return JSON.parse(ended.stdout);
    } catch {
      throw new Error(`No JSON on stdout:\n${JSON.stringify(ended, null, 2)}`);
    }
  }

  /** The outside as the program finds it here, and what it wrote. */
  outside(surroundings: Surroundings = {}): {
    readonly io: Io;
    stdout(): string;
    stderr(): string;
  } {
    const real = systemIo();
    const out = capture(surroundings.terminal ?? false);
    const err = capture(surroundings.terminal ?? false);
    const env: Record<string, string> = { ...surroundings.env };
    const stdin = surroundings.stdin ?? "";
    const io: Io = {
      ...real,
      stdin: {
        isTerminal: surroundings.terminal ?? false,
        readable: stdin instanceof ReadableStream ? stdin : new Blob([stdin as BlobPart]).stream(),
      },
      stdout: out.output,
      stderr: err.output,
      files: filesIn(this.path, real.files),
      env: () => env,
      cwd: () => this.path,
      onStopSignal: () => {},
      abort: (code) => {
        throw new Error(`the program aborted with code ${code}`);
      },
      ...surroundings.io,
    };
    return { io, stdout: out.text, stderr: err.text };
  }
}

function capture(isTerminal: boolean) {
  let text = "";
  return {
    output: {
      isTerminal,
      columns: 80,
      write: (more: string) => {
        text += more;
      },
    },
    text: () => text,
  };
}

/** The file system with relative paths taken from `root`. */
export function filesIn(root: string, files: Files): Files {
  const at = (path: string) => path.startsWith("/") ? path : join(root, path);
  return {
    open: (path, options) => files.open(at(path), options),
    readText: (path) => files.readText(at(path)),
    readEnds: (path, bytes) => files.readEnds(at(path), bytes),
    stat: (path) => files.stat(at(path)),
    lstat: (path) => files.lstat(at(path)),
    realPath: (path) => files.realPath(at(path)),
    list: (path) => files.list(at(path)),
    makeFolder: (path, mode) => files.makeFolder(at(path), mode),
    remove: (path, options) => files.remove(at(path), options),
    freeBytes: (path) => files.freeBytes(at(path)),
    syncFolder: (path) => files.syncFolder(at(path)),
  };
}

/** A source of signals that a test sends. */
export function signals(): {
  readonly onStopSignal: Io["onStopSignal"];
  send(signal: StopSignal): void;
} {
  let handler = (_signal: StopSignal) => {};
  return {
    onStopSignal: (wanted) => {
      handler = wanted;
    },
    send: (signal) => handler(signal),
  };
}

/** Asserts the exit code and, where it is another one, shows all that the program said. */
export function assertCode(ended: Ended, code: number): void {
  assertEquals(ended.code, code, `stdout:\n${ended.stdout}\nstderr:\n${ended.stderr}`);
}

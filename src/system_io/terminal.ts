/**
 * Standard output, standard error and questions at a terminal, by Deno.
 *
 * @module
 */

import type { Io, Output, Prompts } from "../io.ts";
import { StorageError } from "../model/errors.ts";
import { describeFileError } from "../model/file_errors.ts";
import { OutputQueue } from "./output_queue.ts";
import { promptsAt } from "./prompts.ts";
import { sleep } from "./timers.ts";

/** The size of a terminal that doesn't know its own, a pseudo-terminal for instance. */
const USUAL_COLUMNS = 80;
const USUAL_ROWS = 24;

/** Bytes of lines that may wait for somebody to read them: more than a pipe holds. */
const MOST_UNREAD = 256 * 1024;

/** How long nothing may be read of the last lines before the program ends without them. */
const PATIENCE_MS = 1_000;

function terminalSize(): { readonly columns: number; readonly rows: number } {
  try {
    const { columns, rows } = Deno.consoleSize();
    return { columns: columns || USUAL_COLUMNS, rows: rows || USUAL_ROWS };
  } catch {
    return { columns: USUAL_COLUMNS, rows: USUAL_ROWS };
  }
}

/** Both outputs, which may be the same file or terminal. */
export function systemOutputs(): Pick<Io, "stdout" | "stderr" | "flush"> {
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
      return terminalSize().columns;
    },
    write: (text) => queue.write(text),
  };
}

/**
 * Questions to whoever sits at the terminal.
 *
 * @param flush has what was written before the question appear before it.
 */
export function systemPrompts(flush: Io["flush"]): Prompts {
  const decoder = new TextDecoder();
  let typed = "";
  return promptsAt({
    flush,
    env: () => Deno.env.toObject(),
    write(text) {
      let bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
      while (bytes.length > 0) bytes = bytes.subarray(Deno.stderr.writeSync(bytes));
    },
    size: terminalSize,
    async readLine() {
      const buffer = new Uint8Array(1024);
      while (!typed.includes("\n")) {
        const count = await Deno.stdin.read(buffer);
        if (count === null) return null;
        typed += decoder.decode(buffer.subarray(0, count), { stream: true });
      }
      const [line = "", ...rest] = typed.split("\n");
      typed = rest.join("\n");
      return line;
    },
  });
}

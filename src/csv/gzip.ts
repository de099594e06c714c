/**
 * Gzip (RFC 1952), decompressed as it is read. A file may consist of several members, as `cat a.gz
 * b.gz` and log rotation make them.
 *
 * A gzip bomb is bounded: decompressed bytes stream through in blocks and are never gathered, a line
 * that doesn't end stops the reader, and a file that grows more than `MAX_EXPANSION`-fold is given
 * up once it has come to `EXPANSION_GRACE_BYTES`.
 *
 * @module
 */

import { StorageError } from "../model/errors.ts";
import { bytes as inWords } from "./problems.ts";
import { type ByteSource, cannotReadOn } from "./blocks.ts";

/** How many bytes one compressed byte may become. CSV files compress 3- to 30-fold. */
const MAX_EXPANSION = 200;

/** How many bytes may come out before `MAX_EXPANSION` is looked at: repetitive test data may. */
const EXPANSION_GRACE_BYTES = 2 ** 30;

/** Whether a file that starts with these bytes is gzipped. */
export function isGzip([first, second]: Uint8Array): boolean {
  return first === 0x1f && second === 0x8b;
}

/** What tests make smaller. */
export interface GunzipLimits {
  readonly maxExpansion: number;
  readonly graceBytes: number;
}

/**
 * Decompresses a source.
 *
 * @param name what messages call the source.
 */
export function gunzip(
  source: ByteSource,
  name: string,
  limits: GunzipLimits = { maxExpansion: MAX_EXPANSION, graceBytes: EXPANSION_GRACE_BYTES },
): ByteSource {
  let started: Promise<Inflation> | null = null;
  let given = 0;
  return {
    async read() {
      const inflation = await (started ??= inflate(source));
      let block: Uint8Array | null;
      try {
        block = await inflation.next();
      } catch (error) {
        if (error instanceof StorageError) throw error;
        const reason = `its gzip data is damaged or cut off after ${given} decompressed bytes; ` +
          "get an intact copy";
        throw cannotReadOn(name, reason, error);
      }
      given += block?.length ?? 0;
      if (given > limits.graceBytes && given > inflation.consumed() * limits.maxExpansion) {
        throw cannotReadOn(
          name,
          `it decompresses to more than ${inWords(limits.graceBytes)} and ${limits.maxExpansion} ` +
            "times its size; decompress it first if that is right",
        );
      }
      return block;
    },
    async close() {
      if (started) (await started).stop();
      await source.close();
    },
  };
}

interface Inflation {
  next(): Promise<Uint8Array | null>;
  /** Compressed bytes handed to the decompressor. */
  consumed(): number;
  stop(): void;
}

async function inflate(source: ByteSource): Promise<Inflation> {
  // Loaded only here: most files are plain.
  const { createGunzip } = await import("node:zlib");
  const stream = createGunzip({ chunkSize: 2 ** 16 });
  const output: AsyncIterator<Uint8Array> = stream[Symbol.asyncIterator]();
  let consumed = 0;
  const feed = async () => {
    for (let block = await source.read(); block; block = await source.read()) {
      if (stream.destroyed) return;
      consumed += block.length;
      await new Promise<void>((resolve, reject) =>
        stream.write(block, (error) => error ? reject(error) : resolve())
      );
    }
    stream.end();
  };
  // Errors of either side come out of `next`.
  feed().catch((error) => stream.destroy(error));
  return {
    async next() {
      const { value, done } = await output.next();
      return done ? null : value;
    },
    consumed: () => consumed,
    stop: () => stream.destroy(),
  };
}

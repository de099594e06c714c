/**
 * Proof that a run can go on: what was imported, and how rows are worded, is what it was.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { digestFileRange, PrefixDigest, verifyFilePrefix } from "../checkpoint/digest.ts";
import type { RunHeader, ShardFacts } from "../checkpoint/lines.ts";
import type { RunState } from "../checkpoint/replay.ts";
import type { ByteSource } from "../csv/blocks.ts";
import type { Header } from "../csv/reader.ts";
import { UsageError } from "../model/errors.ts";
import { cannotRead } from "../model/file_errors.ts";
import type { Files, Io } from "../io.ts";
import type { SourceMark } from "../model/row.ts";
import type { Input } from "./input.ts";
import { restoreHeader } from "./kept_header.ts";
import type { Source } from "./source.ts";

/**
 * Refuses a file that is shorter than when the run began: it is being written anew, say, and its end
 * would be taken for the end of the rows.
 */
async function refuseShorter(
  io: Pick<Io, "files">,
  source: Source,
  { run: { source: { kind, size } } }: RunState,
): Promise<void> {
  if (kind !== "file" || size === null) return;
  const now = await io.files.stat(source.path).catch((error) => {
    throw cannotRead(source.name, error);
  });
  if (!now.isFile || now.size >= size) return;
  throw new UsageError(
    `${source.name} is shorter than when the run began (${now.size} bytes, and ${size} then): wait ` +
      "until it is there as a whole, or put it back as it was",
    { remedy: { code: "start-anew" } },
  );
}

/**
 * Proves that what was imported is what it was; the digest of a whole file up to where the run goes on,
 * null for a shard.
 *
 * @throws {UsageError} when the file can't be read, is shorter than it was, or was changed.
 */
export async function proveSource(
  io: Pick<Io, "files">,
  source: Source,
  state: RunState,
): Promise<PrefixDigest | null> {
  const { shard } = state.run.source;
  await refuseShorter(io, source, state);
  if (!shard) return await provePrefix(io, source, state);
  await proveShard(io, source, shard);
  return null;
}

/**
 * The digest up to where the run goes on: of a file by reading it, of a stream as it is skipped. The
 * rows that were settled behind that place are proved too, those of a stream by `proveAhead`.
 */
async function provePrefix(
  io: Pick<Io, "files">,
  source: Source,
  { run, resumeAt, settledTo }: RunState,
): Promise<PrefixDigest> {
  const { kind, start } = run.source;
  const from = resumeAt ?? start;
  const furthest = settledTo ?? start;
  if (kind !== "file" || !furthest) return new PrefixDigest();
  const prove = ({ offset, digest }: SourceMark, known?: PrefixDigest) =>
    verifyFilePrefix(io.files, source.path, offset, digest, known);
  try {
    const digest = from ? await prove(from) : new PrefixDigest();
    const same = digest && (furthest === from || await prove(furthest, digest) !== null);
    const ended = await endsRow(io.files, source.path, furthest.offset, run);
    if (digest && same && ended) return digest;
  } catch (error) {
    throw cannotRead(source.name, error);
  }
  throw changed(source);
}

/**
 * Reads a stream on to the end of the last row that was settled, and proves that all of it is what it
 * was, before any row between is sent. What was read is given again; it is held in memory until then.
 *
 * @param digest of the stream up to where `blocks` begin.
 */
export async function proveAhead(
  blocks: ByteSource,
  source: Source,
  { settledTo }: RunState,
  digest: PrefixDigest,
): Promise<ByteSource> {
  if (!settledTo || digest.pushed >= settledTo.offset) return blocks;
  const proof = digest.copy();
  const ahead: Uint8Array[] = [];
  while (proof.pushed < settledTo.offset) {
    const block = await blocks.read();
    if (!block) throw changed(source);
    ahead.push(block.slice()); // A block is good until the next one is read.
    proof.pass(block.subarray(0, settledTo.offset - proof.pushed), proof.pushed);
  }
  if (proof.at(settledTo.offset) !== settledTo.digest) throw changed(source);
  return {
    read: async () => ahead.shift() ?? await blocks.read(),
    close: () => blocks.close(),
  };
}

/**
 * True when a row of a run's file ends at the offset: there is a line end before or after it, or nothing after it.
 * A last row without a line end that was settled must not have grown since.
 */
export async function endsRow(
  files: Pick<Files, "open">,
  path: string,
  offset: number,
  run: Pick<RunHeader, "header">,
): Promise<boolean> {
  const unitBytes = restoreHeader(run.header).encoding.startsWith("utf-16") ? 2 : 1;
  const file = await files.open(path, { read: true });
  try {
    const around = Buffer.alloc(2 * unitBytes);
    await file.seek(offset - unitBytes);
    const length = await file.read(around) ?? 0;
    const isLineEnd = (unit: Buffer) => /^\0?[\r\n]\0?$/.test(unit.toString("latin1"));
    return isLineEnd(around.subarray(0, unitBytes)) || length <= unitBytes ||
      isLineEnd(around.subarray(unitBytes));
  } finally {
    file.close();
  }
}

/** Digests bytes; those that are only skipped are not kept, or a stream would pile up in memory. */
export function takeBytes(
  digest: PrefixDigest,
  bytes: Uint8Array,
  offset: number,
  { resumeAt }: RunState,
): void {
  if (resumeAt && offset + bytes.length <= resumeAt.offset) digest.pass(bytes, offset);
  else digest.push(bytes, offset);
}

/**
 * Proves that a shard's bytes are those that were cut off for it: a change of length anywhere before
 * its end would leave rows to two shards, or to none.
 */
async function proveShard(
  io: Pick<Io, "files">,
  source: Source,
  { start, end, index, count, digest }: ShardFacts,
): Promise<void> {
  const found = await digestFileRange(io.files, source.path, start.offset, end).catch((error) => {
    throw cannotRead(source.name, error);
  });
  if (found === digest) return;
  throw new UsageError(
    `${source.name} was changed since shard ${index}/${count} was cut off, in the shard or before ` +
      `it: put back the file as it was`,
    { remedy: { code: "start-shards-anew" } },
  );
}

/** Refuses to go on when what was imported, or how rows are worded, is not what it was. */
export function assertSame(
  input: Input,
  header: Header,
  source: Source,
  { run, resumeAt }: RunState,
  digest: PrefixDigest | null,
): void {
  if (digest && resumeAt) {
    const shorter = digest.pushed < resumeAt.offset;
    if (shorter || digest.at(resumeAt.offset) !== resumeAt.digest) throw changed(source);
  } else if (digest && Buffer.compare(input.reader.header.raw, header.raw) !== 0) {
    throw new UsageError(`The header of ${source.name} differs from the run's: import it anew`);
  }
  if (!input.mapping.hasDigest(run.mapping.digest)) {
    throw new UsageError(
      `The mapping differs from the one that the run was started with (columns, checks or ` +
        `filters): use that one`,
      { remedy: { code: "start-anew" } },
    );
  }
}

function changed({ name }: Source): UsageError {
  return new UsageError(
    `${name} was changed since the run stopped, in the part that is imported already: ` +
      `put back the file as it was`,
    { remedy: { code: "start-anew" } },
  );
}

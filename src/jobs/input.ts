/**
 * Opens the way in: source → reader → compiled mapping → sink.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Resolved } from "../config/resolve.ts";
import type { ByteSource } from "../csv/blocks.ts";
import { type CsvReader, type Header, openReader } from "../csv/reader.ts";
import { openSource } from "../csv/source.ts";
import type { Io } from "../io.ts";
import { type CompiledMapping, compileMapping } from "../mapping/compile.ts";
import { loadPatterns } from "../mapping/pattern.ts";
import type { MappingFile } from "../mapping/schema.ts";
import { type StopSignals, unlessStopped } from "./stopping.ts";
import type { Sink } from "../model/destination.ts";
import type { Variables } from "../model/secret.ts";
import type { Position } from "../model/row.ts";
import { withHints } from "./header_hints.ts";
import { lookAhead, refuseGarbled } from "./look_ahead.ts";
import { readerOptions, refuseUnfit } from "./reading.ts";
import { fileToRead, type Source } from "./source.ts";
import type { Target } from "./target.ts";

/** A file that is being read for a destination. */
export interface Input {
  readonly reader: CsvReader;
  /** How the source is read: `file`, `gzip`, `workbook` or `stream`. */
  readonly kind: string;
  /** Bytes of the source, where that is known. */
  readonly size: number | null;
  readonly mapping: CompiledMapping;
  readonly sink: Sink;
  close(): Promise<void>;
}

/** What an input is made of. */
export interface InputOptions extends Resolved {
  readonly signals: StopSignals;
  readonly source: Source;
  readonly target: Target;
  readonly variables: Variables;
  readonly idPrefix: string;
  /** Where a resumed run goes on, or a shard starts. */
  readonly from?: { readonly position: Position; readonly header: Header };
  /** Offset of the first byte that is not read. */
  readonly end?: number;
  /** Sees the source's bytes in order, with their offset. */
  readonly onBytes?: (bytes: Uint8Array, offset: number) => void;
  /** Has a stream looked at before rows are read from it, and gives what they are read from. */
  readonly prove?: (blocks: ByteSource) => Promise<ByteSource>;
}

/**
 * Opens a file for a destination. Nothing is sent.
 *
 * @throws {UsageError} when the file, its header, the mapping or the destination's settings are wrong.
 * @throws {CancelledError} when a signal came first.
 */
export function openInput(
  io: Pick<Io, "files" | "stdin" | "now">,
  options: InputOptions,
): Promise<Input> {
  return unlessStopped(options.signals, open(io, options));
}

async function open(
  io: Pick<Io, "files" | "stdin" | "now">,
  options: InputOptions,
): Promise<Input> {
  const { source: { path, name }, settings, from, end, onBytes, prove } = options;
  let skipped = 0;
  const source = await openSource(io, path, {
    offset: from?.position.offset ?? 0,
    end,
    sheet: settings.sheet ?? options.target.mapping.csv?.sheet,
    onSkipped: (bytes) => {
      onBytes?.(bytes, skipped);
      skipped += bytes.length;
    },
  });
  try {
    refuseUnfit(source.kind, name, settings);
    const blocks = prove && source.kind !== "file" ? await prove(source) : source;
    const reading = await readerOptions(options.source, settings, options.target.mapping.csv);
    const reader = await openReader(blocks, {
      ...reading,
      ...source.written,
      from,
      endsFile: end === undefined || end === source.size,
      onBytes,
    });
    const mapping = await compileFor(io, options, reader.header.names, name).catch((error) => {
      const file = fileToRead(options.source, settings);
      throw withHints(error, reader, options.target.mapping, file);
    });
    if (source.kind === "file") {
      if (!from) await refuseGarbled(io, options.source, reader.header.encoding);
      await lookAhead(io, path, reading, mapping);
    }
    const sink = options.target.definition.createSink({
      variables: options.variables,
      mapping,
      idPrefix: options.idPrefix,
      single: settings.single ?? false,
      insecureHttp: settings.insecureHttp ?? false,
      now: io.now(),
    });
    return {
      reader,
      kind: source.kind,
      size: source.size,
      mapping,
      sink,
      close: () => reader.close(),
    };
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** Compiles a target's mapping for a header, with the filters that the settings ask for. */
export async function compileFor(
  io: Pick<Io, "now">,
  { settings, flags, target }: Pick<InputOptions, "settings" | "flags" | "target">,
  header: readonly string[],
  name: string,
): Promise<CompiledMapping> {
  await loadPatterns(settings.where?.join() ?? "");
  const mapping = withDecimal(target.mapping, settings.decimal ?? target.mapping.csv?.decimal);
  // MIN_AGE in an .env that serves several destinations is no mistake where there is no age.
  const known = hasAge(target.mapping);
  return compileMapping(mapping, header, name, {
    destination: target.definition,
    now: io.now(),
    where: settings.where,
    minAge: known || flags.has("minAge") ? settings.minAge : undefined,
    maxAge: known || flags.has("maxAge") ? settings.maxAge : undefined,
  });
}

/** The mapping, with the decimal character of the whole file at the columns that don't say theirs. */
function withDecimal(mapping: MappingFile, decimal: "." | "," | undefined): MappingFile {
  if (decimal === undefined) return mapping;
  const columns = mapping.columns.map((column) =>
    column.type === "number" ? { decimal, ...column } : column
  );
  return { ...mapping, columns };
}

function hasAge(mapping: MappingFile): boolean {
  return mapping.columns.some((column) => "role" in column && column.role === "age");
}

/** The line end of a source, in its encoding. */
export function lineEndOf({ newline, encoding }: Header): Uint8Array {
  if (!encoding.startsWith("utf-16")) return Buffer.from(newline, "latin1");
  const bytes = Buffer.from(newline, "utf16le");
  return encoding === "utf-16be" ? bytes.swap16() : bytes;
}

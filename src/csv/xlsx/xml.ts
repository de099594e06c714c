/**
 * XML as it is read: elements and texts in order, by their local names.
 *
 * @module
 */

/** What is used of sax. */
interface SaxParser {
  onerror: (error: Error) => void;
  onopentag: (tag: { name: string; attributes: Record<string, string> }) => void;
  ontext: (text: string) => void;
  oncdata: (text: string) => void;
  onclosetag: (name: string) => void;
  write(text: string): SaxParser;
  close(): SaxParser;
}

/** What is told of a document, in its order. */
export interface XmlHandlers {
  /** An element starts. */
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/**
 * Reads a document; yields after each piece of it, so that what came of it can be taken.
 *
 * @throws {Error} when it is no well-formed XML. Entities of its own are not expanded.
 */
export async function* readXml(
  chunks: AsyncIterable<Uint8Array>,
  handlers: XmlHandlers,
): AsyncGenerator<void> {
  const { default: sax } = await import("sax");
  const parser: SaxParser = sax.parser(true, { position: false });
  let broken: Error | null = null;
  parser.onerror = (error) => broken ??= new Error(error.message.replace(/\n[^]*/, ""));
  parser.onopentag = ({ name, attributes }) => handlers.open?.(localName(name), attributes);
  parser.ontext = parser.oncdata = (text) => handlers.text?.(text);
  parser.onclosetag = (name) => handlers.close?.(localName(name));
  let decoder: TextDecoder | null = null;
  for await (const chunk of chunks) {
    decoder ??= new TextDecoder(encodingOf(chunk), { fatal: true });
    parser.write(decoder.decode(chunk, { stream: true }));
    if (broken) throw broken;
    yield;
  }
  parser.write(decoder?.decode() ?? "").close();
  if (broken) throw broken;
}

/** As `readXml`, for documents that are taken whole. */
export async function readWholeXml(
  chunks: AsyncIterable<Uint8Array>,
  handlers: XmlHandlers,
): Promise<void> {
  const reading = readXml(chunks, handlers);
  while (!(await reading.next()).done);
}

/** An attribute by its local name: `r:id` is asked for as `id`. */
export function attribute(
  attributes: Readonly<Record<string, string>>,
  name: string,
): string | undefined {
  const key = Object.keys(attributes).find((key) => localName(key) === name);
  return key === undefined ? undefined : attributes[key];
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}

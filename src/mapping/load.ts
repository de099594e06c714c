/**
 * Mapping files as texts: reading one that somebody wrote, and writing a built-in one.
 *
 * @module
 */

import type { Document, LineCounter } from "yaml";
import { UsageError } from "../model/errors.ts";
import { type Complaint, complaints } from "./issues.ts";
import { FORBIDDEN_KEYS } from "./forbidden_keys.ts";
import type { MappingSchema } from "./language.ts";
import { loadNeeds } from "./needs.ts";
import type { MappingFile } from "./schema.ts";

/** How many errors of a file are told at once. */
const MOST_ERRORS = 5;

/**
 * A built-in mapping as a YAML file to start one's own from.
 *
 * @param schema Where editors find the JSON Schema: a path or a URL.
 */
export async function builtinMappingText(
  destination: string,
  builtin: unknown,
  schema: string,
): Promise<string> {
  const { stringify } = await import("./yaml.ts");
  return `# yaml-language-server: $schema=${schema}\n` +
    `# The mapping that rowferry uses for ${destination} when none is named.\n` +
    stringify(builtin, { lineWidth: 0 });
}

/**
 * Reads the text of a mapping file, YAML or JSON; `file` is its name for messages.
 *
 * @throws {UsageError} with a line for each of the first errors: `file:line:column: what is wrong`.
 */
export async function parseMapping(
  text: string,
  file: string,
  schema: MappingSchema,
): Promise<MappingFile> {
  if (text.includes("\ufffd")) {
    throw new UsageError(`${file} is not UTF-8: save it in that encoding`);
  }
  const yaml = await import("./yaml.ts"); // JSON is YAML too, so one parser gives positions for both.
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = document.errors.map(({ message, pos }) => ({ message, offset: pos[0] }));
  if (broken.length > 0) throw failure(file, lines, broken);
  if (document.contents === null) {
    throw new UsageError(`${file} is empty, expected a mapping`, {
      remedy: { code: "make-mapping", destination: null, file: null },
    });
  }

  const forbidden: Located[] = [];
  yaml.visit(document, {
    Pair(_, { key }) {
      if (!yaml.isScalar(key) || !FORBIDDEN_KEYS.has(String(key.value))) return;
      forbidden.push({
        message: `the key "${key.value}" is not allowed`,
        offset: key.range?.[0] ?? 0,
      });
    },
  });
  if (forbidden.length > 0) throw failure(file, lines, forbidden);

  const data = toPlain(document, file);
  await loadNeeds(JSON.stringify(data));
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const found = result.error.issues.flatMap((issue) => complaints(issue, data, schema));
  throw failure(
    file,
    lines,
    found.map((complaint) => ({
      message: subject(complaint) + complaint.message,
      offset: offsetOf(complaint, document, yaml),
    })),
  );
}

/** A complaint at an offset of the file's text. */
interface Located {
  readonly message: string;
  readonly offset: number;
}

function failure(file: string, lines: LineCounter, found: readonly Located[]): UsageError {
  const told = found.toSorted((a, b) => a.offset - b.offset).slice(0, MOST_ERRORS);
  const texts = told.map(({ message, offset }) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}: ${message}`;
  });
  if (found.length > told.length) texts.push(`and ${found.length - told.length} more`);
  return new UsageError(texts);
}

/** Aliases may be used, but not to blow a small file up. */
function toPlain(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    throw new UsageError(`${file} uses its aliases too often: write the values out`);
  }
}

/** Where the complaint's key or value stands, or the nearest thing around it. */
function offsetOf(
  { path, key }: Complaint,
  document: Document.Parsed,
  yaml: typeof import("./yaml.ts"),
): number {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (key !== undefined && yaml.isMap(node)) {
      const pair = node.items.find((item) => yaml.isScalar(item.key) && item.key.value === key);
      if (pair && yaml.isScalar(pair.key) && pair.key.range) return pair.key.range[0];
    }
    if (yaml.isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

/** The key whose value is wrong, unless the message names one itself. */
function subject({ path, key, message }: Complaint): string {
  const last = path.findLast((step) => typeof step === "string");
  return last === undefined || key !== undefined || message.startsWith('"') ? "" : `${last}: `;
}

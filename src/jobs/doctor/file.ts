/**
 * Looks at a file's beginning: what it is, how it is read, and whether its columns are those wanted.
 *
 * @module
 */

import type { Header } from "../../csv/reader.ts";
import { formatBytes } from "../../report/format.ts";
import { columnsInWords } from "../../report/findings.ts";
import { delimiterName } from "../../text/delimiter_names.ts";
import { openInput } from "../input.ts";
import { lookAtHeader } from "../sample.ts";
import { findSource } from "../source.ts";
import { type Target, variablesWithoutCredentials } from "../target.ts";
import type { Examination, ReadSettings } from "./examination.ts";

/** How sources are called by their kind. */
const KINDS: Readonly<Record<string, string>> = {
  file: "a text file",
  gzip: "a text file, packed with gzip",
  workbook: "an Excel workbook",
  stream: "a pipe",
};

/** Looks at a file; `target` is null where nobody knows what its columns should be. */
export async function examineFile(
  examination: Examination,
  read: ReadSettings,
  target: Target | null,
  path: string,
): Promise<void> {
  const { io, signals } = examination.call;
  if (path === "-") {
    examination.add("file", "warning", "Standard input can't be looked at and read afterwards");
    return;
  }
  const seen = await examination.attempt("file", () => lookAtHeader(io, path, read.settings));
  if (seen === null) return;
  examination.add("file", "ok", describe(path, seen));
  if (target === null) return;
  const fits = await examination.attempt("file", async () => {
    const source = await findSource(io, path);
    const variables = variablesWithoutCredentials(target, read.environment);
    const input = await openInput(io, {
      ...{ ...read, signals, source, target, variables },
      idPrefix: "doctor",
    });
    await input.close();
    return true;
  });
  if (fits) {
    const mapping = target.mappingPath ?? "the built-in mapping";
    const text = `It has the columns that ${mapping} for ${target.definition.name} wants`;
    examination.add("file", "ok", text);
  }
}

function describe(
  path: string,
  { kind, size, header }: {
    readonly kind: string;
    readonly size: number | null;
    readonly header: Header;
  },
): string {
  const { encoding, delimiter, newline, names, hasNames } = header;
  const bytes = size === null ? "" : `, ${formatBytes(size)}`;
  const how = kind === "workbook"
    ? ""
    : `; ${encoding}, ${delimiterName(delimiter)} between fields, lines end in ${
      { "\n": "LF", "\r\n": "CRLF", "\r": "CR" }[newline]
    }`;
  const columns = hasNames ? columnsInWords(names) : `${names.length} columns without names`;
  return `${path} is ${KINDS[kind] ?? kind}${bytes}${how}. ${columns}`;
}

/**
 * What `--licenses` shows: the licenses of rowferry and of the packages that are part of it.
 *
 * @module
 */

import { version } from "../../version.ts";
import packages from "./packages.json" with { type: "json" };
import specifications from "./specifications.json" with { type: "json" };

/** A package and the terms under which it is part of the program. */
export interface Notice {
  readonly name: string;
  readonly version: string;
  /** SPDX identifier. */
  readonly license: string;
  /** The license as the package's own file says it. */
  readonly text: string;
}

const INTRODUCTION =
  `rowferry ${version}, Copyright the rowferry authors: MIT License, in the file LICENSE.

The executable also holds Deno, Copyright the Deno authors: MIT License, and what
Deno is made of, above all V8, Copyright the V8 project authors: BSD-3-Clause.
https://github.com/denoland/deno names them all.

The packages below are part of both the executable and the running source, and so are
parts of the specifications behind them, in the stand-ins of the gallery.`;

/** All notices as one text. */
export function licensesText(
  notices: readonly Notice[] = [...packages, ...specifications],
): string {
  const sections = notices.map(({ name, version, license, text }) =>
    `${"=".repeat(80)}\n${name} ${version} (${license})\n\n${text}`
  );
  return `${[INTRODUCTION, ...sections].join("\n\n")}\n`;
}

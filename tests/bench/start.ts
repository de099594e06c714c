/**
 * How long the executable takes to start, and how much it adds to its base, next to an empty program
 * compiled in the same way. Wants the executable: run `deno task compile` before.
 *
 * @module
 */

import { join } from "node:path";
import { compileExecutable } from "../../.ci/executable.ts";
import { compare } from "./compare.ts";
import { headFile } from "./data.ts";
import { type Result, whole } from "./table.ts";

const SUFFIX = Deno.build.os === "windows" ? ".exe" : "";
const PROGRAM = join(import.meta.dirname ?? ".", "../../dist", `rowferry${SUFFIX}`);
const ROUNDS = 41;
const MOST_BYTES = 3_000_000;

/** The group `start`. Runs more often than asked for: a start is short, and so its time uneven. */
export async function startResults(): Promise<Result[]> {
  if (!await Deno.stat(PROGRAM).then(() => true, () => false)) {
    throw new Error(`There is no ${PROGRAM}: run \`deno task compile\` first.`);
  }
  const folder = await Deno.makeTempDir();
  try {
    const empty = join(folder, `empty${SUFFIX}`);
    await Deno.writeTextFile(join(folder, "empty.js"), "");
    await compileExecutable({ folder, entry: "empty.js", output: empty }, true);
    const rows = await headFile("a", 3);
    const starts = await compare([{
      what: "`rowferry --version`, against an empty program compiled in the same way",
      subject: { name: "rowferry --version", command: [PROGRAM, "--version"] },
      against: [{ name: "empty program", command: [empty] }],
      bar: { kind: "within", times: 1.5 },
    }, {
      what: "`validate` of 3 rows, against an empty program compiled in the same way",
      subject: { name: "validate", command: [PROGRAM, "validate", rows, "--to", "showads"] },
      against: [{ name: "empty program", command: [empty] }],
      bar: { kind: "within", times: 3 },
    }], ROUNDS);
    const bytes = (await Deno.stat(PROGRAM)).size - (await Deno.stat(empty)).size;
    return [...starts, {
      what: "bytes that the program adds to its base",
      bar: `at most ${whole(MOST_BYTES)}`,
      measured: whole(bytes),
      holds: bytes <= MOST_BYTES,
    }];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

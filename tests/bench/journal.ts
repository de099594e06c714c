/**
 * What journalling costs: an import that records nothing, against the same with its journal.
 *
 * @module
 */

import { compare } from "./compare.ts";
import { dataFile } from "./data.ts";
import { environment } from "./delivery.ts";
import { benchProgram } from "./programs.ts";
import { startStub } from "./stub.ts";
import type { Result } from "./table.ts";

/** The group `journal`. */
export async function journalResults(runs: number): Promise<Result[]> {
  await using stub = await startStub(0);
  const logDir = await Deno.makeTempDir();
  const file = await dataFile("a");
  const program = (record: string) => ({
    ...benchProgram(`import, ${record}`, "import.ts", file, stub.url, logDir, record),
    env: environment("showads", stub.url),
  });
  try {
    return await compare([{
      what: "import A with its journal, against a journal that writes nothing",
      subject: program("journal"),
      against: [program("nothing")],
      bar: { kind: "within", times: 1.10 },
    }], 4 * runs); // A few percent are less than what a single run swings by.
  } finally {
    await Deno.remove(logDir, { recursive: true });
  }
}

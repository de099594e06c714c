import { assertEquals } from "@std/assert";
import { appendImportLine, type ImportEnd, readImport } from "../../src/server/import_file.ts";
import { FaultyFiles } from "../support/faulty_files.ts";

const END: ImportEnd = {
  ...{ state: "completed", byClient: false, reason: null, result: null, folder: "/runs/1" },
};

Deno.test("half a line that a full disk left doesn't take the next one with it", async () => {
  const files = new FaultyFiles();
  await files.makeFolder("/import", 0o700);
  const request = {
    ...{ id: "1", createdAt: "2026-11-21T00:00:00Z", name: "a.csv", path: "/import/a", bytes: 1 },
    ...{ target: {}, settings: {}, flags: [], parent: null, failedColumns: null, key: null },
  };
  await appendImportLine(files, "/import", { type: "import", version: 1, request });
  let isFull = false;
  files.fault = (_at, name) => {
    if (name !== "write") return null;
    if (isFull) return "no-space";
    isFull = true;
    return "short-write";
  };
  const begin = { type: "begin", time: "2026-11-21T00:00:00Z" } as const;
  const failure = await appendImportLine(files, "/import", begin).catch(({ name }) => name);
  assertEquals(failure, "StorageError");
  files.fault = () => null;
  await appendImportLine(files, "/import", { type: "end", time: begin.time, end: END });
  assertEquals(await readImport(files, "/import"), { request, end: END });
});

import { assertEquals } from "@std/assert";

import { AppendFile } from "../../src/checkpoint/append_file.ts";
import { EMPTY } from "../../src/checkpoint/lines.ts";
import { FaultyFiles } from "../support/faulty_files.ts";

Deno.test("a file that is cut back tells of what is left in it", async () => {
  const files = new FaultyFiles();
  await files.makeFolder("runs", 0o700);
  const file = await AppendFile.create(files, "runs/a", EMPTY);
  const bytes = new TextEncoder().encode("a line\n");
  file.write(bytes);
  const { extent } = file;
  file.write(bytes);
  assertEquals(file.extent.bytes, 2 * extent.bytes);
  await file.cutBack(extent);
  assertEquals(file.extent, extent);
  file.close();
});

import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Io } from "../../src/io.ts";
import { StorageError } from "../../src/model/errors.ts";
import { RecordKeys } from "../../src/server/record_keys.ts";
import { recordLine, Spool } from "../../src/server/spool.ts";
import { cutToWholeLines } from "../../src/server/whole_lines.ts";
import { systemIo } from "../../src/system_io.ts";
import { Workdir } from "../support/workdir.ts";

const HEAD = recordLine(["Name", "Note"]);

/** A spool in a folder of its own. */
async function spoolIn(dir: Workdir, io: Io = systemIo()): Promise<Spool> {
  await Deno.mkdir(dir.file("records"));
  const keys = await RecordKeys.open(io, dir.file("keys"));
  return new Spool(io, { folder: dir.file("records"), head: HEAD, keys });
}

/** A record that holds what could be mistaken for something else. */
function line(number: number): string {
  return recordLine([`Ann ${number}`, 'a "quoted"\nline, ÿ and \0']);
}

/** Reads a file of which the room may not have been cut off yet, as a later process finds it. */
async function foundLater(dir: Workdir, path: string): Promise<[lines: number, text: string]> {
  const copy = dir.file("copy.csv");
  await Deno.copyFile(path, copy);
  return [await cutToWholeLines(systemIo().files, copy), await Deno.readTextFile(copy)];
}

Deno.test("what was kept is found by a later process, whenever this one dies", async () => {
  await using dir = await Workdir.make();
  const spool = await spoolIn(dir);
  const kept: string[] = [];
  // More than there is room for at once, and a record that is larger than the room.
  for (let number = 0; number < 30; number++) {
    const more = number === 20 ? recordLine(["x".repeat(300_000), ""]) : line(number).repeat(500);
    await spool.append(more, null);
    kept.push(more);
    const [name = ""] = await dir.tree("records");
    const [lines, text] = await foundLater(dir, dir.file("records", name));
    assertEquals(text, HEAD + kept.join(""));
    assertEquals(lines, 1 + kept.reduce((sum, more) => sum + more.split('"\n"').length, 0));
  }
  const path = await spool.seal() ?? "";
  assertEquals(await Deno.readTextFile(path), HEAD + kept.join(""));
});

Deno.test("a record that was half written is cut off, with whatever came after it", async () => {
  await using dir = await Workdir.make();
  const whole = HEAD + line(1) + line(2);
  const encode = (text: string) => new TextEncoder().encode(text);
  const half = encode(line(3)).slice(0, 9);
  const room = new Uint8Array(300_000).fill(0xff);
  for (
    const tail of [half, [...half, ...room], [...room, ...encode(line(4))], [
      ...encode('"'),
      ...room,
    ]]
  ) {
    const path = await dir.write("died.csv", new Uint8Array([...encode(whole), ...tail]));
    assertEquals(await cutToWholeLines(systemIo().files, path), 3);
    assertEquals(await Deno.readTextFile(path), whole);
  }
});

Deno.test("a record that could not be kept is refused, and the next one is kept", async () => {
  await using dir = await Workdir.make();
  const io = systemIo();
  let isFull = false;
  const files: typeof io.files = {
    ...io.files,
    async open(path, options) {
      const file = await io.files.open(path, options);
      return { ...file, sync: () => isFull ? Promise.reject(new Error("full")) : file.sync() };
    },
  };
  const spool = await spoolIn(dir, { ...io, files });
  await spool.append(line(1), null);
  isFull = true;
  await assertRejects(() => spool.append(line(2), null), StorageError);
  isFull = false;
  await Promise.all([spool.append(line(3), null), spool.append(line(4), null)]);
  const path = await spool.seal();
  assert(path !== null);
  assertEquals(await Deno.readTextFile(path), HEAD + line(1) + line(3) + line(4));
});

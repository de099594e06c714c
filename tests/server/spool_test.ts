import { assert, assertEquals } from "@std/assert";
import { RecordKeys } from "../../src/server/record_keys.ts";
import { recordLine, Spool } from "../../src/server/spool.ts";
import { cutToWholeLines } from "../../src/server/whole_lines.ts";
import { type Fault, FaultyFiles } from "../support/faulty_files.ts";
import { seeded } from "../support/seeds.ts";

const HEAD = recordLine(["a", "b"]);
const LINES = [
  recordLine(["1", 'with "quotes"']),
  recordLine(["2", "with\nlines\n"]),
  recordLine(["3", ""]),
  recordLine(["4", "é".repeat(300)]),
];

function world() {
  const files = new FaultyFiles();
  let ids = 0;
  const io = {
    files,
    now: () => Date.UTC(2026, 10, 21),
    randomBytes: (length: number) => new Uint8Array(length).fill(++ids),
  };
  return { files, io };
}

/** A process that keeps four records, the last in a file of its own. @returns those that it said are kept. */
async function keepRecords({ files, io }: ReturnType<typeof world>): Promise<string[]> {
  const acknowledged: string[] = [];
  try {
    await files.makeFolder("/records", 0o700);
    const keys = await RecordKeys.open(io, "/keys");
    const spool = new Spool(io, { folder: "/records", head: HEAD, keys });
    const keep = (line: string) =>
      spool.append(line, { key: `key of ${line}`, request: line })
        .then(() => acknowledged.push(line), () => {});
    await Promise.all([keep(LINES[0] ?? ""), keep(LINES[1] ?? "")]);
    await keep(LINES[2] ?? "");
    await spool.seal();
    await keep(LINES[3] ?? "");
  } catch {
    // It was killed, or its disk is full.
  }
  return acknowledged;
}

/** What another process finds: the records, and those whose keys are known. */
async function findRecords({ files, io }: ReturnType<typeof world>) {
  await files.makeFolder("/records", 0o700);
  const keys = await RecordKeys.open(io, "/keys");
  const kept: string[] = [];
  for (const name of await files.list("/records")) {
    await cutToWholeLines(files, `/records/${name}`);
    const text = await files.readText(`/records/${name}`);
    assert(text === "" || text.startsWith(HEAD));
    const found = LINES.filter((line) => text.includes(line));
    assertEquals(text.length, text === "" ? 0 : HEAD.length + found.join("").length);
    kept.push(...found);
  }
  return { kept, known: LINES.filter((line) => keys.find(`key of ${line}`) !== null) };
}

Deno.test("a process that dies at any step, and a disk that fails at any, lose no record that is kept", async () => {
  const whole = world();
  assertEquals(await keepRecords(whole), LINES);
  const steps = whole.files.operations.length;
  assert(steps > 20);
  const faults: readonly Fault[] = ["kill", "no-space", "short-write", "failed-sync"];
  for (const fault of faults) {
    for (let step = 1; step <= steps; step++) {
      for (const isCut of [false, true]) {
        const { files, io } = world();
        files.fault = (at) => at === step ? fault : null;
        const acknowledged = await keepRecords({ files, io });
        files.kill();
        if (isCut) files.powerCut(seeded(step));
        files.restart();
        const { kept, known } = await findRecords({ files, io });
        const where = `${fault} at ${step}${isCut ? ", and the power gone" : ""}`;
        assertEquals(acknowledged.filter((line) => !kept.includes(line)), [], where);
        // A key that is known stands for a record that is there: a repeat would be dropped.
        assertEquals(known.filter((line) => !kept.includes(line)), [], where);
        assertEquals(acknowledged.filter((line) => !known.includes(line)), [], where);
      }
    }
  }
});

Deno.test("after a disk that was full, records are kept again", async () => {
  const { files, io } = world();
  await files.makeFolder("/records", 0o700);
  const keys = await RecordKeys.open(io, "/keys");
  const spool = new Spool(io, { folder: "/records", head: HEAD, keys });
  await spool.append(LINES[0] ?? "", null);
  files.fault = (_at, name) => name === "write" ? "no-space" : null;
  const failure = await spool.append(LINES[1] ?? "", null).catch((error) => error.message);
  assertEquals(failure, "Cannot keep records: no space left on the disk");
  files.fault = () => null;
  await spool.append(LINES[2] ?? "", null);
  const [path = ""] = await spool.seal();
  assertEquals(files.text(path), HEAD + LINES[0] + LINES[2]);
});

Deno.test("a full disk is left without a file for each record that it could not take", async () => {
  const { files, io } = world();
  await files.makeFolder("/records", 0o700);
  const keys = await RecordKeys.open(io, "/keys");
  const spool = new Spool(io, { folder: "/records", head: HEAD, keys });
  const begun = files.operations.length;
  files.fault = (at) => at === begun + 2 ? "no-space" : null;
  assertEquals(await spool.append(LINES[0] ?? "", null).catch(() => "refused"), "refused");
  assertEquals(await files.list("/records"), []);
});

Deno.test("a disk that is full for a while leaves keys of those records alone that are kept", async () => {
  for (const fault of ["no-space", "short-write"] as const) {
    for (let step = 1; step <= 12; step++) {
      const { files, io } = world();
      await files.makeFolder("/records", 0o700);
      const keys = await RecordKeys.open(io, "/keys");
      const spool = new Spool(io, { folder: "/records", head: HEAD, keys });
      const keep = (line = "") =>
        spool.append(line, { key: `key of ${line}`, request: line }).catch(() => {});
      const before = files.operations.length;
      files.fault = (at) => at < before + step ? null : at === before + step ? fault : "no-space";
      await keep(LINES[0]);
      files.fault = () => null;
      await keep(LINES[3]);
      files.kill();
      files.powerCut(() => 0);
      files.restart();
      const { kept, known } = await findRecords({ files, io });
      assertEquals(known, kept, `${fault} from ${step}`);
      assert(kept.includes(LINES[3] ?? ""));
    }
  }
});

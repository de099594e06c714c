import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { crc32 } from "node:zlib";
import { createRun } from "../../src/checkpoint/create.ts";
import type { Journal } from "../../src/checkpoint/journal.ts";
import { StorageError, UsageError } from "../../src/model/errors.ts";
import type { RowRanges } from "../../src/model/row.ts";
import { type Fault, FaultyFiles } from "../support/faulty_files.ts";
import {
  append,
  HEADER,
  rowText,
  runOptions,
  settledSpan,
  sleepAtOnce,
  sourceAt,
  startedRun,
  testIo,
  totalsOf,
} from "./support.ts";

const RUN_FOLDER = "/log/in.csv.mparticle/20261121T181501Z-0101";
const text = new TextEncoder();

function lines(content: string | null): Record<string, unknown>[] {
  return (content ?? "").trim().split("\n").map((line) => JSON.parse(line));
}

Deno.test("a run's folder is private, named after file, destination and start", async () => {
  const { files, journal } = await startedRun();
  await append(journal, [[1, 6]]);
  assertEquals(journal.folder, RUN_FOLDER);
  for (const path of ["/log", "/log/in.csv.mparticle", RUN_FOLDER]) {
    assertEquals(files.nodes.get(path)?.mode, 0o700);
  }
  for (const name of ["checkpoint.jsonl", "rejected.csv", "unknown.csv", "errors.jsonl"]) {
    assertEquals(files.nodes.get(`${RUN_FOLDER}/${name}`)?.mode, 0o600);
  }
  await journal.close();
});

Deno.test("the first line says what the run is, and every line ends with its checksum", async () => {
  const { files, journal } = await startedRun();
  await append(journal, [[1, 6]]);
  await journal.end(totalsOf(journal));
  await journal.close();
  const content = files.text(`${RUN_FOLDER}/checkpoint.jsonl`) ?? "";
  assertEquals(lines(content).map(({ type }) => type), ["run", "span", "end"]);
  assertMatch(String(lines(content)[1]?.time), /^\d{4}-\d\d-\d\dT.*Z$/);
  const [run] = lines(content);
  assertEquals(run?.version, 1);
  const { target: _key, ...source } = sourceAt("/data/in.csv");
  assertEquals(run?.source, { ...source, size: 1000 });
  assertEquals(run?.target, { address: "https://api.example", environment: "development" });
  assertEquals(run?.idPrefix, "20261121T181501Z-0101-01010101");
  for (const line of content.trim().split("\n")) {
    const split = line.lastIndexOf(',"crc":');
    const crc = crc32(line.slice(0, split)).toString(16).padStart(8, "0");
    assertEquals(line.slice(split), `,"crc":"${crc}"}`);
  }
});

for (
  const [last, finish] of [
    ["end", (journal: Journal) => journal.end(totalsOf(journal))],
    ["stop", (journal: Journal) => journal.stop("told to", totalsOf(journal))],
  ] as const
) {
  Deno.test(`an ended run stays ended after a power cut, told by its last line: ${last}`, async () => {
    // The draws cover all that a cut can leave of what was not synced.
    for (const draw of [0, 0.3, 0.6, 0.9]) {
      const { files, journal } = await startedRun();
      await append(journal, [[1, 6]]);
      await finish(journal);
      files.powerCut(() => draw);
      const content = files.text(`${RUN_FOLDER}/checkpoint.jsonl`);
      assertEquals(lines(content).map(({ type }) => type), ["run", "span", last]);
    }
  });
}

Deno.test("a run without rejected rows has neither rejected.csv nor errors.jsonl", async () => {
  const { files, journal } = await startedRun();
  const { settled } = settledSpan([[1, 5]], () => "accepted");
  await journal.append(settled, [], []);
  await journal.end(totalsOf(journal));
  await journal.close();
  assertEquals(await files.list(RUN_FOLDER), ["checkpoint.jsonl"]);
  assertEquals(journal.files.rejected, null);
  assertEquals(journal.files.errors, null);
});

Deno.test("unknown.csv holds header and rows, and a run without such rows has none", async () => {
  const { files, journal } = await startedRun();
  const unknownAt = async (rows: RowRanges, unknownRow: number) => {
    const { settled, unknown } = settledSpan(
      rows,
      (row) => row === unknownRow ? "unknown" : "accepted",
    );
    await journal.append(settled, [], unknown);
  };
  await unknownAt([[1, 4]], 0);
  assertEquals(journal.files.unknown, null);
  assertEquals(await files.list(RUN_FOLDER), ["checkpoint.jsonl"]);
  await unknownAt([[5, 8]], 6);
  await unknownAt([[9, 12]], 9);
  assertEquals(journal.files.unknown, `${RUN_FOLDER}/unknown.csv`);
  assertEquals(files.text(`${RUN_FOLDER}/unknown.csv`), HEADER + rowText(6) + rowText(9));
  assertEquals(journal.files.rejected, null);
  await journal.close();
});

Deno.test("rejected.csv holds header and rows byte for byte; a last row without a line end gets one", async () => {
  const bom = [0xef, 0xbb, 0xbf];
  const { files, journal } = await startedRun({
    header: {
      bytes: new Uint8Array([...bom, ...text.encode("id;name\r\n")]),
      lineEnd: text.encode("\r\n"),
      end: { row: 0, line: 2, offset: 12 },
      reader: null,
    },
  });
  const { settled, rejections } = settledSpan([[1, 2]], () => "invalid");
  const raw = [new Uint8Array([0xff, 0x0d, 0x0a]), text.encode('2;"a\nb"')];
  await journal.append(
    settled,
    rejections.map((rejection, index) => ({ ...rejection, raw: raw[index] ?? new Uint8Array() })),
    [],
  );
  assertEquals(
    files.nodes.get(`${RUN_FOLDER}/rejected.csv`)?.data,
    new Uint8Array([
      ...bom,
      ...text.encode("id;name\r\n"),
      0xff,
      0x0d,
      0x0a,
      ...text.encode('2;"a\nb"\r\n'),
    ]),
  );
  await journal.close();
});

Deno.test("a last row of a UTF-16 file gets a line end of that encoding, and others get none", async () => {
  for (const bigEndian of [false, true]) {
    const utf16 = (value: string) =>
      new Uint8Array([...value].flatMap((char) => {
        const unit = char.charCodeAt(0);
        return bigEndian ? [unit >> 8, unit & 255] : [unit & 255, unit >> 8];
      }));
    const { files, journal } = await startedRun({
      header: {
        bytes: utf16("id\n"),
        lineEnd: utf16("\n"),
        end: { row: 0, line: 2, offset: 6 },
        reader: null,
      },
    });
    const { settled, rejections } = settledSpan([[1, 3]], () => "invalid");
    const raw = ["1\n", "\u0d00", "\u000d"].map(utf16);
    await journal.append(
      settled,
      rejections.map((rejection, index) => ({ ...rejection, raw: raw[index] ?? utf16("") })),
      [],
    );
    const data = files.nodes.get(`${RUN_FOLDER}/rejected.csv`)?.data;
    assertEquals(data, utf16("id\n1\n\u0d00\n\u000d"));
    await journal.close();
  }
});

Deno.test("errors.jsonl tells position, code and stage of each problem, and never a suggestion", async () => {
  const { files, journal } = await startedRun({
    parent: { runId: "earlier", checkpoint: "/x/checkpoint.jsonl", rows: [17, 23, 99] },
    sameRows: true,
  });
  const { settled, rejections, unknown } = settledSpan(
    [[1, 3]],
    (row) => row < 3 ? "invalid" : "unknown",
  );
  const problems = [
    { code: "bad", column: "name", message: "is bad", line: 7, field: 1, suggestion: "secret" },
    { code: "worse", column: null, message: "is worse", suggestion: "secret" },
  ];
  await journal.append(
    settled,
    rejections.map((rejection) => rejection.row === 1 ? { ...rejection, problems } : rejection),
    unknown,
  );
  assertEquals(lines(files.text(`${RUN_FOLDER}/errors.jsonl`)), [
    {
      row: 1,
      line: 7,
      column: "name",
      code: "bad",
      message: "is bad",
      stage: "check",
      sourceRow: 17,
      more: [{ column: null, code: "worse", message: "is worse" }],
    },
    {
      row: 2,
      line: 3,
      column: "name",
      code: "bad-row",
      message: "it is bad",
      stage: "check",
      sourceRow: 23,
    },
    {
      row: 3,
      line: 4,
      column: null,
      code: "unknown",
      message: "it is bad",
      stage: "send",
      sourceRow: 99,
    },
  ]);
  await journal.close();
});

Deno.test("no recorded line holds a row's values", async () => {
  const { files, journal } = await startedRun();
  await append(journal, [[1, 6]]);
  await journal.end(totalsOf(journal));
  await journal.close();
  for (const name of ["checkpoint.jsonl", "errors.jsonl"]) {
    assertEquals(files.text(`${RUN_FOLDER}/${name}`)?.includes("name of"), false);
  }
});

Deno.test("totals that differ from what was recorded are an internal error, and the run has no end", async () => {
  const { files, journal } = await startedRun();
  await append(journal, [[1, 6]]);
  const totals = totalsOf(journal);
  const { rows } = totals;
  const wrong = [
    { ...rows, accepted: rows.accepted + 1, read: rows.read + 1 },
    { ...rows, read: rows.read + 1 },
    { ...rows, pending: 1 },
  ];
  for (const rows of wrong) await assertRejects(() => journal.end({ ...totals, rows }), Error);
  await journal.close();
  const types = lines(files.text(`${RUN_FOLDER}/checkpoint.jsonl`)).map(({ type }) => type);
  assertEquals(types, ["run", "span"]);
});

Deno.test("a span whose outcomes don't cover its rows is an internal error", async () => {
  const { journal } = await startedRun();
  const { settled, rejections, unknown } = settledSpan([[1, 6]]);
  const settling = () => journal.append(settled, rejections.slice(1), unknown);
  await assertRejects(settling, Error, "6 rows");
  await journal.close();
});

for (const fault of ["no-space", "short-write"] as const) {
  Deno.test(`after ${fault} at any write nothing more is recorded, and what was recorded holds`, async () => {
    for (let failing = 1; failing <= 6; failing++) {
      const { files, journal } = await startedRun();
      await append(journal, [[1, 6]]);
      const before = files.text(`${RUN_FOLDER}/checkpoint.jsonl`);
      const rejected = files.text(`${RUN_FOLDER}/rejected.csv`);
      let writes = 0;
      files.fault = (_, name): Fault | null => {
        // A full disk takes a part of a write, and nothing of the next.
        if (name !== "write" || ++writes < failing) return null;
        return fault === "short-write" && writes === failing ? fault : "no-space";
      };
      let error: Error | null = null;
      for (let first = 7; first <= 19 && !error; first += 6) {
        error = await append(journal, [[first, first + 5]]).then(() => null, (error) => error);
      }
      assertEquals(error instanceof StorageError, true);
      assertEquals(error?.message.includes("no space left on the disk"), true);
      files.fault = () => null;
      const left = files.text(`${RUN_FOLDER}/checkpoint.jsonl`) ?? "";
      assertEquals(left.startsWith(before ?? "-"), true);
      assertEquals(left.endsWith("\n"), true, "a half-written line is cut off");
      if (failing <= 3) assertEquals(files.text(`${RUN_FOLDER}/rejected.csv`), rejected);
      await assertRejects(() => append(journal, [[31, 36]]), StorageError);
      await assertRejects(() => journal.stop("disk full", totalsOf(journal)), StorageError);
      await journal.close();
      assertEquals(files.text(`${RUN_FOLDER}/checkpoint.jsonl`), left);
    }
  });
}

Deno.test("a sync that fails in the background stops the run, and is not tried again", async () => {
  const { files, journal } = await startedRun({}, sleepAtOnce);
  let syncs = 0;
  files.fault = (_, name) => name === "sync" && ++syncs === 1 ? "failed-sync" : null;
  await append(journal, [[1, 6]]);
  for (let turn = 0; turn < 50; turn++) await null;
  await assertRejects(() => append(journal, [[7, 12]]), StorageError, "Cannot sync");
  await assertRejects(() => journal.stop("told to", totalsOf(journal)), StorageError);
  await journal.close();
  assertEquals(syncs, 1);
});

Deno.test("a span that waits for a sync which fails is not recorded", async () => {
  const { files, journal } = await startedRun();
  await append(journal, [[1, 6]]); // Makes the files, which takes a while.
  files.fault = (_, name) => name === "sync" ? "failed-sync" : null;
  const span = (index: number): RowRanges => [[6 * index + 1, 6 * index + 6]];
  const unsynced = Array.from({ length: 511 }, (_, index) => append(journal, span(index + 1)));
  const waiting = append(journal, span(512));
  const recorded = files.text(`${RUN_FOLDER}/checkpoint.jsonl`);
  await assertRejects(() => waiting, StorageError, "Cannot sync");
  await Promise.all(unsynced);
  assertEquals(files.text(`${RUN_FOLDER}/checkpoint.jsonl`), recorded);
  assertEquals(recorded?.trimEnd().split("\n").length, 1 + 512);
  await journal.close();
});

Deno.test("a folder that vanished stops the run, though writes to it still succeed", async () => {
  const { files, journal } = await startedRun({}, sleepAtOnce);
  await append(journal, [[1, 6]]);
  await files.remove("/log", { recursive: true });
  await append(journal, [[7, 12]]);
  for (let turn = 0; turn < 50; turn++) await null;
  await assertRejects(() => append(journal, [[13, 18]]), StorageError, "no such file");
  await journal.close();
});

Deno.test("a symbolic link that was planted in place of rejected.csv is not followed", async () => {
  const { files, journal } = await startedRun();
  files.plant("/etc/passwd", "root");
  files.plantLink(`${RUN_FOLDER}/rejected.csv`, "/etc/passwd");
  await assertRejects(() => append(journal, [[1, 6]]), StorageError, "rejected.csv");
  assertEquals(files.text("/etc/passwd"), "root");
  await journal.close();
});

Deno.test("a run that can't be made is a usage error, and leaves no lock behind", async () => {
  const files = new FaultyFiles();
  const io = testIo(files);
  files.fault = (_, name) => name === "write" ? "no-space" : null;
  await assertRejects(() => createRun(io, runOptions(io)), UsageError, "/log");
  files.fault = () => null;
  const journal = await createRun(io, runOptions(io));
  await journal.close();
});

Deno.test("two runs that draw one id in one second get folders of their own", async () => {
  const files = new FaultyFiles();
  const io = testIo(files);
  const options = runOptions(io, { source: sourceAt("-") });
  const first = await createRun(io, options);
  const second = await createRun(io, options);
  assertEquals(first.folder === second.folder, false);
  assertEquals(first.folder.startsWith("/log/stdin.mparticle/"), true);
  await first.close();
  await second.close();
});

Deno.test("rejected rows elsewhere stand in rejected.csv if that is free, else under the run's id", async () => {
  const files = new FaultyFiles();
  const io = testIo(files);
  const paths: (string | null)[] = [];
  for (const name of ["a", "b", "c"]) {
    const source = sourceAt(`/data/${name}.csv`);
    const journal = await createRun(io, runOptions(io, { source, rejectedFolder: "/failed" }));
    if (name !== "b") await append(journal, [[1, 6]]);
    await journal.stop("told to", totalsOf(journal));
    paths.push(journal.files.rejected);
    await journal.close();
  }
  assertEquals(paths[0], "/failed/rejected.csv");
  assertEquals(paths[1], null);
  assertEquals(paths[2]?.startsWith("/failed/rejected-2026"), true);
  assertEquals((await files.list("/failed")).length, 2, "an empty file is taken away again");
  assertEquals(files.text("/failed/rejected.csv")?.startsWith(HEADER), true);
});

Deno.test("rows that may have arrived stand between the rejected ones in errors.jsonl, by row", async () => {
  const { files, journal } = await startedRun();
  const fates = ["unknown", "invalid", "unknown", "refused"] as const;
  const { settled, rejections, unknown } = settledSpan(
    [[1, 4]],
    (row) => fates[row - 1] ?? "accepted",
  );
  await journal.append(settled, rejections, unknown);
  const errors = lines(files.text(`${RUN_FOLDER}/errors.jsonl`));
  assertEquals(errors.map(({ row }) => row), [1, 2, 3, 4]);
  await journal.close();
});

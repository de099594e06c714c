import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { openReader } from "../../src/csv/reader.ts";
import { passRecords } from "../../src/kernel/passing.ts";
import type { Row } from "../../src/model/row.ts";
import { blockSource, told } from "../csv/support.ts";

/** A file's bytes from an offset on, given so many at a time. */
function fileOf(bytes: Uint8Array, offset: number, most = Infinity) {
  let at = offset;
  return {
    read(buffer: Uint8Array) {
      const part = bytes.subarray(at, at + Math.min(buffer.length, most));
      buffer.set(part);
      at += part.length;
      return Promise.resolve(part.length === 0 ? null : part.length);
    },
  };
}

const opened = async (bytes: Uint8Array, from?: Parameters<typeof openReader>[1]) =>
  await openReader(blockSource([bytes]), { name: "a.csv", delimiter: ",", ...from });

async function rowsFrom(bytes: Uint8Array, from?: Parameters<typeof openReader>[1]) {
  const reader = await opened(bytes, from);
  const rows: Row[] = [];
  for (let batch = await reader.read(); batch; batch = await reader.read()) rows.push(...batch);
  return { header: reader.header, rows };
}

/** Passes records up to an offset, and asserts that the rows from there on are those of the whole file. */
async function assertPassed(text: string, share: number, most?: number): Promise<number> {
  const bytes = new TextEncoder().encode(`a,b\n${text}`);
  const { header, rows } = await rowsFrom(bytes);
  const until = Math.floor(header.end.offset + (bytes.length - header.end.offset) * share);
  const file = fileOf(bytes, header.end.offset, most);
  const passed = await passRecords(file, header.end, until, ",");
  assert(passed.offset <= until, `${passed.offset} is behind ${until}`);
  const position = { row: 0, ...passed };
  const rest = await rowsFrom(bytes.slice(passed.offset), { from: { position, header } });
  const plain = (row: Row) => ({ ...told(row), number: 0 });
  assertEquals(rest.rows.map(plain), rows.filter(({ start }) => start >= passed.offset).map(plain));
  return passed.offset - header.end.offset;
}

Deno.test("records that are passed leave the rows behind them as they are, whatever stands in them", async () => {
  const piece = fc.constantFrom(
    ...["1,2\n", '"x, ""y""",3\n', '"one\ntwo",4\r\n', "ä,€\n", ",\n", "\n", "\r\n", '"",""\n'],
    ...[
      '"',
      '""',
      ",",
      "\r",
      "\n",
      "x",
      ' "',
      '="1",2\n',
      '"open\n',
      'b"c,d\n',
      '"a"b,c\n',
      "\r\r\n",
    ],
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 60 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 1, max: 90 }),
      async (pieces, share, most) => void await assertPassed(pieces.join(""), share, most),
    ),
    { numRuns: 400 },
  );
});

Deno.test("records are passed as far as quotes are used as they should be", async () => {
  const row = '"a ""b"", c","d\ne"\r\n';
  const sound = row.repeat(20_000);
  assertEquals(await assertPassed(sound, 0.5), sound.length / 2);
  assertEquals(await assertPassed(`${sound}x"y,1\n${sound}`, 1), sound.length);
});

/** Requests in doubt at an API that drops repeats of requests: the very same one goes again, or none. */

import { assertEquals } from "@std/assert";

import { crc32, crcHex } from "../../src/checkpoint/crc.ts";
import { RowsInDoubt } from "../../src/jobs/in_doubt.ts";
import {
  makeBatch,
  makeDestination,
  makeMark,
  makePayload,
  makeRow,
  written,
} from "../delivery/rig.ts";

/** What becomes of the rows 1 to 3, sent before, when these are what the source holds by now. */
function spanOf(payloads: readonly string[]) {
  const { body } = makeBatch([1, 2, 3]);
  const extent = { bytes: body.length, crc: crcHex(crc32(body)) };
  const rows = new RowsInDoubt(
    [{ type: "sent", rows: [[1, 3]], answered: 1, body: extent }],
    makeDestination("http://127.0.0.1:1", { dropsRepeats: "requests" }),
  );
  const mark = () => makeMark(3);
  const spans = payloads.map((payload, index) =>
    rows.add(makeRow(index + 1), 0, written(payload), mark)
  );
  const [span] = [...spans.filter((span) => span !== null), ...rows.flush(mark)];
  return [span?.batch?.length ?? null, span?.answered, span?.unanswered?.length];
}

Deno.test("a request that can be made as it was goes again", () => {
  assertEquals(spanOf([1, 2, 3].map(makePayload)), [3, 1, undefined]);
});

Deno.test("rows that differ by now, or are gone, go in no request with the id of the old one", () => {
  assertEquals(spanOf([makePayload(1), makePayload(7), makePayload(3)]), [null, undefined, 3]);
  assertEquals(spanOf([makePayload(1), makePayload(2)]), [null, undefined, 2]);
});

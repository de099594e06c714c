import { Buffer } from "node:buffer";
import { assertEquals } from "@std/assert";
import { hideTrailBytes } from "../../src/csv/multibyte.ts";

const ENCODINGS = ["shift_jis", "gbk", "gb18030", "big5", "euc-kr"];

for (const encoding of ENCODINGS) {
  Deno.test(`${encoding}: a byte is hidden where TextDecoder makes it a part of a character`, () => {
    const decoder = new TextDecoder(encoding);
    const strict = new TextDecoder(encoding, { fatal: true });
    const wrong: string[] = [];
    for (let lead = 0x80; lead <= 0xff; lead++) {
      for (let trail = 0; trail < 0x80; trail++) {
        const bytes = Buffer.from([lead, trail]);
        const isHidden = hideTrailBytes(bytes, encoding)[1] !== trail;
        let isCharacter = true;
        try {
          strict.decode(bytes);
        } catch {
          isCharacter = false;
        }
        const isText = decoder.decode(bytes).endsWith(String.fromCharCode(trail));
        // What is no character is refused with its row; but it must not eat what ends the row.
        const mustShow = isText && (isCharacter || [0x0a, 0x0d, 0x22, 0x2c].includes(trail));
        if (isCharacter && !isText ? !isHidden : mustShow && isHidden) {
          wrong.push(`${lead.toString(16)} ${trail.toString(16)}`);
        }
      }
    }
    assertEquals(wrong, []);
  });
}

Deno.test("gb18030: the four bytes of a character hide the digits in them", () => {
  const strict = new TextDecoder("gb18030", { fatal: true });
  for (
    const bytes of [[0x81, 0x30, 0x81, 0x30], [0x84, 0x31, 0xa4, 0x39], [0x90, 0x30, 0x81, 0x30]]
  ) {
    strict.decode(Uint8Array.from(bytes));
    const hidden = hideTrailBytes(Buffer.from(bytes), "gb18030");
    assertEquals([hidden[1] === bytes[1], hidden[3] === bytes[3]], [false, false]);
  }
});

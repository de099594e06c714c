import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import metadata from "libphonenumber-js/metadata.min.json";
import parsePhoneNumber from "libphonenumber-js/min";
import { phoneCheck } from "../../src/mapping/check_phone.ts";
import { INVALID } from "../../src/mapping/check.ts";
import { loadPhonePlans, phonePlan } from "../../src/mapping/phone_plan.ts";
import { columnSchema } from "../../src/mapping/schema_columns.ts";

await loadPhonePlans("phone");

/** The number that a column makes of a text, or the code of what is wrong with it. */
function read(text: string, parts: Record<string, unknown> = {}): string {
  const column = columnSchema.parse({ from: "A", type: "phone", ...parts });
  if (column.type !== "phone") throw new Error("not a phone column");
  const check = phoneCheck(column);
  const value = check.read(text);
  return value === INVALID ? check.explain(text).code : String(value);
}

const AMBIGUOUS = "ambiguous-phone";
const INVALID_PHONE = "invalid-phone";

const TABLE: readonly [callingCode: number, readonly (readonly [string, string])[]][] = [
  [44, [
    ["447911123456", "+447911123456"],
    ["44 7911 123456", "+447911123456"],
    ["4420 7946 0958", "+442079460958"],
    ["44 (0)20 7946 0958", "+442079460958"],
    ["07911 123456", "+447911123456"],
    ["7911123456", "+447911123456"],
    ["+44 07911 123456", "+447911123456"],
    ["+44 (0)20 7946 0958", "+442079460958"],
    ["0044 7911 123456", "+447911123456"],
    ["07911\u2011123\u2013456", "+447911123456"],
    ["\u202a+44 7911 123456\u202c", "+447911123456"],
    ["33612345678", INVALID_PHONE], // a French number that lacks its plus sign
    ["4479111234567", INVALID_PHONE],
    ["4.47912E+11", "shortened-number"],
    ["٠٧٩١١١٢٣٤٥٦", INVALID_PHONE],
  ]],
  [1, [
    ["14155552671", "+14155552671"],
    ["1 (415) 555-2671", "+14155552671"],
    ["(415) 555-2671", "+14155552671"],
    ["4155552671", "+14155552671"],
    ["011 44 7911 123456", "+447911123456"],
    ["1415555267", INVALID_PHONE],
    ["0415555267", INVALID_PHONE],
  ]],
  [49, [
    ["0170 12345678", "+4917012345678"],
    ["0049 170 12345678", "+4917012345678"],
    ["+49 (0)170 12345678", "+4917012345678"],
    ["030 123456", "+4930123456"],
    ["49 30 123456", "+4930123456"],
    ["4917012345678", AMBIGUOUS], // 0491 is Leer
    ["49 170 12345678", AMBIGUOUS],
  ]],
  [39, [
    ["06 698 12345", "+390669812345"],
    ["390669812345", "+390669812345"],
    ["+39 06 698 12345", "+390669812345"],
    ["+39 (0)6 698 12345", "+390669812345"],
    ["333 123 4567", "+393331234567"],
    ["393331234567", "+393331234567"],
    ["393 123 4567", "+393931234567"], // a mobile prefix that looks like the calling code
    ["393931234567", "+393931234567"],
  ]],
  [33, [["0612345678", "+33612345678"], ["33612345678", "+33612345678"]]],
  [31, [["0612345678", "+31612345678"], ["31612345678", "+31612345678"]]],
  [34, [["612345678", "+34612345678"], ["34612345678", "+34612345678"]]],
  [48, [["512345678", "+48512345678"], ["48512345678", "+48512345678"]]],
  [420, [["601123456", "+420601123456"], ["420601123456", "+420601123456"]]],
  [46, [["070-123 45 67", "+46701234567"], ["46701234567", "+46701234567"]]],
  [43, [["0664 1234567", "+436641234567"], ["436641234567", "+436641234567"]]],
  [7, [
    ["8 912 345-67-89", "+79123456789"],
    ["79123456789", "+79123456789"],
    ["9123456789", "+79123456789"],
  ]],
  [36, [["06 30 123 4567", "+36301234567"], ["36301234567", "+36301234567"]]],
  [55, [["(11) 91234-5678", "+5511912345678"], ["5511912345678", "+5511912345678"]]],
  [54, [["011 15-2345-6789", "+5491123456789"], ["5491123456789", "+5491123456789"]]],
  [91, [["09876543210", "+919876543210"], ["919876543210", "+919876543210"]]],
  [61, [["0412 345 678", "+61412345678"], ["61412345678", "+61412345678"]]],
];

for (const [callingCode, cases] of TABLE) {
  for (const [text, expected] of cases) {
    Deno.test(`with the calling code ${callingCode}, ${JSON.stringify(text)} is read as ${expected}`, () => {
      assertEquals(read(text, { callingCode }), expected);
    });
  }
}

Deno.test("an ambiguous number is suggested in both readings", () => {
  const column = columnSchema.parse({ from: "A", type: "phone", callingCode: 49 });
  if (column.type !== "phone") throw new Error("not a phone column");
  const { message, suggestion } = phoneCheck(column).explain("4917012345678");
  assertEquals(suggestion, "+4917012345678 or +494917012345678");
  assert(!/\d{5}/.test(message), message);
});

Deno.test("a trunk prefix of the mapping is the one that is cut", () => {
  assertEquals(read("9 7911 123456", { callingCode: 44, trunkPrefix: "9" }), "+447911123456");
  assertEquals(read("06 6982", { callingCode: 39, trunkPrefix: "" }), "+39066982");
});

Deno.test("without a calling code only numbers that have theirs are read", () => {
  assertEquals(read("+33 1 23 45 67 89"), "+33123456789");
  assertEquals(read("+299 123"), INVALID_PHONE);
  assertEquals(read("+999 1234567"), "+9991234567"); // a code that isn't known goes as it is
  assertEquals(read("447911123456"), INVALID_PHONE);
});

const DIGITS = fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 6, maxLength: 12 });

Deno.test("no calling code of the world is put in front of a number that has it", () => {
  for (const callingCode of Object.keys(metadata.country_calling_codes)) {
    const plan = phonePlan(callingCode);
    assert(plan !== null);
    fc.assert(
      fc.property(DIGITS, (national) => {
        if (!plan.isNational(national)) return;
        const value = read(callingCode + national, { callingCode: Number(callingCode) });
        if (value === AMBIGUOUS) return;
        // What is left is as the library reads it: not every national number may be dialled so.
        const peer = parsePhoneNumber(`+${callingCode}${national}`);
        assertEquals(value, peer?.number ?? INVALID_PHONE);
      }),
      { numRuns: 100 },
    );
  }
});

Deno.test("numbers are read as the library reads them, where both take them", () => {
  for (const callingCode of ["44", "1", "49", "39", "7", "55", "54", "36", "81", "86"]) {
    fc.assert(
      fc.property(DIGITS, (text) => {
        const value = read(text, { callingCode: Number(callingCode) });
        if (!value.startsWith("+") || text.startsWith("00")) return;
        const peer = parsePhoneNumber(text, { defaultCallingCode: callingCode });
        if (peer?.isValid() && value.startsWith(`+${callingCode}`)) {
          assertEquals(value, peer.number);
        }
      }),
      { numRuns: 200 },
    );
  }
});

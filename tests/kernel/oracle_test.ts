/** The reader and the mapping are the kernel's oracle: whatever is read, both ways come to the same. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { BANNER_HEADER, bannerRow, POLICY_HEADER, policyRow, Random } from "../bench/data.ts";
import { builtin } from "../support/destinations.ts";
import { FIXED_SEED, holds } from "../support/seeds.ts";
import { type ColumnKind, COLUMNS } from "./columns.ts";
import { assertSame } from "./support.ts";

const encoder = new TextEncoder();

const anyText = fc.oneof(
  fc.constantFrom(...COLUMNS.flatMap(({ texts }) => texts)),
  fc.string({ maxLength: 12 }),
);

/** A column's text as a file may have it, rightly or, at times, wrongly. */
function field({ good, texts }: ColumnKind) {
  const text = fc.oneof(
    { weight: 60, arbitrary: fc.constantFrom(...good) },
    { weight: 10, arbitrary: fc.constantFrom(...texts) },
    { weight: 1, arbitrary: anyText },
  );
  const how = fc.constantFrom(...Array(12).fill("bare"), ...Array(6).fill("quoted"), "odd");
  const quirk = fc.constantFrom('"', '"x', " ", "\r", "\n", ",", "\u00a0", "\0", "é");
  return fc.tuple(text, how, quirk).map(([text, how, quirk]) => {
    const quoted = `"${text.replaceAll('"', '""')}"`;
    if (how === "odd") return text.length % 2 === 0 ? quoted + quirk : text + quirk;
    return how === "quoted" || /[",\r\n]/.test(text) ? quoted : text;
  });
}

/** A file of four columns, and a mapping that takes most of its rows. */
const given = fc.record({
  kinds: fc.tuple(...Array.from({ length: 4 }, () => fc.constantFrom(...COLUMNS))),
  use: fc.array(fc.record({ required: fc.boolean(), trim: fc.boolean() }), {
    minLength: 4,
    maxLength: 4,
  }),
  newline: fc.constantFrom("\n", "\n", "\n", "\r\n", "\r\r\n"),
  lastLineEnds: fc.boolean(),
  delimiter: fc.constantFrom(",", ",", ";", "\t"),
  name: fc.constantFrom("a", "a", " k", "\u00c9", "\u0130x"),
  hasAge: fc.boolean(),
  isBanner: fc.boolean(),
}).chain((shape) => {
  const fields = fc.tuple(...shape.kinds.map(field));
  const oddRow = fc.constantFrom(
    ...[
      "a,b,c,d",
      "A,B,c,D ",
      "\u212a,b,c,d",
      "\u00e9,b,c,d",
      "\u00a0\u00c9,b,c,d",
      "i\u0307x,b,c,d",
    ],
    ...["\ufeffa,b,c,d", "\u00a0a,b,c,d", "\u0130x,B,c,d"],
    ...["", ",,,", '"",,"",', " ,\t,,", "a,b,c", "x,x,x,x,x"],
  );
  const row = fc.oneof(
    { weight: 40, arbitrary: fields.map((fields) => fields.join(",")) },
    { weight: 1, arbitrary: oddRow },
  );
  return fc.array(row, { maxLength: 60, size: "max" }).map((rows) => ({ ...shape, rows }));
}).map(({ name, kinds, use, rows, newline, lastLineEnds, delimiter, hasAge, isBanner }) => {
  const text = [`${name},b,c,d`, ...rows].join(newline) + (lastLineEnds ? newline : "");
  const [a, b, c, d] = kinds.map(({ column }, at) => ({ ...use[at], ...column }));
  const age = hasAge ? { minAge: 5, maxAge: 28 } : {};
  const role = hasAge ? { type: "integer", role: "age" } : d;
  const banners = {
    destination: "showads",
    columns: [
      { from: name, to: "VisitorCookie", ...a },
      { from: "b", to: "BannerId", ...b },
      { from: "c", ...c },
      { from: "d", ...role },
    ],
    ...age,
  };
  const policies = {
    destination: "mparticle",
    columns: [
      { from: name, to: "user_identities.customer_id", ...a },
      { from: "b", to: ["user_attributes.b", "event_attributes.b"], ...b },
      { from: "c", to: "event_attributes.c", ...c },
      { from: "d", to: "user_attributes.d", ...role },
      { from: "e", to: "user_attributes.e", optionalColumn: true },
    ],
    constants: [{ to: "event_attributes.k", value: "v" }],
    requireOneOf: [["b", "d"]],
    mparticle: { event: { name: "E", type: "other" } },
    ...age,
  };
  const bytes = encoder.encode(text.replaceAll(",", delimiter));
  return { bytes, mapping: isBanner ? banners : policies, reading: { delimiter } };
});

const blockBytes = fc.constantFrom(7, 64, 300, 2 ** 16);

Deno.test("any rows by any mapping are decided as without the kernel", async () => {
  let decided = 0;
  const property = fc.asyncProperty(
    given,
    blockBytes,
    fc.constantFrom(2 ** 20, 2 ** 20, 20),
    async ({ bytes, mapping, reading }, blockBytes, maxFieldBytes) => {
      const way = { blockBytes, reading: { ...reading, maxFieldBytes } };
      decided += await assertSame(bytes, mapping, way);
    },
  );
  await holds(property, 600);
  assert(decided > 2000, `the kernel decided ${decided} rows`);
});

/** Characters of which a structure is made, rightly or wrongly. */
const soup = fc.string({
  unit: fc.constantFrom(
    ...["a", "1", ",", '"', '""', "\n", "\r\n", "\r", "é", '"a"', "a,a\n", " ", "\0"],
    ...[
      "a,b\n",
      '"a","b"\n',
      "h,i\n",
      '"h","i"\n',
      "h,x\n",
      "aaaaaaaaaaaaaaa,bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n",
    ],
  ),
  maxLength: 100,
  size: "max",
});

Deno.test("soups of quotes, delimiters and line ends are cut as without the kernel", async () => {
  const mapping = {
    destination: "mparticle",
    columns: [
      { from: "h", to: "user_identities.customer_id" },
      { from: "i", to: "user_attributes.i" },
    ],
    mparticle: { event: { name: "E", type: "other" } },
  };
  const property = fc.asyncProperty(soup, blockBytes, async (text, blockBytes) => {
    await assertSame(encoder.encode(`h,i\n${text}`), mapping, { blockBytes });
  });
  await holds(property, 600);
});

Deno.test("rows of the benches are decided as without the kernel, nearly all by it", async () => {
  const random = new Random(FIXED_SEED);
  const numbers = Array.from({ length: 3000 }, (_, number) => number);
  const banners = [BANNER_HEADER, ...numbers.map(() => bannerRow(random).join(","))].join("\n");
  const quoted = banners.replaceAll(/[^,\n]+/g, '"$&"');
  const policies = [POLICY_HEADER, ...numbers.map((n) => policyRow(random, n))].join("\n");
  const limits = { rowsPerRequest: [100], bytesPerRequest: 2 ** 20, bytesPerRow: 2 ** 17 };
  for (
    const [text, to, least] of [
      [banners, "showads", 2900],
      [quoted, "showads", 2900],
      [policies, "mparticle", 2600],
    ] as const
  ) {
    const decided = await assertSame(encoder.encode(text), builtin(to), { limits });
    assert(decided >= least, `the kernel decided ${decided} rows for ${to}`);
  }
});

Deno.test("rows that an earlier part settled are left out, and a run may be cut anywhere", async () => {
  const random = new Random(FIXED_SEED);
  const rows = Array.from({ length: 400 }, () => bannerRow(random).join(","));
  const bytes = encoder.encode([BANNER_HEADER, ...rows].join("\n"));
  const settled = (row: number) => row % 11 < 3;
  for (const stopAfter of [1, 128, 129, 250, 1000]) {
    await assertSame(bytes, builtin("showads"), { stopAfter, settled });
    await assertSame(bytes, builtin("showads"), { stopAfter, filters: { minAge: 40 } });
  }
});

Deno.test("on a machine without SIMD every row goes the usual way", async () => {
  const { validate } = WebAssembly;
  WebAssembly.validate = () => false;
  try {
    const bytes = encoder.encode(`${BANNER_HEADER}\nAnn,20,a-cookie,1\n`);
    assertEquals(await assertSame(bytes, builtin("showads")), 0);
  } finally {
    WebAssembly.validate = validate;
  }
});

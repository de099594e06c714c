/**
 * What a mapping's digest covers. The hexadecimal numbers are frozen: a change of this program that
 * changes one makes the unfinished runs of everybody who uses such a mapping unresumable.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import * as z from "zod";
import { mappingHeader } from "../../src/mapping/compile.ts";
import { MappingDigests } from "../../src/mapping/digest.ts";
import { compileMapping, mappingSchema } from "../support/destinations.ts";

const COLUMN = { from: "A", to: "a" };
const HTTP = { url: "https://api.example.com" };

function compiled(text: Record<string, unknown>) {
  const file = mappingSchema.parse(text);
  return compileMapping(file, mappingHeader(file), "a.csv", { now: 0 });
}

/** Mappings that leave out what has a default, with their digest and the one of before 0.1.0. */
const FROZEN: readonly (readonly [
  what: string,
  text: Record<string, unknown>,
  digest: string,
  former: string,
])[] = [
  [
    "columns of each type",
    {
      destination: "http",
      columns: [
        COLUMN,
        { from: "B", to: "b", type: "email" },
        { from: "C", to: "c", type: "uuid" },
        { from: "D", to: "d", type: "integer" },
        { from: "E", to: "e", type: "number" },
        { from: "F", to: "f", type: "boolean" },
        { from: "G", to: "g", type: "date" },
        { from: "H", to: "h", type: "datetime" },
        { from: "I", to: "i", type: "phone" },
        { from: "J", to: "j", type: "enum", values: ["x"] },
        { from: "K", to: "k", type: "json" },
      ],
      http: { ...HTTP, auth: { type: "apiKey", value: "${KEY}" } },
    },
    "1:1bb3d415f96450d83089431ef1f9c02713303b8fd2acbbc305cf93b2526a267b",
    "ecc84fd217311e126c6ab7f80dacf520a65a28fa74aa55ae1e7f2d77a18951e4",
  ],
  [
    "sections that are written in part",
    {
      destination: "http",
      columns: [{ ...COLUMN, clean: ["lower", { nullWords: ["-"] }] }],
      where: ["A = 'x'"],
      http: {
        ...HTTP,
        auth: {
          type: "oauth2",
          tokenUrl: "https://api.example.com/token",
          clientId: "me",
          clientSecret: "${SECRET}",
        },
        limits: { rows: 7 },
        statuses: { refused: [409] },
        envelope: { format: "ndjson" },
        results: { at: "errors", match: { by: "index", path: "i" } },
      },
    },
    "1:6a7e026b50fcc10906988c0a4d0d78c3669102c87d97def1ce5b5f08b991e182",
    "2b9da7d83d9446dcf8b3a53fc55ec4bac3176ace1601bfc4a1f1d8b313ccaa77",
  ],
  [
    "a section that is left out",
    { destination: "mparticle", columns: [{ from: "A", to: "user_identities.customer_id" }] },
    "1:612aa1fea929d16ba4fed2ebb90232944c2c7d1e294c6b3afba28d3209bb4cbb",
    "4e09c2266fd94ef6e0537c36cec56c944fa49b59616ad75808c67284e337dc31",
  ],
  [
    "a default within a member that has none",
    {
      destination: "mparticle",
      columns: [
        { from: "A", to: "user_identities.customer_id" },
        { from: "B", to: "event_attributes.b" },
      ],
      mparticle: { event: { name: "X" } },
    },
    "1:dff876a3b25bc7fd6660dd33a6af6afc8e6b38bdf8ffbfdebc6613024abd8956",
    "0827ec0be525e5edce81c8d33c3da88629899ec29f7903712cb329f9c39ce453",
  ],
];

for (const [what, text, digest, former] of FROZEN) {
  Deno.test(`the digest of ${what} is what it was, and so is the one of before 0.1.0`, () => {
    const mapping = compiled(text);
    assertEquals(mapping.digest(), digest);
    assert(mapping.hasDigest(digest));
    assert(mapping.hasDigest(former));
    assert(!mapping.hasDigest(former.replace(/^./, "x")));
  });
}

Deno.test("a default that is written out makes no other mapping", () => {
  const short = compiled({ destination: "http", columns: [COLUMN], http: HTTP });
  const long = compiled({
    destination: "http",
    columns: [{ ...COLUMN, type: "string", trim: true, required: false, clean: [] }],
    where: [],
    http: { ...HTTP, method: "POST", limits: { rows: 100 }, auth: { type: "none" } },
  });
  assertEquals(long.digest(), short.digest());
  const other = compiled({
    destination: "http",
    columns: [{ ...COLUMN, trim: false }],
    http: HTTP,
  });
  assert(other.digest() !== short.digest());
  assert(!other.hasDigest(short.digest()));
});

Deno.test("members with defaults that a release adds or changes make no run unresumable", () => {
  const filters = { minAge: undefined, maxAge: 60, where: [] };
  const column = { from: z.string(), trim: z.boolean().default(true) };
  const before = z.object({ columns: z.array(z.object(column)) });
  const after = z.object({
    columns: z.array(z.object({
      ...column,
      trim: z.boolean().default(false),
      added: z.object({ deep: z.number().default(1) }).prefault({}),
    })),
    more: z.enum(["yes", "no"]).default("no"),
  });
  const written = { columns: [{ from: "A" }] };
  const digested = (schema: z.ZodType<object>, file: object) => ({
    file: schema.parse(file),
    schema,
    filters,
  });
  const was = new MappingDigests(() => digested(before, written)).own;
  assert(new MappingDigests(() => digested(after, written)).has(was));
  assert(!new MappingDigests(() => digested(after, { ...written, more: "yes" })).has(was));
  assert(
    !new MappingDigests(() => digested(after, { columns: [{ from: "A", added: { deep: 2 } }] }))
      .has(was),
  );
});

Deno.test("a digest says what the words of a mapping meant when it was made", () => {
  const mapping = compiled({ destination: "http", columns: [COLUMN], http: HTTP });
  assertMatch(mapping.digest(), /^1:[0-9a-f]{64}$/);
  assert(!mapping.hasDigest(mapping.digest().replace("1:", "2:")));
});

/**
 * The files that the benches read, made once by seeded generators: the same bytes on every machine.
 *
 * | file | rows | what it is like |
 * | --- | --- | --- |
 * | A | 2 M | four short columns without quotes; 1 % of the rows break the ShowAds mapping's rules |
 * | B | 500 k | policy rows; a tenth hold quotes, line breaks or letters beyond ASCII |
 * | C | 1 M | A's columns and two more, every field quoted |
 *
 * Each is about 110 MB. A second set (`various_data.ts`) has files of the same names and columns that were
 * made otherwise: what holds of one set alone is a matter of its data.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { VARIOUS } from "./various_data.ts";

/** A generated file's name. */
export type DataName = "a" | "b" | "c";

/** Which way the files were made. */
export type DataSet = "even" | "various";

/** All ways. */
export const DATA_SETS: readonly DataSet[] = ["even", "various"];

/** What is written to make a file. */
export interface Generator {
  readonly header: string;
  readonly rows: number;
  readonly row: (random: Random, n: number) => string;
}

/** Where the files lie, with a slash at its end. */
export const DATA_FOLDER: string = fileURLToPath(new URL(".data/", import.meta.url));

const SEED = 20_261_121;

/** Returns the path of a data file, making the file first where it is not there yet. */
export async function dataFile(name: DataName, set: DataSet = "even"): Promise<string> {
  const { header, rows, row } = generatorOf(name, set);
  const file = set === "even" ? `${name}.csv` : `${name}-${set}.csv`;
  return await madeOnce(file, (path) => writeRows(path, header, rows, row));
}

/** A file of that many rows: those of A, over and over. */
export async function bannerFile(rows: number): Promise<string> {
  const a = await dataFile("a");
  return await madeOnce(`a-${rows}.csv`, async (path) => {
    await Deno.writeTextFile(path, `${BANNER_HEADER}\n`);
    for (let left = rows; left > 0; left -= GENERATORS.a.rows) await appendRows(path, a, left);
  });
}

/** The first rows of a data file, as many as asked for. */
export async function headFile(
  name: DataName,
  rows: number,
  set: DataSet = "even",
): Promise<string> {
  const { header, row } = generatorOf(name, set);
  return await madeOnce(
    `${name}-${set}-${rows}.csv`,
    (path) => writeRows(path, header, rows, row),
  );
}

/** A file of banners with so many columns more that nobody asks for. */
export async function wideFile(columns: number, rows: number): Promise<string> {
  const more = (text: (at: number) => string) =>
    Array.from({ length: columns }, (_, at) => text(at)).join(",");
  return await madeOnce(
    `wide-${columns}-${rows}.csv`,
    (path) =>
      writeRows(
        path,
        `${BANNER_HEADER},${more((at) => `c${at}`)}`,
        rows,
        (random) => `${bannerRow(random).join(",")},${more(() => random.digits(2))}`,
      ),
  );
}

function generatorOf(name: DataName, set: DataSet): Generator {
  return (set === "even" ? GENERATORS : VARIOUS)[name];
}

/** Returns the path of a file in the folder, which `make` writes where it is not there yet. */
export async function madeOnce(
  name: string,
  make: (path: string) => Promise<unknown>,
): Promise<string> {
  const path = `${DATA_FOLDER}${name}`;
  try {
    await Deno.stat(path);
    return path;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  await Deno.mkdir(DATA_FOLDER, { recursive: true });
  const draft = `${path}.${Deno.pid}.draft`;
  await make(draft);
  await Deno.rename(draft, path);
  return path;
}

/** Appends up to `most` rows of a file without line ends in its fields, without its header. */
async function appendRows(path: string, from: string, most: number): Promise<void> {
  const bytes = await Deno.readFile(from);
  const start = bytes.indexOf(LINE_FEED) + 1;
  let end = start;
  for (let rows = 0; rows < most && end < bytes.length; rows++) {
    end = bytes.indexOf(LINE_FEED, end) + 1;
  }
  await Deno.writeFile(path, bytes.subarray(start, end), { append: true });
}

const LINE_FEED = 0x0a;

/** Writes a CSV file whose row `n` (from 1) is `row(random, n)`, without holding it in memory. */
export async function writeRows(
  path: string,
  header: string,
  rows: number,
  row: (random: Random, n: number) => string,
): Promise<void> {
  const random = new Random(SEED);
  const encoder = new TextEncoder();
  const file = await Deno.create(path);
  const writer = file.writable.getWriter();
  let text = `${header}\n`;
  for (let n = 1; n <= rows; n++) {
    text += `${row(random, n)}\n`;
    if (text.length > 1 << 18 || n === rows) {
      await writer.write(encoder.encode(text));
      text = "";
    }
  }
  await writer.close();
}

/** A small seeded generator of random numbers (mulberry32), so that data never depends on the day. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number in `[0, below)`. */
  below(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor(((t ^ (t >>> 14)) >>> 0) / 2 ** 32 * below);
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0];
  }

  hex(digits: number): string {
    return this.below(16 ** digits).toString(16).padStart(digits, "0");
  }

  digits(count: number): string {
    return this.below(10 ** count).toString().padStart(count, "0");
  }
}

/** Row `n` of A: its fields `Name,Age,Cookie,Banner_id`, without quotes. */
export function bannerRow(random: Random): string[] {
  const name = `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`;
  const cookie = `${random.hex(8)}-${random.hex(4)}-${random.hex(4)}-${random.hex(4)}-` +
    `${random.hex(6)}${random.hex(6)}`;
  const fields = [name, `${18 + random.below(70)}`, cookie, `${random.below(100)}`];
  if (random.below(100) === 0) {
    const column = random.below(4);
    fields[column] = ["R2 D2", "4x", "", "100"][column] ?? "";
  }
  return fields;
}

function visit(random: Random, n: number): string[] {
  const day = `2026-${1 + random.below(9)}-${10 + random.below(19)}`;
  return [
    `${random.pick(LAST_NAMES).toLowerCase()}.${n}@example.com`,
    `${day}T${10 + random.below(14)}:${10 + random.below(50)}:${10 + random.below(50)}`,
  ];
}

/** A row of B, as CSV text: {@linkcode POLICY_HEADER}'s columns. */
export function policyRow(random: Random, n: number): string {
  const odd = random.below(10) === 0;
  const first = odd && random.below(2) === 0
    ? random.pick(["Zoë", "Björn", "Chloé", "Łucja"])
    : random.pick(FIRST_NAMES);
  const last = random.pick(LAST_NAMES);
  const product = odd ? '"Car, ""Plus"" cover\nwith breakdown"' : random.pick(PRODUCTS);
  const year = 2024 + random.below(3);
  const month = `${1 + random.below(12)}`.padStart(2, "0");
  const day = `${1 + random.below(28)}`.padStart(2, "0");
  return [
    `C${random.digits(7)}`,
    `${last.toLowerCase()}.${n}@example.com`,
    random.hex(6),
    first,
    last,
    `07${random.digits(9)}.0`,
    `${random.pick(["D02", "T12", "BT7", "SW1"])} ${random.digits(3)}`,
    random.digits(8),
    odd ? '"Breakdown, Windscreen"' : "Breakdown",
    `19${40 + random.below(60)}-${month}-${day}`,
    random.pick(["Active", "Lapsed", "Cancelled"]),
    random.pick(["Yes", "No"]),
    random.pick(["Policy Holder", "Named Driver"]),
    product,
    random.pick(["Acme", "Bravo"]),
    random.pick(["true", "false"]),
    random.pick(["true", "false"]),
    `${random.below(3) + 20}${random.pick(["D", "C", "G"])}${random.digits(5)}`,
    `${year}-${month}-${day}`,
    `${year + 1}-${month}-${day}`,
    `${year}-${month}-${day}`,
    `POL${random.digits(8)}`,
    random.pick(["Direct Debit", "Card", ""]),
  ].join(",");
}

/** The columns of mParticle's built-in mapping. */
export const POLICY_HEADER = [
  "customer_id",
  "Email Address",
  "Other 2",
  "$firstname",
  "$lastname",
  "$mobile",
  "$zip",
  "Guidewire Account IDs",
  "Types of Ancillaries Held",
  "dob",
  "Policy Status",
  "Auto Renewal",
  "Individual Role",
  "Product",
  "Brand",
  "Is Multicar Policy",
  "Online Policy",
  "Vehicle Registration",
  "Latest Renewal Date",
  "Latest End Date",
  "Latest Start Date",
  "Policy Number",
  "Payment Method",
].join(",");

/** The columns of ShowAds' built-in mapping. */
export const BANNER_HEADER = "Name,Age,Cookie,Banner_id";

const GENERATORS: Record<DataName, Generator> = {
  a: { header: BANNER_HEADER, rows: 2_000_000, row: (random) => bannerRow(random).join(",") },
  b: { header: POLICY_HEADER, rows: 500_000, row: policyRow },
  c: {
    header: `"${BANNER_HEADER.replaceAll(",", '","')}","Email","Last Visit"`,
    rows: 1_000_000,
    row: (random, n) => `"${[...bannerRow(random), ...visit(random, n)].join('","')}"`,
  },
};

const FIRST_NAMES = ["Anna", "Ben", "Cara", "David", "Emma", "Finn", "Grace", "Hugo"] as const;
const LAST_NAMES = ["Byrne", "Doyle", "Kelly", "Murphy", "Nolan", "Ryan", "Walsh"] as const;
const PRODUCTS = ["Car", "Home", "Van", "Travel", "Life"] as const;

/**
 * The second set of data: the columns of the first, as a busy export has them. Lines end in CRLF, lengths
 * differ, values are empty or have blanks around them, one name in twelve has letters beyond ASCII, one
 * row in twenty breaks the rules, some are left out by age; quoted texts hold quotes, commas and lines.
 *
 * @module
 */

import type { DataName, Generator, Random } from "./data.ts";

const GIVEN = ["Al", "Maria", "Jean-Luc", "Christopher", "Siobhan", "Bo", "Anneliese"] as const;
const FOREIGN = ["Zoë", "Łukasz", "José", "Ελένη", "Олег", "Søren"] as const;
const FAMILY = [
  "Li",
  "O Neill",
  "van der Berg",
  "Fitzgerald Kennedy",
  "Ng",
  "Papadopoulos",
] as const;
const STREETS = ["High Street", "Rue de l'Église", "Am Markt", "Main St", "Calle Mayor"] as const;

const CR = "\r";

function name(random: Random): string {
  const given = random.below(12) === 0 ? random.pick(FOREIGN) : random.pick(GIVEN);
  return `${given.replace("-", " ")} ${random.pick(FAMILY)}`;
}

/** Of the lengths that analytics have: 8 to 38 characters. */
function cookie(random: Random): string {
  switch (random.below(3)) {
    case 0:
      return `GA1.2.${random.digits(9)}.${random.digits(8)}`;
    case 1:
      return `${random.hex(8)}-${random.hex(4)}-${random.hex(6)}-${random.hex(12)}`.toUpperCase();
    default:
      return random.hex(8 + random.below(4));
  }
}

function banner(random: Random): string[] {
  const fields = [name(random), `${8 + random.below(90)}`, cookie(random), `${random.below(100)}`];
  const column = random.below(4);
  if (random.below(20) === 0) fields[column] = ["R2 D2", "n/a", " ", "101"][column] ?? "";
  else if (random.below(10) === 0) fields[column] = ` ${fields[column]} `;
  return fields;
}

function quoted(texts: readonly string[]): string {
  return texts.map((text) => `"${text.replaceAll('"', '""')}"`).join(",");
}

function policy(random: Random, n: number): string {
  const maybe = (text: string) => random.below(4) === 0 ? "" : text;
  const day = () => `20${10 + random.below(20)}-0${1 + random.below(9)}-${10 + random.below(19)}`;
  const address = `${1 + random.below(300)} ${random.pick(STREETS)}\nFlat ${
    random.below(90)
  }, "Rear"`;
  return [
    `CUST-${random.digits(4 + random.below(8))}`,
    `${random.pick(["info", "sales.team", "a"])}${n}@${
      random.pick(["mail.example", "example.co.uk"])
    }`,
    maybe(random.hex(6)),
    random.below(12) === 0 ? random.pick(FOREIGN) : random.pick(GIVEN),
    random.pick(FAMILY),
    maybe(`07${random.digits(9)}`),
    maybe(`${random.pick(["EC1A", "M1", "B33"])} ${random.below(9)}AA`),
    maybe(random.digits(8)),
    random.below(3) === 0 ? quoted([address]) : "",
    maybe(`19${40 + random.below(59)}-1${random.below(3)}-2${random.below(9)}`),
    random.pick(["Active", "Lapsed", "Cancelled", ""]),
    random.pick(["Yes", "No", ""]),
    maybe("Policy Holder"),
    quoted([random.pick(["Car", "Home, contents", 'Van "Pro"', "Travel"])]),
    random.pick(["Acme", "Bravo and Sons"]),
    random.pick(["true", "false", ""]),
    random.pick(["true", "false"]),
    maybe(random.digits(7)),
    ...[maybe(day()), maybe(day()), maybe(day())],
    `POL/${random.digits(5)}/${random.below(99)}`,
    maybe("Direct Debit"),
  ].join(",");
}

const header = (names: string) => names + CR;

/** The files of the second set. */
export const VARIOUS: Record<DataName, Generator> = {
  a: {
    header: header("Name,Age,Cookie,Banner_id"),
    rows: 2_500_000,
    row: (random) => banner(random).join(",") + CR,
  },
  b: {
    header: header(
      "customer_id,Email Address,Other 2,$firstname,$lastname,$mobile,$zip,Guidewire Account IDs," +
        "Types of Ancillaries Held,dob,Policy Status,Auto Renewal,Individual Role,Product,Brand," +
        "Is Multicar Policy,Online Policy,Vehicle Registration,Latest Renewal Date,Latest End Date," +
        "Latest Start Date,Policy Number,Payment Method",
    ),
    rows: 500_000,
    row: (random, n) => policy(random, n) + CR,
  },
  c: {
    header: header('"Name","Age","Cookie","Banner_id","Note","Last Visit"'),
    rows: 1_000_000,
    row: (random) =>
      quoted([
        ...banner(random),
        random.below(5) === 0 ? `said "later", on ${random.pick(STREETS)}` : "",
        `2026-0${1 + random.below(9)}-1${random.below(9)}`,
      ]) + CR,
  },
};

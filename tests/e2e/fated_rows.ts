/**
 * Rows whose outcome is known from their number, as CSV and as they come to an API.
 *
 * @module
 */

import { mappingHeader } from "../../src/mapping/compile.ts";
import type { SandboxAnswer } from "../../src/sandbox/mod.ts";
import { builtin } from "../support/sinks.ts";

/** What becomes of a row. */
export type Fate = "accepted" | "filtered" | "invalid" | "refused";

/** How a destination's rows look. */
export interface Kind {
  readonly env: Readonly<Record<string, string>>;
  /** The mapping file; without it, the built-in one. */
  readonly mapping?: string;
  /** Fates by row number, over and over. */
  readonly fates: readonly Fate[];
  readonly header: string;
  /** The text of a row with its line end. */
  row(number: number, fate: Fate): string;
  /** The ids of the rows in a request; none when it carries no rows. */
  ids(path: string, body: string): string[];
  /** The API's refusal of a request that holds a row it refuses. */
  answer(path: string, body: string): SandboxAnswer | null;
}

/** The word by which the API knows a row that it refuses. */
const POISON = "poison";

const policyHeader = mappingHeader(builtin("mparticle"));

/** What a row is known by at the API. */
export function idOf(row: number): string {
  return `id-${row}`;
}

function idsIn(body: string): string[] {
  return [...body.matchAll(/"(id-\d+)(?:-poison)?"/g)].map(([, id]) => id ?? "");
}

function refuse(body: string): SandboxAnswer | null {
  if (!body.includes(POISON)) return null;
  return { status: 400, json: { errors: [{ code: "bad", message: "A row is not wanted" }] } };
}

/** ShowAds drops no repeats, and filters by age. */
const showads: Kind = {
  env: { API_URL: "https://showads.test", PROJECT_KEY: "the-project-key" },
  fates: ["accepted", "accepted", "invalid", "accepted", "filtered", "accepted", "refused"],
  header: "Name,Age,Cookie,Banner_id\n",
  row(number, fate) {
    const name = fate === "invalid" ? "4nn" : "Ann";
    const age = fate === "filtered" ? 17 : 30;
    return `${name},${age},${idOf(number)}${fate === "refused" ? `-${POISON}` : ""},7\n`;
  },
  ids: (path, body) => path === "/auth" ? [] : idsIn(body),
  answer: (path, body) => path === "/auth" ? null : refuse(body),
};

/** mParticle drops repeats. */
const mparticle: Kind = {
  env: {
    MPARTICLE_API_KEY: "the-key",
    MPARTICLE_API_SECRET: "the-secret",
    MPARTICLE_ENVIRONMENT: "development",
    MPARTICLE_HOST: "https://mparticle.test/v2",
  },
  fates: ["accepted", "invalid", "accepted", "accepted", "refused", "accepted"],
  header: `${policyHeader.join(",")}\n`,
  row(number, fate) {
    const fields: Record<string, string> = {
      customer_id: `${idOf(number)}${fate === "refused" ? `-${POISON}` : ""}`,
      $firstname: "Ann",
      "Email Address": fate === "invalid" ? "no address" : "ann@example.com",
    };
    return `${policyHeader.map((name) => fields[name] ?? "").join(",")}\n`;
  },
  ids: (_, body) => idsIn(body),
  answer: (_, body) => refuse(body),
};

/** An API that drops whole requests that come again under the same key. */
const http: Kind = {
  env: {},
  mapping: JSON.stringify({
    destination: "http",
    columns: [{ from: "id", to: "id" }, { from: "email", to: "email", type: "email" }],
    where: ["id != 'nobody'"],
    http: { url: "https://api.test/rows", idempotencyHeader: "Idempotency-Key" },
  }),
  fates: ["accepted", "invalid", "accepted", "refused", "accepted", "filtered", "accepted"],
  header: "id,email\n",
  row(number, fate) {
    const id = fate === "filtered" ? "nobody" : idOf(number);
    const email = fate === "invalid" ? "no address" : "ann@example.com";
    return `${id}${fate === "refused" ? `-${POISON}` : ""},${email}\n`;
  },
  ids: (_, body) => idsIn(body),
  answer: (_, body) => refuse(body),
};

export const kinds = { mparticle, showads, http };

/** What becomes of row `number`. */
export function fateOf({ fates }: Kind, number: number): Fate {
  return fates[number % fates.length] ?? "accepted";
}

/** A file of rows 1 to `rows`. */
export function csvOf(kind: Kind, rows: number): string {
  const lines = Array.from(
    { length: rows },
    (_, index) => kind.row(index + 1, fateOf(kind, index + 1)),
  );
  return kind.header + lines.join("");
}

/**
 * APIs that remember what they took: one that drops repeats of rows, one that drops repeats of
 * requests, one that drops nothing, and one that makes jobs of requests.
 *
 * @module
 */

import type { DropsRepeats } from "../../src/model/destination.ts";
import { idOf, type Kind, kinds } from "../e2e/fated_rows.ts";

/** A destination, the rows for it, and how the program is told to send them. */
export interface Shore extends Pick<Kind, "env" | "fates" | "header" | "row" | "ids"> {
  readonly destination: string;
  readonly dropsRepeats: DropsRepeats;
  /** True for an API that makes a job of each request, and says at its end what became of it. */
  readonly makesJobs?: boolean;
  /** Arguments that name destination and mapping. */
  readonly target: readonly string[];
  readonly mapping: string | null;
  /** What an acceptance looks like. */
  readonly accepted: { readonly status: number; readonly body: string };
}

const POISON = "poison";

/** Rows with an id and an age, for mappings of the destination `http`. */
const rowsWithAges: Pick<Shore, "env" | "fates" | "header" | "row"> = {
  env: {},
  fates: ["accepted", "filtered", "accepted", "invalid", "accepted", "accepted", "refused"],
  header: "id,age\n",
  row(number, fate) {
    const age = fate === "invalid" ? "old" : fate === "filtered" ? "17" : "30";
    return `${idOf(number)}${fate === "refused" ? `-${POISON}` : ""},${age}\n`;
  },
};

const COLUMNS = "columns:\n  - { from: id, to: id, required: true }\n" +
  '  - { from: age, to: age, type: integer }\nwhere: ["age >= 18"]\n';

/** A destination for each way to drop repeats. */
export const shores: readonly Shore[] = [
  {
    ...kinds.mparticle,
    destination: "mparticle",
    dropsRepeats: "rows",
    target: ["--to", "mparticle"],
    mapping: null,
    accepted: { status: 202, body: "" },
  },
  {
    ...rowsWithAges,
    destination: "http",
    dropsRepeats: "requests",
    target: ["--mapping", "rows.yaml"],
    mapping: "destination: http\n" +
      "http: { url: https://api.test/rows, idempotencyHeader: Idempotency-Key }\n" +
      COLUMNS,
    accepted: { status: 200, body: "{}" },
    ids: kinds.mparticle.ids,
  },
  {
    ...kinds.showads,
    destination: "showads",
    dropsRepeats: "nothing",
    target: ["--to", "showads"],
    mapping: null,
    accepted: { status: 200, body: "{}" },
  },
  {
    ...rowsWithAges,
    destination: "http",
    dropsRepeats: "nothing",
    makesJobs: true,
    target: ["--mapping", "rows.yaml"],
    mapping: "destination: http\nhttp:\n  url: https://api.test/rows\n" +
      "  job:\n    id: job\n    url: https://api.test/jobs/{job}\n    state: state\n" +
      "    states: { accepted: [done], split: [invalid] }\n" +
      COLUMNS,
    accepted: { status: 202, body: "" },
    ids: (path, body) =>
      path.startsWith("/jobs/") ? path.split(".").slice(1) : kinds.mparticle.ids(path, body),
  },
];

/** What an API holds. */
export class Api {
  /** How often each row was taken and not dropped as a repeat. */
  readonly kept = new Map<string, number>();
  /** Rows of requests that were answered with a refusal. */
  readonly refused = new Set<string>();
  /** Rows that were refused alone, and that no later request brings in. */
  readonly #unwanted = new Set<string>();
  readonly #ids = new Set<string>();
  readonly #answers = new Map<string, Response>();
  readonly #jobs = new Map<string, { readonly state: string; asked: number }>();

  constructor(readonly shore: Shore) {}

  /** Takes a request, or refuses it, and words the answer. */
  take(url: string, headers: Readonly<Record<string, string>>, body: string): Response {
    const { dropsRepeats, ids } = this.shore;
    const { pathname } = new URL(url);
    if (pathname.endsWith("/auth")) {
      return Response.json({ AccessToken: "a-token" });
    }
    if (pathname.startsWith("/jobs/")) return this.#tell(pathname);
    const key = headers["Idempotency-Key"];
    const before = key === undefined ? undefined : this.#answers.get(key);
    if (before) return before.clone();
    const rows = ids(pathname, body);
    const isUnwanted = body.includes(POISON) || rows.some((row) => this.#unwanted.has(row));
    const answer = isUnwanted ? this.#refuse(rows) : this.#accept();
    if (answer.status < 300) {
      const given = dropsRepeats === "rows" ? requestIdsIn(body) : [];
      rows.forEach((row, index) => this.#keep(row, given[index]));
    }
    if (key !== undefined) this.#answers.set(key, answer.clone());
    return this.shore.makesJobs ? this.#makeJob(rows, isUnwanted) : answer;
  }

  #makeJob(rows: readonly string[], isUnwanted: boolean): Response {
    const job = `${this.#jobs.size}.${rows.join(".")}`;
    this.#jobs.set(`/jobs/${job}`, { state: isUnwanted ? "invalid" : "done", asked: 0 });
    return Response.json({ job }, { status: 202 });
  }

  /** How a job is: it runs for a while. */
  #tell(path: string): Response {
    const job = this.#jobs.get(path);
    if (job === undefined) return new Response(null, { status: 404 });
    return Response.json({ state: job.asked++ < 1 ? "running" : job.state });
  }

  /** Refuses a request for no reason, unless it took it before; it won't take it later either. */
  refuseOnce(url: string, headers: Readonly<Record<string, string>>, body: string): Response {
    const rows = this.shore.ids(new URL(url).pathname, body);
    const key = headers["Idempotency-Key"];
    const isQuestion = new URL(url).pathname.startsWith("/jobs/");
    if (isQuestion) return new Response(null, { status: 400 });
    const isKnown = key !== undefined && this.#answers.has(key);
    if (isKnown || rows.some((row) => this.kept.has(row))) return this.take(url, headers, body);
    const answer = this.#refuse(rows);
    if (key !== undefined) this.#answers.set(key, answer.clone());
    return answer;
  }

  #refuse(rows: readonly string[]): Response {
    for (const row of rows) this.refused.add(row);
    if (rows.length === 1 && rows[0] !== undefined) this.#unwanted.add(rows[0]);
    return Response.json({ errors: [{ code: "bad", message: "Not wanted" }] }, { status: 400 });
  }

  #accept(): Response {
    const { status, body } = this.shore.accepted;
    return new Response(body, { status, headers: { "content-type": "application/json" } });
  }

  #keep(row: string, id: string | undefined): void {
    if (id !== undefined && this.#ids.has(id)) return;
    if (id !== undefined) this.#ids.add(id);
    this.kept.set(row, (this.kept.get(row) ?? 0) + 1);
  }
}

/** mParticle's ids of a request's rows, in their order. */
function requestIdsIn(body: string): string[] {
  const batches = JSON.parse(body) as { source_request_id: string }[];
  return [batches].flat().map(({ source_request_id }) => source_request_id);
}

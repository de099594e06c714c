/**
 * An mParticle that knows its environments: rows for it, and a stand-in that remembers which of them
 * it took for which environment.
 *
 * @module
 */

import { mappingHeader } from "../../src/mapping/compile.ts";
import { builtin } from "./sinks.ts";
import { standIn, type TestApi } from "./stand_in.ts";

const header = mappingHeader(builtin("mparticle"));

/** A CSV of the rows with these numbers, whose customers are `c1` and so on. */
export function policies(numbers: readonly number[]): string {
  return `${header.join(",")}\n${numbers.map(policy).join("")}`;
}

/** The line of one row. */
export function policy(number: number): string {
  return `${header.map((name) => name === "customer_id" ? `c${number}` : "").join(",")}\n`;
}

/** The numbers from 1 on. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** A row that an audience was sent: `production c7`. */
export type Taken = string;

/** A stand-in that remembers what it took, in order. */
export interface Audiences extends AsyncDisposable {
  readonly api: TestApi;
  readonly taken: Taken[];
  /** It takes so many more requests, then it is down. */
  takes(requests: number): void;
  /** The environment that leads to an audience. */
  env(environment: string): Record<string, string>;
}

/** Starts one. */
export async function startAudiences(): Promise<Audiences> {
  const taken: Taken[] = [];
  const ids = new Set<string>();
  let left = Infinity;
  const api = await standIn("mparticle", {
    onRequest({ body }) {
      if (--left < 0) return new Response(null, { status: 503 });
      for (const { environment, source_request_id, user_identities } of JSON.parse(body)) {
        if (ids.has(source_request_id)) continue; // As the API drops repeats.
        ids.add(source_request_id);
        taken.push(`${environment} ${user_identities.customer_id}`);
      }
      return undefined;
    },
  });
  return {
    api,
    taken,
    takes: (requests) => left = requests,
    env: (environment) => ({ ...api.env, MPARTICLE_ENVIRONMENT: environment }),
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  };
}

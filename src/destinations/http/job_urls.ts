/**
 * The URLs at which jobs are asked for: the mapping's own, which get the credentials, and those that
 * answers name.
 *
 * @module
 */

import { isLoopbackHost } from "../../model/loopback.ts";
import type { HttpSection } from "./schema.ts";

/** Where the jobs of a mapping are asked for. Null stands for a URL that is not to be asked. */
export interface JobUrls {
  /** The URL that a template of the mapping makes of a job's id. */
  of(template: string, id: string): string | null;
  /** A URL that an answer from `from` names: on the same host. */
  next(named: string, from: string): string | null;
  /** A file that an answer from `from` names: on any host, if nobody can look on. */
  file(named: string, from: string): string | null;
  /** Whether a URL is on a host that the mapping names, and so gets the credentials. */
  isOwn(url: string): boolean;
}

/** Compiles them. */
export function compileJobUrls(
  { url: address, job }: HttpSection & { readonly job: NonNullable<HttpSection["job"]> },
): JobUrls {
  const { origin } = new URL(address);
  const own = [address, job.url, job.errors ?? ""].map((url) => URL.parse(url)?.origin);
  return {
    of(template, id) {
      if (template !== "{job}") return template.replaceAll("{job}", () => encodeURIComponent(id));
      const url = URL.parse(id, address);
      return url?.origin === origin ? url.href : null;
    },
    next(named, from) {
      const url = URL.parse(named, from);
      return url?.origin === new URL(from).origin ? url.href : null;
    },
    file(named, from) {
      const url = URL.parse(named, from);
      const isSafe = url?.protocol === "https:" || url?.protocol === "http:" &&
          isLoopbackHost(url.hostname) && isLoopbackHost(new URL(from).hostname);
      return url !== null && isSafe ? url.href : null;
    },
    isOwn: (url) => own.includes(new URL(url).origin),
  };
}

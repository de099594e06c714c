/**
 * What a request may say of the file that it brings. Each is a setting of an import, with its own
 * check: what the command line takes, requests take too.
 *
 * @module
 */

import { z } from "@hono/zod-openapi";
import { type SettingName, type Settings, settings as table } from "../../config/settings.ts";
import type { Setting } from "../../config/setting.ts";
import { olderService } from "../../jobs/catalog.ts";
import { UsageError } from "../../model/errors.ts";
import { HttpProblem, type RequestFault } from "../problem_details.ts";
import type { TargetName, Targets } from "../targets.ts";

/** How a file is read. */
const READING = [
  ...["delimiter", "encoding", "header", "skipLines", "comment", "quote", "escape"] as const,
  ...["footer", "decimal", "sheet", "where", "minAge", "maxAge"] as const,
] as const;

/** How its rows are sent, and when that stops. */
const SENDING = [
  ...["batchSize", "single", "concurrency", "rate", "sleep", "timeout", "retryFor"] as const,
  ...["keepGoing", "resendUnknown", "maxErrors", "stopAfter", "again", "sandbox"] as const,
] as const;

/** What a check says of it. */
const CHECKING = ["unique", "limit"] as const;

/** The page that tries requests out fills all of them in, so that they must do together. */
const EXAMPLES: Partial<Record<SettingName, string>> = {
  delimiter: ",",
  encoding: "utf-8",
  maxErrors: "5%",
  minAge: "18",
  retryFor: "90s",
};

type Name = (typeof READING)[number] | (typeof SENDING)[number] | (typeof CHECKING)[number];

function parameter(name: Name): z.ZodType {
  const setting: Setting = table[name];
  const checked = z.string().pipe(setting.check as z.ZodType<unknown, string>);
  const description = setting.help;
  const example = EXAMPLES[name];
  if (!setting.repeatable) {
    return checked.optional().openapi({ type: "string", description, example });
  }
  return z.union([z.array(checked), checked.transform((one) => [one])]).optional()
    .openapi({ type: "array", items: { type: "string" }, description });
}

function shapeOf(names: readonly Name[]): Record<string, z.ZodType> {
  return Object.fromEntries(names.map((name) => [name, parameter(name)]));
}

const target = {
  destination: z.string().optional().openapi({
    description: "Where the rows go: a name of `GET /v1/destinations`",
    example: olderService().destination,
  }),
  mapping: z.string().optional().openapi({
    description: "A mapping file that the server has, by its name without its ending",
  }),
  name: z.string().min(1).max(200).optional().openapi({
    description: "What the file is called, for people",
    example: "crm.csv",
  }),
};

/** What may be said of a file that is imported. */
export const importParameters = z.strictObject({ ...target, ...shapeOf([...READING, ...SENDING]) })
  .openapi("ImportParameters");

/** What may be said of a file that is checked. */
export const validateParameters = z.strictObject({
  ...target,
  ...shapeOf([...READING, "batchSize", "rate", "sleep", "maxErrors", ...CHECKING]),
}).openapi("ValidateParameters");

/** What may be said of mended rows: their import has said the rest. */
export const mendedParameters = z.strictObject({ name: target.name }).openapi("MendedParameters");

/** What a request says, checked. */
export interface GivenParameters {
  readonly target: TargetName;
  readonly name: string | undefined;
  readonly settings: Partial<Settings>;
  readonly flags: readonly SettingName[];
  /** The same as it was given, in one text for the same. */
  readonly text: string;
}

/**
 * Reads what a request says, in its query and in the fields beside its file.
 *
 * @throws {HttpProblem} for what is not known or not taken.
 */
export function readParameters(
  schema: z.ZodObject,
  query: URLSearchParams,
  fields: ReadonlyMap<string, readonly string[]> = new Map(),
): GivenParameters {
  const given = new Map<string, string[]>();
  for (const [name, value] of query) given.set(name, [...given.get(name) ?? [], value]);
  for (const [name, values] of fields) given.set(name, [...given.get(name) ?? [], ...values]);
  const plain = Object.fromEntries(
    [...given].map(([name, said]) => {
      // What the query and a field both say is said once.
      const values = [...new Set(said)];
      return [name, values.length === 1 ? values[0] : values];
    }),
  );
  const parsed = schema.safeParse(plain);
  if (!parsed.success) throw badParameters(parsed.error);
  const { destination, mapping, name, ...settings } = parsed.data as
    & TargetName
    & { readonly name?: string }
    & Partial<Settings>;
  const flags = Object.keys(settings) as SettingName[];
  const { minAge, maxAge } = settings;
  if (minAge !== undefined && maxAge !== undefined && minAge > maxAge) {
    throw badRequest("No age is at least minAge and at most maxAge");
  }
  const { name: _name, ...told } = plain;
  const text = JSON.stringify(Object.entries(told).sort(([a], [b]) => a < b ? -1 : 1));
  return { target: { destination, mapping }, name, settings, flags, text };
}

/**
 * Makes sure that there is a target of this name.
 *
 * @throws {HttpProblem} where there is none.
 */
export async function assertTarget(targets: Targets, name: TargetName): Promise<void> {
  await targets.find(name).catch((error) => {
    if (error instanceof UsageError) throw badRequest(error.message);
    throw error;
  });
}

/** A request that says what can't be. */
export function badRequest(detail: string, errors?: readonly RequestFault[]): HttpProblem {
  return new HttpProblem({ status: 400, detail, ...(errors && { errors }) });
}

/** What is wrong with parameters, or with another part of a request. */
export function badParameters(error: z.ZodError, part?: string): HttpProblem {
  const errors = error.issues.flatMap((issue): RequestFault[] => {
    const path = [...(part === undefined ? [] : [part]), ...issue.path].join(".");
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({ at: key, message: "There is no such parameter" }));
    }
    return [{ at: path, message: issue.message }];
  });
  const [first] = errors;
  return badRequest(first ? `${first.at}: ${first.message}` : "It can't be read", errors);
}

/**
 * The digest of a mapping, by which a resumed run tells whether its rows are still worded as they were.
 *
 * It covers what the mapping says and the filters of the command line, as canonical JSON from which
 * members that say what is the default anyway are left out. So a release may add members with defaults
 * without making anybody's unfinished runs unresumable. What it can't cover is what the words mean: when
 * a release makes a member, a default or a type send something else for the same mapping,
 * {@linkcode MEANING} is raised, and unfinished runs are refused rather than gone on with otherwise.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { ZodType } from "zod";

/** Raised only by a release that sends something else for the same mapping and row. */
export const MEANING: number = 1;

/** What the digest covers. */
export interface Digested {
  /** The mapping, with its defaults filled in. */
  readonly file: object;
  /** The schema that it was read with. */
  readonly schema: ZodType;
  /** What the command line adds or replaces; undefined members are left out. */
  readonly filters: {
    readonly minAge: number | undefined;
    readonly maxAge: number | undefined;
    readonly where: readonly unknown[];
  };
}

/** A digest: the meaning of words, a colon, and a SHA-256 as lower-case hex. */
function mappingDigest({ file, schema, filters }: Digested): string {
  const { where, ...ages } = filters;
  const written = walk(schema, file, () => undefined) as object;
  const digested = { ...written, ...ages, where: where.length > 0 ? where : undefined };
  return `${MEANING}:${sha256(digested)}`;
}

/** The digests of one mapping, made when they are asked for, once: old runs by the thousand ask. */
export class MappingDigests {
  readonly #tell: () => Digested;
  #digested: Digested | null = null;
  #own: string | null = null;
  #former: string | null = null;

  constructor(tell: () => Digested) {
    this.#tell = tell;
  }

  /** The digest to record. */
  get own(): string {
    return this.#own ??= mappingDigest(this.#told);
  }

  /** True when a digest that was recorded with a run is that of this mapping. */
  has(recorded: string): boolean {
    if (recorded.includes(":")) return recorded === this.own;
    return MEANING === FORMER_MEANING && recorded === (this.#former ??= formerDigest(this.#told));
  }

  get #told(): Digested {
    return this.#digested ??= this.#tell();
  }
}

/**
 * The digest as it was recorded before 0.1.0: a SHA-256 of the mapping with all defaults there were
 * then. It is accepted for as long as a run of that time may be unfinished: until version 1.0.
 */
function formerDigest({ file, schema, filters }: Digested): string {
  const destination = "destination" in file ? file.destination : "";
  const filled = walk(
    schema,
    file,
    (name, value) =>
      name === destination || FORMER_SECTIONS.has(name) ? value : FORMER_DEFAULTS[name],
  ) as object;
  return sha256({ ...filled, ...filters });
}

/** What `MEANING` would have been then. */
const FORMER_MEANING = 1;

/** Members with a default whose value is not to be replaced by the one of then. */
const FORMER_SECTIONS: ReadonlySet<string> = new Set(["type", "limits", "statuses"]);

/** The other members that had a default before 0.1.0, with the defaults of then. */
const FORMER_DEFAULTS: Readonly<Record<string, unknown>> = {
  constants: [],
  unknownColumns: "ignore",
  requireOneOf: [],
  where: [],
  required: false,
  optionalColumn: false,
  trim: true,
  clean: [],
  as: "iso",
  trueWords: ["true", "yes", "y", "1"],
  falseWords: ["false", "no", "n", "0"],
  timeZone: "UTC",
  trunkPrefix: "0",
  ignoreCase: false,
  historical: true,
  method: "POST",
  headers: {},
  auth: { type: "none" },
  header: "X-Api-Key",
  credentialsIn: "header",
  envelope: { format: "array" },
  rows: 100,
  bytes: 1_000_000,
  concurrency: 4,
  repeatsAreSafe: false,
  accepted: ["2xx"],
  retried: [408, 429, "5xx"],
  split: [400, 413, 422],
  refused: [],
  error: {},
};

/** Gives what stands in the place of a member that is as by default; undefined leaves it out. */
type OnDefault = (name: string, value: unknown) => unknown;

/** A value that the schema made, with the members that are as by default replaced. */
function walk(schema: ZodType, value: unknown, onDefault: OnDefault): unknown {
  const { def } = schema as unknown as { readonly def: Definition };
  switch (def.type) {
    case "optional":
    case "default":
    case "prefault":
      return value === undefined ? undefined : walk(def.innerType, value, onDefault);
    case "array":
      return (value as unknown[]).map((part) => walk(def.element, part, onDefault));
    case "union": {
      const option = optionFor(def, value);
      return option ? walk(option, value, onDefault) : value;
    }
    case "object":
      return walkObject(def.shape, value as Members, onDefault);
    default:
      return value;
  }
}

type Members = Readonly<Record<string, unknown>>;

function walkObject(
  shape: Readonly<Record<string, ZodType>>,
  object: Members,
  onDefault: OnDefault,
): Members {
  return Object.fromEntries(
    Object.entries(object).filter(([name]) => name !== "$schema").map(([name, value]) => {
      const schema = shape[name];
      if (schema === undefined) return [name, value];
      const walked = walk(schema, value, onDefault);
      const { def } = schema as unknown as { readonly def: Definition };
      if (def.type !== "default" && def.type !== "prefault") return [name, walked];
      const usual = walk(schema, schema.parse(undefined), onDefault);
      return [name, canonical(walked) === canonical(usual) ? onDefault(name, walked) : walked];
    }),
  );
}

/** What zod keeps of the schemas that a mapping is made of. */
type Definition =
  | { readonly type: "optional" | "default" | "prefault"; readonly innerType: ZodType }
  | { readonly type: "array"; readonly element: ZodType }
  | {
    readonly type: "union";
    readonly options: readonly ZodType[];
    readonly discriminator?: string;
  }
  | { readonly type: "object"; readonly shape: Readonly<Record<string, ZodType>> }
  | { readonly type: "other" };

/** The option of a union that a value is of, where a member tells; others hold no defaults. */
function optionFor(
  { options, discriminator }: Extract<Definition, { type: "union" }>,
  value: unknown,
): ZodType | undefined {
  if (discriminator === undefined) return undefined;
  const word = (value as Members)[discriminator];
  return options.find((option) => {
    const { def } = option as unknown as { readonly def: Definition };
    return def.type === "object" && def.shape[discriminator]?.safeParse(word).success;
  });
}

function sha256(value: unknown): string {
  return createHash("sha256").update(canonical(value)).digest("hex");
}

/** JSON with the members of objects in the order of their names. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part) => {
    if (part === null || typeof part !== "object" || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => a < b ? -1 : 1));
  }) ?? "";
}

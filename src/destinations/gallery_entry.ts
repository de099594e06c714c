/**
 * An API of the gallery: a mapping for any JSON API that comes with the program, and what help,
 * `init`, the sandbox and `docs/gallery.md` need to know of it. Data only.
 *
 * @module
 */

import { ENVIRONMENT_REFERENCE } from "../mapping/mod.ts";
import type { DestinationProfile } from "./profile.ts";

/** One file of the gallery; its name is the word after `--to`. */
export interface GalleryEntry {
  /** The name people know the API by. */
  readonly title: string;
  readonly source: GallerySource;
  /** What each environment variable of the mapping is, for `.env_sample`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Targets of which a row must fill one, so that the API knows whom it is about. */
  readonly identities: readonly string[];
  /** Object that takes columns which the mapping doesn't know; null where that is the record. */
  readonly others: string | null;
  /** True where the API has no place for such columns. */
  readonly closed?: boolean;
  /** How the API has such columns called, where that is neither in snake_case nor as the CSV has it. */
  readonly otherNames?: OtherNames;
  /** Further headers that `init` takes for a target, where nothing fits it better. */
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  /** True where the record is a list: what no column goes to is filled by one that may be missing. */
  readonly positional?: boolean;
  /** True where the API takes values as texts alone. */
  readonly textsOnly?: boolean;
  readonly answers: DocumentedAnswers;
  /** The mapping, as it stands in a file. */
  readonly mapping: GalleryMapping;
}

/** What becomes of a header in snake_case. */
export interface OtherNames {
  readonly upper?: boolean;
  /** Most characters. */
  readonly longest?: number;
  readonly suffix?: string;
}

/** Where an entry's facts come from. */
export interface GallerySource {
  /** The page that tells people of the API. */
  readonly specification: string;
  /** The file that was read, where there is one that machines can compare. */
  readonly file: string | null;
  /** SHA-256 of that file, in hexadecimal digits. */
  readonly sha256: string | null;
  readonly version: string;
  /** The day on which it was read. */
  readonly read: string;
  readonly licence: string;
  /** What was read, and what was taken from where. */
  readonly facts: string;
}

/** The parts of an entry's mapping that the program looks at by itself. */
export interface GalleryMapping {
  readonly destination: string;
  readonly http: Readonly<Record<string, unknown>>;
  readonly columns: readonly GalleryColumn[];
  readonly constants?: readonly unknown[];
  readonly rest?: {
    readonly to?: string;
    readonly names?: string;
    readonly whenEmpty?: unknown;
  };
}

/** One of its columns. */
export interface GalleryColumn {
  readonly from: string;
  readonly aliases?: readonly string[];
  readonly type?: string;
  readonly to: string | readonly string[];
}

/**
 * What an API documents of its requests and answers: the stand-in goes by this alone, never by the
 * mapping. In the bodies of answers, these texts stand for values: `$count`, `$taken` and `$failed`
 * for how many records there are, were taken, were not; in an object with `$each` (`record`, `taken`
 * or `failed`), which stands in a list for an entry each, `$index` for the record's place in the
 * request, from 0, `$reason` for what is wrong with it, and `$record.a.b` for what stands there in it.
 * `$value` in such an object is all of the entry; `$taken` and `$failed` are all of it for records
 * that were taken or not.
 */
export interface DocumentedAnswers {
  readonly request: DocumentedRequest;
  /** JSON Schema of the records that it takes. */
  readonly record: Readonly<Record<string, unknown>>;
  /** What it asks of the records of a request beside each other. */
  readonly together?: DocumentedTogether;
  /** Every record was taken. Where there is no other answer, it says so of bad records, too. */
  readonly whole: AnswerTemplate;
  /** Some were not, and the others were; left out where the API takes all or nothing. */
  readonly part?: AnswerTemplate;
  /** Nothing was taken, because of some record; left out where `part` says that, too. */
  readonly none?: AnswerTemplate;
  /** What is said of the job that was made of a request, where the records are looked at only then. */
  readonly job?: DocumentedJob;
  /** It is asked too often; in its headers, `$seconds` and `$epoch` say how long it wants peace. */
  readonly limited: AnswerTemplate;
}

/**
 * A job: each request is answered by `whole`, in which `$job` stands for the job's id, and what became
 * of its records stands in the answers to these.
 */
export interface DocumentedJob {
  /** Path and query at which its state is asked for, `*` in the place of its id. */
  readonly at: string;
  readonly state: AnswerTemplate;
  /** The same for the records that failed, where that is another. */
  readonly errorsAt?: string;
  readonly errors?: AnswerTemplate;
}

/** What an API asks of a request. */
export interface DocumentedRequest {
  readonly method: string;
  /** A `*` is any one step. */
  readonly path: string;
  /** Patterns of headers; of HTTP Basic, with the credentials as text (`user:password`). */
  readonly headers: Readonly<Record<string, string>>;
  /** Path at which OAuth tokens are issued; the request's Bearer token must be one of them. */
  readonly tokenPath?: string;
  /** JSON Schema of the body, its limit of records included. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** Where the records stand. */
  readonly records: DocumentedRecords;
  readonly rows: number;
  /** Records beyond that are left out without a word; the request is refused otherwise. */
  readonly dropsBeyond?: boolean;
  readonly bytes?: number;
  readonly bytesPerRow?: number;
  /** The answer to what is too large, instead of a 413. */
  readonly tooLarge?: AnswerTemplate;
}

/** Where the records of a request stand: in a list that is the body, unless it is said. */
export interface DocumentedRecords {
  /** Path in the body to the list. */
  readonly at?: string;
  /** Names of the lines of JSON that make a record. */
  readonly lines?: readonly string[];
  /** The body is the only record. */
  readonly single?: boolean;
}

/** What an API asks of records beside each other. */
export interface DocumentedTogether {
  /** Paths at which no two records may have the same value, in whatever letters. */
  readonly distinct?: readonly string[];
  /** Those of earlier requests count, too. */
  readonly remembers?: boolean;
  /** All records must have the same members. */
  readonly uniform?: boolean;
  /** What it refuses then: the `request`, all records that are `alike`, or the `later` ones. */
  readonly refuses: string;
  readonly reason: string;
}

/** An answer with places to fill in. */
export interface AnswerTemplate {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON; nothing is sent without it. */
  readonly body?: unknown;
  /** Plain text, in place of JSON. */
  readonly text?: string;
}

/** An entry, as help and flags know it. */
export function galleryProfile(name: string, { title, mapping }: GalleryEntry): DestinationProfile {
  return {
    name,
    title,
    needs: galleryVariables(mapping),
    olderVariables: {},
    builtinMapping: mapping,
  };
}

/** The environment variables that a mapping names, in their order. */
export function galleryVariables(mapping: GalleryMapping): string[] {
  const found = JSON.stringify(mapping).matchAll(ENVIRONMENT_REFERENCE);
  return [...new Set([...found].map(([, name = ""]) => name))];
}

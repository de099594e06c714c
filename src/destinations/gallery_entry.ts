/**
 * An API of the gallery: a mapping for any JSON API that comes with the program, and what help,
 * `init`, the sandbox and `docs/gallery.md` need to know of it. Data only.
 *
 * @module
 */

import { ENVIRONMENT_REFERENCE } from "../mapping/mod.ts";
import { joinWords } from "../text/words.ts";
import type { DestinationProfile } from "./profile.ts";

/** One file of the gallery; its name is the word after `--to`. */
export interface GalleryEntry {
  /** The name people know the API by. */
  readonly title: string;
  readonly source: GallerySource;
  /** What each environment variable of the mapping is, for `.env_sample`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Targets of which a row must fill one, so that the API knows whom it is about; the first takes any id. */
  readonly identities: readonly string[];
  /** Object that takes columns which the mapping doesn't know; null where that is the record. */
  readonly others: string | null;
  /** True where the API takes values as texts alone. */
  readonly textsOnly?: boolean;
  readonly answers: DocumentedAnswers;
  /** The mapping, as it stands in a file. */
  readonly mapping: GalleryMapping;
}

/** Where an entry's facts come from. */
export interface GallerySource {
  /** The page or file that they were read in. */
  readonly specification: string;
  readonly version: string;
  /** The day on which it was read, or the month. */
  readonly read: string;
  /** SHA-256 of the text that the facts were taken from, in hexadecimal digits; null for pages. */
  readonly sha256: string | null;
  readonly licence: string;
}

/** The parts of an entry's mapping that the program looks at by itself. */
export interface GalleryMapping {
  readonly destination: string;
  readonly http: Readonly<Record<string, unknown>>;
  readonly columns: readonly GalleryColumn[];
  readonly constants?: readonly unknown[];
}

/** One of its columns. */
export interface GalleryColumn {
  readonly from: string;
  readonly aliases?: readonly string[];
  readonly to: string | readonly string[];
}

/**
 * What an API documents of its answers. In their bodies, these texts stand for values: `$count`,
 * `$taken` and `$failed` for how many records there are, were taken, were not; in an object with
 * `$each` (`record`, `taken` or `failed`), which stands in a list for an entry each, `$index` for the
 * record's place in the request, from 0, `$reason` for what is wrong with it, and `$record.a.b` for
 * what stands there in it. `$value` in such an object is all of the entry; `$taken` and `$failed` are
 * all of it for records that were taken or not.
 */
export interface DocumentedAnswers {
  /** JSON Schema of the records that it takes. */
  readonly record: Readonly<Record<string, unknown>>;
  /** Every record was taken. */
  readonly whole: AnswerTemplate;
  /** Some were not, and the others were; left out where the API takes all or nothing. */
  readonly part?: AnswerTemplate;
  /** Nothing was taken, because of some record; left out where `part` says that, too. */
  readonly none?: AnswerTemplate;
}

/** An answer with places to fill in. */
export interface AnswerTemplate {
  readonly status: number;
  readonly body: unknown;
}

/** An entry, as help and flags know it. */
export function galleryProfile(name: string, { title, mapping }: GalleryEntry): DestinationProfile {
  return {
    name,
    title,
    needs: joinWords(galleryVariables(mapping)),
    olderVariables: {},
    builtinMapping: mapping,
  };
}

/** The environment variables that a mapping names, in their order. */
export function galleryVariables(mapping: GalleryMapping): string[] {
  const found = JSON.stringify(mapping).matchAll(ENVIRONMENT_REFERENCE);
  return [...new Set([...found].map(([, name = ""]) => name))];
}

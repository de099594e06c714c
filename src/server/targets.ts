/**
 * Where requests may have rows sent: every destination, and the mapping files that the server was
 * given, by their names. A client names them, never a path.
 *
 * @module
 */

import type { Settings } from "../config/settings.ts";
import { chooseTarget, type Target } from "../jobs/target.ts";
import { UsageError } from "../model/errors.ts";
import { cannotRead } from "../model/file_errors.ts";
import type { Io } from "../io.ts";
import { nearest } from "../text/nearest.ts";

/** As a client names it. */
export interface TargetName {
  readonly destination?: string | undefined;
  readonly mapping?: string | undefined;
}

/** The targets that a server knows. */
export class Targets {
  readonly #io: Pick<Io, "files">;
  readonly #mappings: ReadonlyMap<string, string>;
  readonly #found = new Map<string, Target>();

  private constructor(io: Pick<Io, "files">, mappings: ReadonlyMap<string, string>) {
    this.#io = io;
    this.#mappings = mappings;
  }

  /**
   * Reads the mapping files of a folder, so that what is wrong with one shows at the start.
   *
   * @throws {UsageError} when a file can't be read, or is no mapping.
   */
  static async open(io: Pick<Io, "files">, folder: string | undefined): Promise<Targets> {
    const mappings = new Map<string, string>();
    const names = folder === undefined ? [] : await io.files.list(folder).catch((error) => {
      throw cannotRead(folder, error);
    });
    for (const name of names) {
      const [, stem] = /^([\w][\w.-]*)\.(?:ya?ml|json)$/.exec(name) ?? [];
      if (stem === undefined || name.endsWith(".schema.json")) continue;
      mappings.set(stem, `${folder}/${name}`);
    }
    const targets = new Targets(io, mappings);
    for (const mapping of mappings.keys()) await targets.find({ mapping });
    return targets;
  }

  /** The names of the mapping files. */
  get mappings(): readonly string[] {
    return [...this.#mappings.keys()];
  }

  /** The settings that lead there. @throws {UsageError} when there is no such mapping. */
  settingsOf({ destination, mapping }: TargetName): Pick<Settings, "to" | "mapping"> {
    if (mapping === undefined) return { to: destination };
    const path = this.#mappings.get(mapping);
    if (path !== undefined) return { to: destination, mapping: path };
    const guess = nearest(mapping, this.#mappings.keys());
    throw new UsageError(
      `The server has no mapping "${mapping}"${guess ? `; did you mean ${guess}?` : ""}`,
    );
  }

  /** The target. @throws {UsageError} when there is none of that name. */
  async find(name: TargetName): Promise<Target> {
    const { to, mapping } = this.settingsOf(name);
    const key = JSON.stringify([to, mapping]);
    const known = this.#found.get(key);
    if (known) return known;
    if (to === undefined && mapping === undefined) {
      throw new UsageError("Name a destination, or a mapping that the server has");
    }
    const target = await chooseTarget(this.#io, to, mapping);
    this.#found.set(key, target);
    return target;
  }
}

/**
 * Single records: each is checked, kept on the disk, and answered; it goes out with those that came at
 * the same time.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { Buffer } from "node:buffer";
import { type OneRecord, recordOfObject } from "../jobs/record.ts";
import type { RecordVerdict } from "../jobs/single_records.ts";
import type { Target } from "../jobs/target.ts";
import { writeAll } from "../model/file_errors.ts";
import { errorMessage, UsageError } from "../model/errors.ts";
import type { ServerSetup } from "./job_setup.ts";
import { type Ages, Outbox } from "./outbox.ts";
import { keyOfAnother, keyUnderWay } from "./idempotency.ts";
import { HttpProblem } from "./problem_details.ts";
import { RecordKeys } from "./record_keys.ts";
import type { RecordKey } from "./spool.ts";
import type { TargetName, Targets } from "./targets.ts";

/** Bytes of records that may wait to be taken up, while an API is down, say. */
const MOST_BYTES = 2 ** 30;

/** Records of so many shapes are kept apart, until the server is started again: only mappings that send any column have more than one. */
const MOST_OUTBOXES = 1_000;

const CONFIG_FILE = "outbox.json";

/** What sets records apart that can't go out together. */
interface OutboxConfig {
  readonly destination: string | null;
  readonly mapping: string | null;
  readonly sandbox: boolean;
  readonly header: readonly string[];
  /** The columns that are kept of those that could not be sent; null where none are. */
  readonly failedColumns: readonly string[] | null;
}

/** A record that somebody posted. */
export interface PostedRecord extends Ages {
  readonly target: TargetName;
  /** Columns and values. */
  readonly values: object;
  /** As in `OutboxConfig`. */
  readonly failedColumns?: readonly string[];
  /** The client's key for it, and what tells its request from others with that key. */
  readonly key?: RecordKey | null;
}

/** What became of a record that was posted. */
export type TakenRecord =
  /** It is kept, now or since the same request came before. */
  | { readonly kind: "kept"; readonly isReplay: boolean }
  | Exclude<RecordVerdict, { readonly kind: "sendable" }>;

/** Takes single records. */
export class RecordIntake {
  readonly #server: ServerSetup;
  readonly #targets: Targets;
  readonly #folder: string;
  readonly #outboxes = new Map<string, Promise<Outbox>>();
  readonly #deliveries: Promise<void>[] = [];
  readonly #keys: RecordKeys;
  /** Keys whose records are on their way to the disk. */
  readonly #underWay = new Set<string>();
  #known: readonly Outbox[] = [];

  private constructor(server: ServerSetup, targets: Targets, folder: string, keys: RecordKeys) {
    this.#keys = keys;
    this.#server = server;
    this.#targets = targets;
    this.#folder = folder;
  }

  /**
   * Takes up what an earlier process left, and begins to send it.
   *
   * @throws {StorageError} when the folder can't be used.
   */
  static async open(server: ServerSetup, targets: Targets, folder: string): Promise<RecordIntake> {
    const { io, io: { files } } = server;
    const outboxes = `${folder}/records`;
    await files.makeFolder(outboxes, 0o700);
    const keys = await RecordKeys.open(io, `${folder}/keys`);
    const intake = new RecordIntake(server, targets, outboxes, keys);
    for (const name of await files.list(outboxes)) await intake.#takeUp(`${outboxes}/${name}`);
    return intake;
  }

  /** Records that are kept and not settled. */
  get waiting(): number {
    return this.#known.reduce((sum, outbox) => sum + outbox.waiting, 0);
  }

  /**
   * Checks a record, and keeps it where it can be sent: it is on the disk when this returns.
   *
   * @throws {UsageError} when the target or a column isn't known, or the target's settings are wrong.
   * @throws {HttpProblem} when too many wait, or no record could have the ages that are asked for.
   * @throws {StorageError} when it can't be kept.
   */
  async take(
    { target: name, values, failedColumns, key = null, ...ages }: PostedRecord,
  ): Promise<TakenRecord> {
    if (key !== null && this.#isKnown(key)) return { kind: "kept", isReplay: true };
    const { mapping } = await this.#targets.find(name);
    const record = readRecord(mapping, values);
    const outbox = await this.#outboxOf({
      destination: name.destination ?? null,
      mapping: name.mapping ?? null,
      sandbox: this.#server.settings.sandbox ?? false,
      header: record.header,
      failedColumns: failedColumns ?? null,
    });
    const verdict = await checked(outbox, record, ages);
    if (verdict.kind !== "sendable") return verdict;
    if (this.#known.reduce((sum, { bytes }) => sum + bytes, 0) > MOST_BYTES) throw tooMany();
    await this.#keep(outbox, record, key);
    return { kind: "kept", isReplay: false };
  }

  /** True when the same request came before. @throws {HttpProblem} when another one had its key. */
  #isKnown({ key, request }: RecordKey): boolean {
    if (this.#underWay.has(key)) throw keyUnderWay();
    const before = this.#keys.find(key);
    if (before !== null && before !== request) throw keyOfAnother();
    return before !== null;
  }

  async #keep(outbox: Outbox, record: OneRecord, key: RecordKey | null): Promise<void> {
    if (key === null) return await outbox.keep(record, null);
    if (this.#isKnown(key)) return; // It came meanwhile.
    this.#underWay.add(key.key);
    try {
      await outbox.keep(record, key);
    } finally {
      this.#underWay.delete(key.key);
    }
  }

  /** Waits until nothing is sent any more, after the server was told to stop. */
  async close(): Promise<void> {
    await Promise.all(this.#deliveries);
    for (const outbox of this.#known) await outbox.close();
  }

  #outboxOf(config: OutboxConfig): Promise<Outbox> {
    const key = JSON.stringify(config);
    const known = this.#outboxes.get(key);
    if (known) return known;
    if (this.#outboxes.size >= MOST_OUTBOXES) throw tooManyShapes();
    const made = this.#make(key, config);
    this.#outboxes.set(key, made);
    made.catch(() => this.#outboxes.delete(key));
    return made;
  }

  async #make(key: string, config: OutboxConfig): Promise<Outbox> {
    const { files } = this.#server.io;
    const name = createHash("sha256").update(key).digest("hex").slice(0, 16);
    const folder = `${this.#folder}/${name}`;
    await files.makeFolder(folder, 0o700);
    const path = `${folder}/${CONFIG_FILE}`;
    const isThere = await files.stat(path).then(({ size }) => size > 0, () => false);
    if (!isThere) {
      const file = await files.open(path, { write: true, create: true, mode: 0o600 });
      try {
        writeAll(file, Buffer.from(key));
        await file.sync();
      } finally {
        file.close();
      }
      await files.syncFolder(folder);
      await files.syncFolder(this.#folder);
    }
    return await this.#start(folder, config);
  }

  /** An outbox that can't go on, since its mapping is gone, say, is left as it is, and told of. */
  async #takeUp(folder: string): Promise<void> {
    try {
      const { files } = this.#server.io;
      const isEmpty = !(await files.list(folder)).some((name) => name.endsWith(".csv"));
      if (isEmpty) return await files.remove(folder, { recursive: true });
      const text = await files.readText(`${folder}/${CONFIG_FILE}`);
      const outbox = this.#start(folder, JSON.parse(text) as OutboxConfig);
      await outbox;
      this.#outboxes.set(text, outbox);
    } catch (error) {
      const reason = errorMessage(error);
      this.#server.log.of("intake").error("Records in {folder} wait: {reason}", { folder, reason });
    }
  }

  async #start(folder: string, config: OutboxConfig): Promise<Outbox> {
    const { destination, mapping, sandbox, header, failedColumns } = config;
    const name = { destination: destination ?? undefined, mapping: mapping ?? undefined };
    const { rejectedFolder } = this.#server.settings;
    const outbox = new Outbox({
      server: this.#server,
      folder,
      target: await this.#targets.find(name),
      settings: { ...this.#targets.settingsOf(name), sandbox },
      header,
      keys: this.#keys,
      failedRows: rejectedFolder === undefined || failedColumns === null
        ? null
        : { folder: rejectedFolder, columns: failedColumns },
    });
    await outbox.takeUp();
    this.#known = [...this.#known, outbox];
    this.#deliveries.push(outbox.deliver());
    return outbox;
  }
}

/** @throws {HttpProblem} when it is the record's own ages that can't be filtered by. */
async function checked(outbox: Outbox, record: OneRecord, ages: Ages): Promise<RecordVerdict> {
  try {
    return await outbox.check(record, ages);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await outbox.check(record, {}); // Throws where it is the server that is not set up.
    throw new HttpProblem({ status: 400, detail: error.message });
  }
}

/** @throws {HttpProblem} when the record has a column that the mapping lacks. */
function readRecord(mapping: Target["mapping"], values: object): OneRecord {
  try {
    return recordOfObject(mapping, values);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new HttpProblem({ status: 400, detail: error.message });
  }
}

function tooManyShapes(): HttpProblem {
  return new HttpProblem({
    status: 503,
    detail:
      `Records with ${MOST_OUTBOXES} sets of columns came since the server was started, which ` +
      "is as many as it takes: send these with the columns of earlier ones, or start it again",
  });
}

function tooMany(): HttpProblem {
  return new HttpProblem({
    status: 503,
    detail: "The records that wait for an API fill the room there is for them: try again later",
    headers: { "Retry-After": "60" },
  });
}

/**
 * A file system in memory that can be killed, filled up and cut from its power between any two
 * operations, and remembers what had reached the disk itself.
 *
 * @module
 */

import type { FileEnds, FileHandle, FileInfo, Files, OpenOptions } from "../../src/io.ts";

/** Thrown by every operation of a process that was killed. */
export class Killed extends Error {
  override readonly name = "Killed";

  constructor() {
    super("the process was killed");
  }
}

/** What happens at an operation. `kill` during a write leaves half of it. */
export type Fault = "kill" | "no-space" | "short-write" | "failed-sync";

interface Node {
  kind: "file" | "folder" | "symlink";
  data: Uint8Array;
  /** What a power cut leaves of a file for sure. */
  durable: Uint8Array;
  /** True once the folder that holds the entry was synced. */
  entryDurable: boolean;
  mode: number;
  lockedBy: symbol | null;
  linkTo?: string;
}

function fileError(code: string): Error {
  return Object.assign(new Error(`${code}: simulated`), { code });
}

/** Files in memory. Paths are absolute or relative to nothing; there is no working folder. */
export class FaultyFiles implements Files {
  readonly nodes = new Map<string, Node>();
  /** Names of the operations so far, with their paths. */
  operations: string[] = [];
  /** Decides by the number of the operation, from 1 on. */
  fault: (operation: number, name: string) => Fault | null = () => null;
  #process = Symbol("process");
  #dead = false;

  /** True once the process was killed. */
  get dead(): boolean {
    return this.#dead;
  }

  /** Kills the process: every later operation of it fails, its locks are gone. */
  kill(): void {
    this.#dead = true;
  }

  /** Starts another process on what the last one left. */
  restart(): void {
    for (const node of this.nodes.values()) node.lockedBy = null;
    this.#process = Symbol("process");
    this.#dead = false;
    this.operations = [];
    this.fault = () => null;
  }

  /**
   * Cuts the power: of what was not synced, anything may be left. `random` decides.
   */
  powerCut(random: () => number): void {
    for (const [path, node] of [...this.nodes]) {
      if (!node.entryDurable && node.kind === "file" && random() < 0.5) {
        this.nodes.delete(path);
        continue;
      }
      if (node.kind === "file") node.data = node.durable = leftover(node, random);
    }
  }

  /** The content of a file, or null. */
  text(path: string): string | null {
    const node = this.nodes.get(path);
    return node?.kind === "file" ? new TextDecoder().decode(node.data) : null;
  }

  /** Puts a file in place, synced. */
  plant(path: string, content: string | Uint8Array): void {
    const data = typeof content === "string" ? new TextEncoder().encode(content) : content;
    this.nodes.set(path, newNode("file", 0o600, { data, durable: data, entryDurable: true }));
  }

  /** Puts a symbolic link in place. */
  plantLink(path: string, to: string): void {
    this.nodes.set(path, newNode("symlink", 0o777, { entryDurable: true, linkTo: to }));
  }

  open(path: string, options: OpenOptions): Promise<FileHandle> {
    return this.#do("open", path, () => {
      const resolved = this.#follow(path);
      let node = this.nodes.get(options.createNew ? path : resolved);
      if (node && options.createNew) throw fileError("EEXIST");
      if (node?.kind === "folder") throw fileError("EISDIR");
      if (!node) {
        if (!options.createNew && !options.create) throw fileError("ENOENT");
        if (!this.#isFolder(parent(path))) throw fileError("ENOENT");
        node = newNode("file", options.mode ?? 0o644);
        this.nodes.set(path, node);
      }
      return this.#handle(path, node, options.append ?? false);
    });
  }

  readText(path: string): Promise<string> {
    return this.#do("readText", path, () => new TextDecoder().decode(this.#file(path).data));
  }

  stat(path: string): Promise<FileInfo> {
    return this.#do("stat", path, () => info(this.#node(this.#follow(path))));
  }

  readEnds(path: string, bytes: number): Promise<FileEnds> {
    return this.#do("readEnds", path, () => {
      const { data } = this.#node(this.#follow(path));
      return { head: data.slice(0, bytes), tail: data.slice(-bytes) };
    });
  }

  freeBytes(): Promise<number | null> {
    return Promise.resolve(null);
  }

  lstat(path: string): Promise<FileInfo> {
    return this.#do("lstat", path, () => info(this.#node(path)));
  }

  realPath(path: string): Promise<string> {
    return this.#do("realPath", path, () => {
      const resolved = this.#follow(path);
      this.#node(resolved);
      return resolved;
    });
  }

  list(path: string): Promise<string[]> {
    return this.#do("list", path, () => {
      if (!this.#isFolder(path)) throw fileError(this.nodes.has(path) ? "ENOTDIR" : "ENOENT");
      return [...this.nodes.keys()].filter((other) => other !== "/" && parent(other) === path)
        .map((other) => other.slice(other.lastIndexOf("/") + 1)).sort();
    });
  }

  makeFolder(path: string, mode: number): Promise<void> {
    return this.#do("makeFolder", path, () => {
      for (let at = path; at !== "/" && !this.nodes.has(at); at = parent(at)) {
        this.nodes.set(at, newNode("folder", mode));
      }
    });
  }

  remove(path: string, options?: { readonly recursive?: boolean }): Promise<void> {
    return this.#do("remove", path, () => {
      this.#node(path);
      this.nodes.delete(path);
      for (const other of [...this.nodes.keys()]) {
        if (options?.recursive && other.startsWith(`${path}/`)) this.nodes.delete(other);
      }
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#do("rename", from, () => {
      this.nodes.set(to, this.#node(from));
      this.nodes.delete(from);
    });
  }

  syncFolder(path: string): Promise<void> {
    return this.#do("syncFolder", path, () => {
      for (const [other, node] of this.nodes) if (parent(other) === path) node.entryDurable = true;
    });
  }

  #handle(path: string, node: Node, appends: boolean): FileHandle {
    let position = 0;
    const owner = Symbol("handle");
    return {
      read: (buffer) =>
        this.#do("read", path, () => {
          const part = node.data.subarray(position, position + buffer.length);
          buffer.set(part);
          position += part.length;
          return part.length > 0 ? part.length : null;
        }),
      writeSync: (bytes) => {
        const fault = this.#step("write", path);
        if (fault === "no-space") throw fileError("ENOSPC");
        const part = fault === null ? bytes : bytes.slice(0, bytes.length >> 1);
        if (appends) position = node.data.length;
        const grown = new Uint8Array(Math.max(node.data.length, position + part.length));
        grown.set(node.data);
        grown.set(part, position);
        node.data = grown;
        position += part.length;
        if (fault === "kill") throw new Killed();
        return part.length;
      },
      seek: (offset) => this.#do("seek", path, () => void (position = offset)),
      truncate: (length) =>
        this.#do("truncate", path, () => {
          const cut = new Uint8Array(length);
          cut.set(node.data.subarray(0, length));
          node.data = cut;
        }),
      sync: () =>
        this.#do("sync", path, (fault) => {
          if (fault === "failed-sync") throw fileError("EIO");
          node.durable = node.data;
        }),
      tryLock: () =>
        this.#do("tryLock", path, () => {
          if (node.lockedBy !== null && node.lockedBy !== owner) return false;
          node.lockedBy = owner;
          return true;
        }),
      stat: () => this.#do("fstat", path, () => info(node)),
      close: () => {
        if (node.lockedBy === owner) node.lockedBy = null;
      },
    };
  }

  /** Runs an operation, after a turn of the event loop's microtasks as a real one would. */
  async #do<T>(name: string, path: string, work: (fault: Fault | null) => T): Promise<T> {
    const process = this.#process;
    await Promise.resolve();
    if (process !== this.#process) throw new Killed();
    const fault = this.#step(name, path);
    if (fault === "kill") throw new Killed();
    if (fault === "no-space" && (name === "open" || name === "makeFolder")) {
      throw fileError("ENOSPC");
    }
    return work(fault);
  }

  #step(name: string, path: string): Fault | null {
    if (this.#dead) throw new Killed();
    this.operations.push(`${name} ${path}`);
    const fault = this.fault(this.operations.length, name);
    if (fault === "kill") this.#dead = true;
    return fault;
  }

  #node(path: string): Node {
    const node = this.nodes.get(path);
    if (!node) throw fileError("ENOENT");
    return node;
  }

  #file(path: string): Node {
    return this.#node(this.#follow(path));
  }

  #isFolder(path: string): boolean {
    return path === "/" || this.nodes.get(this.#follow(path))?.kind === "folder";
  }

  #follow(path: string): string {
    return this.nodes.get(path)?.linkTo ?? path;
  }
}

function newNode(kind: Node["kind"], mode: number, more: Partial<Node> = {}): Node {
  const empty = { data: new Uint8Array(), durable: new Uint8Array(), entryDurable: false };
  return { kind, mode, lockedBy: null, ...empty, ...more };
}

function parent(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

function info(node: Node): FileInfo {
  return {
    isFile: node.kind === "file",
    isDirectory: node.kind === "folder",
    size: node.data.length,
    modifiedAt: null,
    id: idOf(node),
  };
}

const ids = new WeakMap<Node, string>();
let nodes = 0;

function idOf(node: Node): string {
  const id = ids.get(node) ?? `${++nodes}`;
  ids.set(node, id);
  return id;
}

/** What is left of a file: all, what was synced, a part of the rest, or zeros in its place. */
function leftover({ data, durable }: Node, random: () => number): Uint8Array {
  const choice = random();
  if (data.length < durable.length) return choice < 0.5 ? data : durable; // Cut back, unsynced.
  if (choice < 0.25) return data;
  if (choice < 0.5) return durable;
  const cut = durable.length + Math.floor(random() * (data.length - durable.length + 1));
  if (choice < 0.75) return data.slice(0, cut);
  const holed = data.slice();
  return holed.fill(0, cut, cut + Math.floor(random() * (data.length - cut + 1)));
}

/**
 * Files and folders, by Deno.
 *
 * @module
 */

import type { FileEnds, FileInfo, Files } from "../io.ts";
import { sleep } from "./timers.ts";

/** Files and folders. */
export const systemFiles: Files = {
  async open(path, options) {
    const file = await Deno.open(path, options);
    return {
      read: (buffer) => file.read(buffer),
      writeSync: (bytes) => file.writeSync(bytes),
      seek: async (offset) => {
        await file.seek(offset, Deno.SeekMode.Start);
      },
      truncate: (length) => file.truncate(length),
      sync: () => file.syncData(),
      tryLock: () => tryLock(file),
      stat: async () => fileInfo(await file.stat()),
      close: () => file.close(),
    };
  },
  readText: (path) => Deno.readTextFile(path),
  // At once: to have another thread do so little takes fifteen times as long.
  readEnds: async (path, bytes) => await readEnds(path, bytes),
  stat: async (path) => fileInfo(await Deno.stat(path)),
  lstat: async (path) => await fileInfo(Deno.lstatSync(path)),
  realPath: (path) => Deno.realPath(path),
  async list(path) {
    await null; // What it throws is a rejection, as of the others.
    return Array.from(Deno.readDirSync(path), ({ name }) => name).sort();
  },
  async makeFolder(path, mode) {
    try {
      await Deno.mkdir(path, { recursive: true, mode });
    } catch (error) {
      // A folder that is there already is none: what is in the way is something else.
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      throw new Deno.errors.NotADirectory(error.message);
    }
  },
  remove: (path, options) => Deno.remove(path, options),
  freeBytes,
  async syncFolder(path) {
    if (Deno.build.os === "windows") return; // A folder can't be opened there.
    const folder = await Deno.open(path);
    try {
      await folder.sync();
    } finally {
      folder.close();
    }
  },
};

/** Deno before 2.7 has no `statfs`, and others ask for it at a terminal unless all is allowed. */
async function freeBytes(path: string): Promise<number | null> {
  try {
    const { state } = Deno.permissions.querySync({ name: "sys", kind: "statfs" });
    if (state !== "granted") return null;
    const { statfsSync } = await import("node:fs");
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return null;
  }
}

function readEnds(path: string, bytes: number): FileEnds {
  const file = Deno.openSync(path);
  try {
    const { size } = file.statSync();
    const head = readFull(file, Math.min(size, bytes));
    if (size <= bytes) return { head, tail: head };
    file.seekSync(size - bytes, Deno.SeekMode.Start);
    return { head, tail: readFull(file, bytes) };
  } finally {
    file.close();
  }
}

function readFull(file: Deno.FsFile, length: number): Uint8Array {
  const buffer = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const count = file.readSync(buffer.subarray(filled));
    if (count === null) break;
    filled += count;
  }
  return buffer.subarray(0, filled);
}

/** How long a lock that is free may take, in milliseconds. */
const FREE_LOCK_MS = 250;

/** Deno has `tryLock` since 2.8; before, a lock that another process holds is one that isn't had. */
async function tryLock(
  file: Deno.FsFile & { tryLock?: (exclusive: boolean) => Promise<boolean> },
): Promise<boolean> {
  if (file.tryLock) return await file.tryLock(true);
  const late = new AbortController();
  try {
    return await Promise.race([
      file.lock(true).then(() => true),
      sleep(FREE_LOCK_MS, late.signal).then(() => false),
    ]);
  } finally {
    late.abort();
  }
}

function fileInfo(info: Deno.FileInfo): FileInfo {
  return {
    isFile: info.isFile,
    isDirectory: info.isDirectory,
    size: info.size,
    modifiedAt: info.mtime?.getTime() ?? null,
    id: info.ino === null ? null : [info.dev, info.ino, info.birthtime?.getTime()].join("-"),
  };
}

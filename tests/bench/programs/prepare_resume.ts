/**
 * Imports a CSV of banners to an API that takes everything at once, and stops at 99 % of its bytes.
 *
 *     prepare_resume.ts <file> <url that the run keeps> <log folder>
 */

import { prepareCall } from "../../../src/cli/command.ts";
import type { Io } from "../../../src/io.ts";
import { importFile } from "../../../src/jobs/import.ts";
import { Accounts } from "../../../src/jobs/setup.ts";
import { silentLog } from "../../../src/log.ts";
import { systemIo } from "../../../src/system_io.ts";

const [path = "", url = "", logDir = ""] = Deno.args;
const system = systemIo();
const stop = new AbortController();
const stopAt = 0.99 * (await Deno.stat(path)).size;
let bytesRead = 0;
const io: Io = {
  ...system,
  env: () => ({ API_URL: url, PROJECT_KEY: "key" }),
  httpClient: () => ({
    fetch: () => Promise.resolve(Response.json({ AccessToken: "token" })),
    close() {},
  }),
  files: {
    ...system.files,
    async open(opened, options) {
      const file = await system.files.open(opened, options);
      if (opened !== path) return file;
      return {
        ...file,
        async read(buffer) {
          const count = await file.read(buffer);
          bytesRead += count ?? 0;
          if (bytesRead >= stopAt) stop.abort();
          return count;
        },
      };
    },
  },
};
const signals = { stop: stop.signal, kill: new AbortController().signal, signal: null };
const flags = { to: "showads", logDir, quiet: true };
const call = await prepareCall("import", { io, args: [], flags });
await importFile({
  ...call,
  signals,
  log: silentLog,
  observer: () => {},
  accounts: new Accounts(),
  questions: null,
}, path);

/**
 * `rowferry serve`: the REST API.
 *
 * @module
 */

import { Accounts } from "../../jobs/setup.ts";
import { EXIT, exitCodeOfSignal } from "../exit_code.ts";
import { watchSignals } from "../signals.ts";
import { watch } from "../watching.ts";
import { type Call, type Command, prepareCall } from "../command.ts";

/** Takes records and files over HTTP and imports them. */
export const serveCommand: Command = {
  name: "serve",
  arguments: [],
  summary: "take records and files over HTTP",
  description:
    "Listens for records and files that other programs post, and imports them as import does: " +
    "checked, batched, resumable. Nothing that was answered 202 is lost when it is killed. " +
    "Its documentation is the page at its root.",
  examples: [
    "rowferry serve --sandbox",
    "rowferry serve --port 8080 --jobs 4 --resume",
    "ROWFERRY_SERVE_TOKEN=… rowferry serve --host 0.0.0.0",
  ],
  async run(call: Call): Promise<number> {
    const prepared = await prepareCall("serve", call);
    const { io, settings } = prepared;
    if (settings.probe) {
      const { probeServer } = await import("../../server/probe.ts");
      const reason = await probeServer(io, settings);
      if (reason !== null) io.stderr.write(`rowferry: no server is ready there: ${reason}\n`);
      return reason === null ? EXIT.done : EXIT.someRejected;
    }
    const { runServer } = await import("../../server/serve.ts");
    const signals = watchSignals(io, settings.grace);
    try {
      using watching = await watch(io, { ...settings, noProgress: true });
      const setup = { ...prepared, ...watching, signals, accounts: new Accounts() };
      await runServer(setup, ({ url }) => {
        io.stderr.write(`rowferry listens on ${url}\n`);
      });
      return exitCodeOfSignal(signals.signal ?? "SIGTERM");
    } finally {
      signals.dispose();
    }
  },
};

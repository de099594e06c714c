/**
 * The real outside, by Deno: with its folder the only place that touches it.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import { DirectClient } from "./http/client.ts";
import type { Io } from "./io.ts";
import { systemFiles } from "./system_io/files.ts";
import { connect, listen, serve, systemNetwork } from "./system_io/network.ts";
import { onStopSignal } from "./system_io/signals.ts";
import { systemOutputs, systemPrompts } from "./system_io/terminal.ts";
import { sleep, startTimer } from "./system_io/timers.ts";

/** The real outside. */
export function systemIo(): Io {
  const outputs = systemOutputs();
  return {
    stdin: {
      get isTerminal() {
        return Deno.stdin.isTerminal();
      },
      get readable() {
        return Deno.stdin.readable;
      },
    },
    ...outputs,
    files: systemFiles,
    prompts: systemPrompts(outputs.flush),
    env: () => Deno.env.toObject(),
    cwd: () => Deno.cwd(),
    pid: Deno.pid,
    runtime: { deno: Deno.version.deno, target: Deno.build.target },
    httpClient: (options) =>
      new DirectClient(
        systemNetwork,
        { monotonic: () => performance.now(), now: () => Date.now(), startTimer },
        options,
      ),
    serve,
    listen,
    connect,
    now: () => Date.now(),
    monotonic: () => performance.now(),
    sleep,
    startTimer,
    nextTurn: () => new Promise((resolve) => void setImmediate(resolve)),
    random: () => Math.random(),
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    onStopSignal,
    abort: (code) => Deno.exit(code),
  };
}

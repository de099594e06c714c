/**
 * Stand-ins on loopback, and rows sent to them.
 *
 * @module
 */

import { type Sandbox, type SandboxHooks, startSandbox } from "../../src/sandbox/mod.ts";
import { systemIo } from "../../src/system_io.ts";
import type { HttpAnswer } from "../../src/model/answer.ts";
import type { Sink } from "../../src/model/destination.ts";
import { definitionOf } from "../support/destinations.ts";
import { compiled, NOW, type WholeRequest } from "../support/sinks.ts";

/** Runs `test` against the stand-in of a mapping's destination, and a connection to it. */
export async function withSandbox(
  file: unknown,
  test: (sandbox: Sandbox, sink: Sink) => Promise<void>,
  { hooks, single = false, now = () => NOW }: {
    hooks?: SandboxHooks;
    single?: boolean;
    now?: () => number;
  } = {},
): Promise<void> {
  const mapping = compiled(file);
  const definition = definitionOf(mapping.file.destination);
  const sandbox = await startSandbox(systemIo(), definition.standIn(mapping.file, now), hooks);
  try {
    const sink = definition.createSink({
      variables: definition.sandboxVariables(sandbox.url, mapping.file),
      mapping,
      idPrefix: "run",
      single,
      insecureHttp: false,
      now: NOW,
    });
    await test(sandbox, sink);
  } finally {
    await sandbox.close();
  }
}

/** Sends a request and reads its whole answer. */
export async function send(request: WholeRequest): Promise<HttpAnswer> {
  const { method, url, headers, body } = request;
  const response = await fetch(url, { method, headers, body, redirect: "manual" });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

/** A token, got as the destination's login says. */
export async function logIn({ destination }: Sink): Promise<string | null> {
  if (destination.login === null) return null;
  return destination.login.read(await send(destination.login.request)).token;
}

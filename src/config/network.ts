/**
 * What requests need to find their way, checked before anything else happens.
 *
 * @module
 */

import { UsageError } from "../model/errors.ts";
import { describeFileError } from "../model/file_errors.ts";
import type { Io } from "../io.ts";
import { printable } from "../text/printable.ts";
import type { Environment } from "./environment.ts";
import { readProxies } from "./proxies.ts";

/**
 * Checks what requests will need to find their way: proxies that can be understood, and the file of
 * authorities that Deno adds to its own.
 *
 * @throws {UsageError} naming the variable that is wrong.
 */
export async function checkNetwork(
  io: Pick<Io, "env" | "files">,
  environment: Environment,
): Promise<void> {
  readProxies(environment);
  const { DENO_CERT: path } = io.env();
  if (!path) return;
  let text: string;
  try {
    text = await io.files.readText(path);
  } catch (error) {
    throw new UsageError(
      `DENO_CERT names ${printable(path)}, which can't be read: ${describeFileError(error)}`,
    );
  }
  if (!text.includes("-----BEGIN CERTIFICATE-----")) {
    throw new UsageError(
      `DENO_CERT names ${printable(path)}, which holds no certificate: it takes a file of ` +
        "-----BEGIN CERTIFICATE----- blocks (PEM)",
    );
  }
}

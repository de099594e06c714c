/**
 * Ways through a proxy that is only told where to: `CONNECT` (RFC 9110 §9.3.6), and SOCKS 5 (RFC 1928,
 * with the passwords of RFC 1929), which looks names up itself.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { NetworkError } from "../model/errors.ts";
import type { Proxy, Wire } from "../io.ts";
import { endOfHead, parseHead } from "./head.ts";

/** The longest answer of a proxy, in bytes. */
const LONGEST_ANSWER = 64 * 1024;

/** The header that a proxy's user is known by, or none. */
export function proxyHeaders({ credentials }: Proxy): Record<string, string> {
  if (credentials === null) return {};
  const { user, password } = credentials;
  const basic = Buffer.from(`${user}:${password}`).toString("base64");
  return { "proxy-authorization": `Basic ${basic}` };
}

/** What it means that a proxy answered so to a request that never got past it. */
export function refusedByProxy({ setting }: Proxy, status: number): NetworkError {
  if (status === 407) {
    const reason = `the proxy wants other credentials (407): check ${setting}`;
    return new NetworkError("never", reason, true);
  }
  const isLasting = status < 500 && status !== 408 && status !== 429;
  return new NetworkError("never", `the proxy of ${setting} answered ${status}`, isLasting);
}

/** Has an HTTP proxy connect to a host. @throws {NetworkError} when it won't. */
export async function connectByHttp(wire: Wire, proxy: Proxy, target: string): Promise<void> {
  const fields = Object.entries(proxyHeaders(proxy)).map(([name, value]) =>
    `${name}: ${value}\r\n`
  );
  const head = `CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n${fields.join("")}\r\n`;
  await write(wire, Buffer.from(head, "latin1"));
  const buffer = new Uint8Array(1024);
  let text = "";
  let end = -1;
  while (end === -1 && text.length < LONGEST_ANSWER) {
    const count = await wire.read(buffer);
    if (count === null) break;
    text += Buffer.from(buffer.subarray(0, count)).toString("latin1");
    end = endOfHead(text);
  }
  const answer = end === -1 ? null : parseHead(text.slice(0, end));
  if (answer === null) {
    throw new NetworkError("never", `the proxy of ${proxy.setting} gave no answer to CONNECT`);
  }
  if (answer.status < 200 || answer.status > 299) throw refusedByProxy(proxy, answer.status);
}

/** What a SOCKS proxy answers where it does not connect (RFC 1928 §6); the others are its own trouble. */
const SOCKS_REFUSALS: Readonly<Record<number, string>> = {
  2: "does not allow the connection",
  3: "can't reach the API's network",
  4: "can't reach the API's host",
  5: "was refused by the API's host",
};

/** Has a SOCKS 5 proxy connect to a host. @throws {NetworkError} when it won't. */
export async function connectBySocks(
  wire: Wire,
  proxy: Proxy,
  host: string,
  port: number,
): Promise<void> {
  const { credentials, setting } = proxy;
  const fail = (what: string, isLasting = false) =>
    new NetworkError("never", `the proxy of ${setting} ${what}`, isLasting);
  const ask = async (question: readonly number[], length: number) => {
    await write(wire, Uint8Array.from(question));
    const answer = await read(wire, length);
    if (answer === null) throw fail("ended the connection");
    return answer;
  };
  const methods = credentials === null ? [0] : [0, 2];
  const [version, method = -1] = await ask([5, methods.length, ...methods], 2);
  if (version !== 5) throw fail("speaks no SOCKS 5", true);
  if (!methods.includes(method)) throw fail(`wants other credentials: check ${setting}`, true);
  if (method === 2 && credentials !== null) {
    const [, status] = await ask([
      1,
      ...counted(credentials.user),
      ...counted(credentials.password),
    ], 2);
    if (status !== 0) throw fail(`wants other credentials: check ${setting}`, true);
  }
  const [, status = 1, , kind = 0] = await ask(
    [5, 1, 0, 3, ...counted(host), port >> 8, port & 0xff],
    4,
  );
  if (status !== 0) throw fail(SOCKS_REFUSALS[status] ?? `answered ${status}`, status === 2);
  // The address that it connected from, which is of no interest: IPv4, a name, or IPv6; and a port.
  const rest = kind === 1 ? 4 : kind === 4 ? 16 : (await ask([], 1))[0] ?? 0;
  await ask([], rest + 2);
}

/** A text with its length before it. */
function counted(text: string): number[] {
  const bytes = Buffer.from(text).subarray(0, 255);
  return [bytes.length, ...bytes];
}

async function write(wire: Wire, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await wire.write(rest));
}

/** Exactly so many bytes; null where the connection ends before. */
async function read(wire: Wire, length: number): Promise<Uint8Array | null> {
  const bytes = new Uint8Array(length);
  for (let have = 0; have < length;) {
    const count = await wire.read(bytes.subarray(have));
    if (count === null) return null;
    have += count;
  }
  return bytes;
}

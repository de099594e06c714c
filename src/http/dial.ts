/**
 * Making a connection: the host's addresses one after the other, until one answers.
 *
 * @module
 */

import { NetworkError } from "../model/errors.ts";
import type { Io, Network, TcpWire, Wire } from "../io.ts";
import { neverMade } from "./failure.ts";

/** The next address is tried alongside when one has not answered after so long (RFC 8305 §5). */
const NEXT_ADDRESS_MS = 250;

const DEFAULT_PORTS: Readonly<Record<string, number>> = { "http:": 80, "https:": 443 };

/**
 * Connects to the host of a URL, by TLS where its scheme says so.
 *
 * @param signal Gives TLS up that is being taken up.
 * @throws {NetworkError} when there is no connection: nothing was sent.
 */
export async function dial(
  network: Network,
  clock: Pick<Io, "startTimer">,
  url: URL,
  signal: AbortSignal,
): Promise<Wire> {
  const host = url.hostname.replace(/^\[|\]$/g, ""); // IPv6 stands in brackets.
  const port = Number(url.port) || DEFAULT_PORTS[url.protocol] || 0;
  let wire: TcpWire;
  try {
    wire = await connectToFirst(network, clock, await addressesOf(network, host), port);
  } catch (error) {
    throw neverMade(error);
  }
  if (url.protocol === "http:") return wire;
  const giveUp = () => wire.close();
  signal.addEventListener("abort", giveUp);
  if (signal.aborted) giveUp();
  try {
    await wire.startTls(host);
    return wire;
  } catch {
    wire.close();
    throw new NetworkError("never", "no secure connection: TLS failed");
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

async function addressesOf(network: Network, host: string): Promise<readonly string[]> {
  const isAddress = /^[\d.]+$|:/.test(host);
  return isAddress ? [host] : await network.lookup(host);
}

function connectToFirst(
  network: Network,
  clock: Pick<Io, "startTimer">,
  addresses: readonly string[],
  port: number,
): Promise<TcpWire> {
  const first = Promise.withResolvers<TcpWire>();
  let connected = false;
  let failures = 0;
  const tryFrom = async (index: number) => {
    const address = addresses[index];
    if (address === undefined || connected) return;
    let moved = false;
    const moveOn = () => {
      if (!moved) tryFrom(index + 1);
      moved = true;
    };
    const stopTimer = clock.startTimer(NEXT_ADDRESS_MS, moveOn);
    try {
      const wire = await network.connect(address, port);
      if (connected) return wire.close();
      connected = true;
      first.resolve(wire);
    } catch (error) {
      if (++failures === addresses.length) first.reject(error);
      else moveOn();
    } finally {
      stopTimer();
    }
  };
  tryFrom(0);
  return first.promise;
}

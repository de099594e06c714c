/**
 * Making a connection: the host's addresses one after the other, until one answers; by way of a proxy
 * where there is one.
 *
 * @module
 */

import { NetworkError } from "../model/errors.ts";
import { isLocalName, isLoopbackAddress } from "../model/loopback.ts";
import type { HttpClientOptions, Io, Network, Proxy, TcpWire, Wire } from "../io.ts";
import { neverMade, neverSecure } from "./failure.ts";
import { connectByHttp, connectBySocks } from "./tunnel.ts";

/** The next address is tried alongside when one has not answered after so long (RFC 8305 §5). */
const NEXT_ADDRESS_MS = 250;

const DEFAULT_PORTS: Readonly<Record<string, number>> = { "http:": 80, "https:": 443 };

/** What connections are made with. */
export interface Dialer {
  readonly network: Network;
  readonly clock: Pick<Io, "startTimer">;
  readonly insecureHttp: HttpClientOptions["insecureHttp"];
}

/**
 * Connects to the host of a URL, by TLS where its scheme says so. By way of an HTTP proxy, and without
 * TLS, the connection is the proxy's own, which wants to be asked for whole URLs.
 *
 * @param signal Gives up what is being taken up once there is a connection.
 * @throws {NetworkError} when there is no connection: nothing was sent.
 */
export async function dial(
  dialer: Dialer,
  url: URL,
  proxy: Proxy | null,
  signal: AbortSignal,
): Promise<Wire> {
  const host = withoutBrackets(url.hostname);
  const port = Number(url.port) || DEFAULT_PORTS[url.protocol] || 0;
  const isSecure = url.protocol === "https:";
  const wire = proxy === null
    ? await connect(dialer, host, port, !isSecure && !dialer.insecureHttp)
    : await connect(dialer, proxy.host, proxy.port, false).catch((error) => {
      throw new NetworkError("never", `the proxy of ${proxy.setting}: ${neverMade(error).reason}`);
    });
  const giveUp = () => wire.close();
  signal.addEventListener("abort", giveUp);
  if (signal.aborted) giveUp();
  try {
    if (proxy !== null) await passProxy(wire, proxy, host, port, isSecure);
    if (isSecure) await wire.startTls(host).catch((error) => Promise.reject(neverSecure(error)));
    return wire;
  } catch (error) {
    wire.close();
    throw neverMade(error);
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

/** Takes up with a proxy what comes before anything is said to the host. */
async function passProxy(
  wire: TcpWire,
  proxy: Proxy,
  host: string,
  port: number,
  isSecure: boolean,
): Promise<void> {
  const failed = (error: unknown) => {
    if (error instanceof NetworkError) return error;
    return new NetworkError("never", `the proxy of ${proxy.setting} ended the connection`);
  };
  if (proxy.kind === "socks5") {
    await connectBySocks(wire, proxy, host, port).catch((error) => Promise.reject(failed(error)));
    return;
  }
  if (proxy.kind === "https") {
    if (isSecure) {
      const reason = `${proxy.setting} names a proxy that is itself spoken to by https://, which ` +
        "can't carry https requests here: use its http:// address";
      throw new NetworkError("never", reason, true);
    }
    await wire.startTls(proxy.host).catch((error) => {
      const { reason, lasting } = neverSecure(error);
      throw new NetworkError("never", `the proxy of ${proxy.setting}: ${reason}`, lasting);
    });
  }
  if (!isSecure) return;
  const target = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  await connectByHttp(wire, proxy, target).catch((error) => Promise.reject(failed(error)));
}

/** @param mustBeLocal True for a name that must be this machine's where it ends in `localhost`. */
async function connect(
  dialer: Dialer,
  host: string,
  port: number,
  mustBeLocal: boolean,
): Promise<TcpWire> {
  try {
    const addresses = await addressesOf(dialer.network, host);
    if (mustBeLocal && isLocalName(host) && !addresses.every(isLoopbackAddress)) {
      const reason = `${host} is another machine, and the request would go there in the clear: ` +
        "use https://, or allow insecure http";
      throw new NetworkError("never", reason, true);
    }
    return await connectToFirst(dialer, addresses, port);
  } catch (error) {
    throw neverMade(error);
  }
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, "");
}

async function addressesOf(network: Network, host: string): Promise<readonly string[]> {
  const isAddress = /^[\d.]+$|:/.test(host);
  return isAddress ? [host] : await network.lookup(host);
}

function connectToFirst(
  { network, clock }: Dialer,
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

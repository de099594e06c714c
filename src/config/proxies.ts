/**
 * Which proxy a request takes, by `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, in capitals
 * or small letters. A proxy that can't be understood is an error: requests must not go round it.
 *
 * @module
 */

import { UsageError } from "../model/errors.ts";
import { isLoopbackHost } from "../model/loopback.ts";
import type { HttpClientOptions, Proxy } from "../io.ts";
import type { Environment } from "./environment.ts";

const KINDS: Readonly<Record<string, { readonly kind: Proxy["kind"]; readonly port: number }>> = {
  "http:": { kind: "http", port: 80 },
  "https:": { kind: "https", port: 443 },
  "socks5:": { kind: "socks5", port: 1080 },
  "socks5h:": { kind: "socks5", port: 1080 },
};

/**
 * The proxy for each URL.
 *
 * @throws {UsageError} naming the variable that holds no usable proxy, without its value.
 */
export function readProxies(
  environment: Pick<Environment, "get">,
): HttpClientOptions["proxyFor"] {
  const all = readProxy(environment, "ALL_PROXY");
  const proxies: Readonly<Record<string, Proxy | null>> = {
    "http:": readProxy(environment, "HTTP_PROXY") ?? all,
    "https:": readProxy(environment, "HTTPS_PROXY") ?? all,
  };
  const exemptions = (valueOf(environment, "NO_PROXY") ?? "").split(",")
    .map((entry) => readExemption(entry.trim().toLowerCase()));
  return (url) => {
    const proxy = proxies[url.protocol] ?? null;
    if (proxy === null || exemptions.some((isExempt) => isExempt(url))) return null;
    // What is not secure, and meant for this machine, must not leave it for a proxy elsewhere.
    const staysHere = url.protocol === "http:" && isLoopbackHost(url.hostname);
    return staysHere && !isLoopbackHost(proxy.host) ? null : proxy;
  };
}

/** The process's own variables, in whichever letters, go over those of an `.env` file. */
function valueOf(environment: Pick<Environment, "get">, name: string): string | null {
  const found = [environment.get(name), environment.get(name.toLowerCase())]
    .filter((variable) => variable !== null);
  return (found.find(({ isFromFile }) => !isFromFile) ?? found[0])?.value ?? null;
}

function readProxy(environment: Pick<Environment, "get">, setting: string): Proxy | null {
  const value = valueOf(environment, setting)?.trim();
  if (!value) return null;
  const url = URL.parse(/^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `http://${value}`);
  const known = KINDS[url?.protocol ?? ""];
  if (!url || !known || url.hostname === "") {
    throw new UsageError(
      `${setting} is no proxy that can be used: it takes a URL such as ` +
        "http://proxy.example.com:3128 (http, https or socks5)",
    );
  }
  const { kind, port } = known;
  const [user, password] = [url.username, url.password].map(decode) as [string, string];
  return {
    kind,
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port) || port,
    credentials: user === "" && password === "" ? null : { user, password },
    setting,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A percent sign of its own.
  }
}

/** An entry of `NO_PROXY`: `*`, a name with all below it, an address or IPv4 network; with a port or not. */
function readExemption(entry: string): (url: URL) => boolean {
  if (entry === "") return () => false;
  if (entry === "*") return () => true;
  const [, host = entry, port] = /^(\[[^\]]*\]|[^:]*):(\d{1,5})$/.exec(entry) ?? [];
  const bare = host.replace(/^\[|\]$/g, "");
  const network = networkOf(bare);
  const name = bare.replace(/^\*?\./, "");
  return (url) => {
    if (port !== undefined && port !== (url.port || { "http:": "80" }[url.protocol] || "443")) {
      return false;
    }
    const wanted = url.hostname.replace(/^\[|\]$/g, "");
    if (network !== null) return network(wanted);
    return wanted === name || wanted.endsWith(`.${name}`);
  };
}

function networkOf(text: string): ((address: string) => boolean) | null {
  const [, address = "", bits = ""] = /^([\d.]+)\/(\d{1,2})$/.exec(text) ?? [];
  const start = ipv4(address);
  if (start === null || Number(bits) > 32) return null;
  const size = 2 ** (32 - Number(bits));
  const inNetwork = (value: number) => Math.floor(value / size) === Math.floor(start / size);
  return (host) => {
    const value = ipv4(host);
    return value !== null && inNetwork(value);
  };
}

function ipv4(text: string): number | null {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part))) return null;
  return parts.reduce((value, part) => value * 256 + Number(part), 0);
}

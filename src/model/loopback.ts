/**
 * Hosts that are this machine itself: what goes to them does not leave it. All pure.
 *
 * @module
 */

/** True for an address of the loopback interface; IPv6 without brackets. */
export function isLoopbackAddress(address: string): boolean {
  return address === "::1" || /^127(?:\.\d{1,3}){3}$/.test(address) ||
    /^::ffff:127(?:\.\d{1,3}){3}$/i.test(address);
}

/** True for `localhost` and the names below it, which only ought to be this machine (RFC 6761 §6.3). */
export function isLocalName(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost");
}

/** True for a URL's host that is loopback, or is refused when it turns out not to be. */
export function isLoopbackHost(host: string): boolean {
  return isLocalName(host) || isLoopbackAddress(host.replace(/^\[|\]$/g, ""));
}

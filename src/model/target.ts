/**
 * Where the rows of a run go: what tells one audience from another.
 *
 * @module
 */

/**
 * A destination's address, without anything secret, and what else tells its audiences apart, each in a
 * few words: `{ address: "https://…", environment: "production", dataPlan: "main 3" }`.
 */
export type TargetId = { readonly address: string } & { readonly [fact: string]: string };

/** The target of every rehearsal: a stand-in on loopback. */
export const SANDBOX: TargetId = { address: "sandbox" };

/** The same text for the same target, a different one for another. */
export function targetKey(destination: string, target: TargetId): string {
  const { address, ...facts } = target;
  const place = (URL.parse(address)?.href ?? address).replace(/\/+$/, "");
  return JSON.stringify([destination, place, Object.entries(facts).sort()]);
}

/** `<destination> at https://… (environment production, data plan main 3)`. */
export function describeTarget(destination: string, target: TargetId | null): string {
  if (target === null) return destination;
  const { address, ...facts } = target;
  if (address === SANDBOX.address) return `${destination} (sandbox)`;
  const words = Object.entries(facts).map(([name, value]) =>
    `${name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} ${value}`
  );
  const place = address === "" ? destination : `${destination} at ${address}`;
  return words.length === 0 ? place : `${place} (${words.join(", ")})`;
}

/**
 * True where real people may hear of the rows: the environment is called so, or nothing says which
 * one it is and the address is not this machine.
 */
export function isProduction({ address, environment }: TargetId): boolean {
  if (environment !== undefined) return environment === "production";
  const host = URL.parse(address)?.hostname ?? "";
  return !/^(?:localhost|.*\.localhost|\[::1\]|127(?:\.\d+){3})$/.test(host);
}

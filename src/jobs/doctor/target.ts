/**
 * Looks at where rows would go: the destination's variables, its host, the credentials, the clock.
 *
 * @module
 */

import { readProxies } from "../../config/proxies.ts";
import { type HostTrial, reachHost, tryLogin } from "../../delivery/trial.ts";
import { mappingHeader } from "../../mapping/header.ts";
import type { Destination } from "../../model/destination.ts";
import { describeTarget } from "../../model/target.ts";
import type { HttpClientOptions } from "../../io.ts";
import { formatDuration } from "../../report/format.ts";
import { joinWords } from "../../text/words.ts";
import { inferDestination } from "../infer_destination.ts";
import { compileFor } from "../input.ts";
import { chooseTarget, type Target, targetVariables } from "../target.ts";
import { targetIdOf } from "../target_of_run.ts";
import type { Examination, ReadSettings } from "./examination.ts";

/** A clock that is wrong by more makes moments wrong, tokens too old, and certificates invalid. */
const MOST_WRONG_MS = 60_000;

/** Finds out where rows would go, and whether they would get there; null where that can't be told. */
export async function examineTarget(
  examination: Examination,
  read: ReadSettings,
): Promise<Target | null> {
  const target = await chosenTarget(examination, read);
  if (target === null) return null;
  const destination = await examineVariables(examination, read, target);
  const wire = await examination.attempt("host", () => ({
    proxyFor: readProxies(read.environment),
    insecureHttp: read.settings.insecureHttp ?? false,
  }));
  const { address } = targetIdOf(target, targetVariables(target, read.environment), {});
  const isReached = wire !== null && await examineHost(examination, address, wire);
  if (isReached && destination) await examineCredentials(examination, destination, wire, target);
  return target;
}

async function chosenTarget(
  examination: Examination,
  { settings, environment }: ReadSettings,
): Promise<Target | null> {
  const { io } = examination.call;
  const observer = ({ kind, ...facts }: { kind: string; destination?: string }) => {
    if (kind !== "inferred") return;
    const text =
      `No destination is named: rows go to ${facts.destination}, the only one with settings`;
    examination.add("settings", "ok", text);
  };
  return await examination.attempt("settings", async () => {
    const to = inferDestination({ environment, observer }, settings);
    if (to === undefined && settings.mapping === undefined) {
      const text = "No destination is named, and none has settings: where rows go isn't looked at";
      examination.add("settings", "warning", text, "Name one, or put its variables into .env");
      return null;
    }
    return await chooseTarget(io, to, settings.mapping);
  });
}

/** The destination's own variables, and what it makes of them. */
async function examineVariables(
  examination: Examination,
  read: ReadSettings,
  target: Target,
): Promise<Destination | null> {
  const { io } = examination.call;
  const { definition, mapping } = target;
  for (const { name, secret, default: usual } of definition.variables(mapping)) {
    const found = read.environment.get(name);
    if (found) {
      const value = secret ? "set" : withoutUserInfo(found.value);
      examination.add("settings", "ok", `${name} from ${found.origin}: ${value}`);
      if (secret) examineSecret(examination, name, found.value);
    } else if (usual !== undefined) {
      examination.add("settings", "ok", `${name} by default: ${usual}`);
    }
  }
  const variables = targetVariables(target, read.environment);
  const destination = await examination.attempt("settings", async () => {
    const header = mappingHeader(mapping);
    const compiled = await compileFor(io, { ...read, target }, header, "the mapping");
    return definition.createSink({
      variables,
      mapping: compiled,
      idPrefix: "doctor",
      single: false,
      insecureHttp: read.settings.insecureHttp ?? false,
      now: io.now(),
    }).destination;
  });
  if (destination) {
    const id = targetIdOf(target, variables, {});
    examination.add("settings", "ok", `Rows go to ${describeTarget(definition.name, id)}`);
  }
  return destination;
}

/** An address without a name and a password, which nobody should have put there. */
function withoutUserInfo(value: string): string {
  return value.replace(/^([a-z][a-z\d+.-]*:\/\/)[^/@]*@/i, "$1…@");
}

/** What a paste leaves at a secret's ends. Never tells the secret. */
function examineSecret(examination: Examination, name: string, value: string): void {
  const odd = /\s/.test(value)
    ? "holds a blank"
    : /^["'“”‘’]|["'“”‘’]$/.test(value)
    ? "begins or ends with a quote"
    : /^(?:<.*>|x{4,}|\.{3,}|changeme|your[-_].*)$/i.test(value)
    ? "looks like a placeholder"
    : null;
  if (odd) examination.add("credentials", "warning", `${name} ${odd}`, "Copy it anew");
}

async function examineHost(
  examination: Examination,
  address: string,
  wire: HttpClientOptions,
): Promise<boolean> {
  const { io, signals } = examination.call;
  const url = URL.parse(address);
  if (url === null) return false; // Which variable is missing or wrong is told.
  const proxy = wire.proxyFor(url);
  const way = proxy === null ? "" : ` by the proxy ${proxy.host}:${proxy.port} (${proxy.setting})`;
  const trial = await examination.attempt("host", async () => {
    try {
      return await reachHost(io, address, { wire, stop: signals.kill });
    } catch (error) {
      const why = examination.call.words.error(error);
      examination.add("host", "problem", `${url.host}${way} ${why}`, whatToDo(why));
      return null;
    }
  });
  if (trial === null) return false;
  const secure = url.protocol === "https:" ? ", its certificate is good" : "";
  examination.add(
    "host",
    "ok",
    `${url.host} was reached${way} in ${formatDuration(trial.ms)}: its name is known, it takes ` +
      `connections${secure}`,
  );
  examineClock(examination, url.host, trial);
  return true;
}

/** By the words that a failure is told in; the first that are in it count. */
const TODOS: readonly (readonly [RegExp, string])[] = [
  [/proxy/i, "Check the proxy's address and credentials"],
  [/can't be resolved/, "Check the host's name, and this machine's DNS"],
  [/no TLS on this port/, "Check whether the address should begin with http:"],
  [/no secure connection/, "Check the address, and what stands between this machine and the host"],
];

function whatToDo(why: string): string {
  const usual = "Check host and port, firewalls, and whether a proxy is needed (HTTPS_PROXY)";
  return TODOS.find(([pattern]) => pattern.test(why))?.[1] ?? usual;
}

function examineClock(examination: Examination, host: string, { aheadMs }: HostTrial): void {
  if (aheadMs === null) return;
  const off = Math.abs(aheadMs);
  if (off <= MOST_WRONG_MS) {
    examination.add("clock", "ok", `This machine's clock agrees with that of ${host}`);
    return;
  }
  const way = aheadMs > 0 ? "behind" : "ahead of";
  const text = `This machine's clock is ${formatDuration(off)} ${way} that of ${host}`;
  examination.add("clock", "warning", text, "Have it set by NTP: moments and tokens depend on it");
}

async function examineCredentials(
  examination: Examination,
  destination: Destination,
  wire: HttpClientOptions,
  { definition, mapping }: Target,
): Promise<void> {
  const { io, signals } = examination.call;
  const { title } = destination;
  const secrets = definition.variables(mapping).filter(({ secret }) => secret)
    .map(({ name }) => name);
  const named = secrets.length === 0
    ? "No credentials are"
    : `${joinWords(secrets)} ${secrets.length === 1 ? "is" : "are"}`;
  await examination.attempt("credentials", async () => {
    if (await tryLogin(io, destination, { wire, stop: signals.kill })) {
      examination.add("credentials", "ok", `${title} took the login; no row was sent`);
    } else if (secrets.length > 0) {
      const text =
        `${named} given. Whether ${title} takes ${secrets.length === 1 ? "it" : "them"} ` +
        "can't be tried without sending a row: the first request tells";
      examination.add("credentials", "ok", text);
    }
  });
}

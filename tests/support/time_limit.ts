/**
 * Gives every test a time limit, so that a hang is a failure with a name and the other tests run:
 *
 *     deno test --preload=tests/support/time_limit.ts …
 *
 * A test that never lets go of the thread can't be ended from within: `.ci/run` limits the whole run,
 * whose last line then names that test.
 *
 * @module
 */

import { runInThisContext } from "node:vm";

/** Far longer than any test takes on a busy machine; the environment may say less. */
const LIMIT_MS = Number(Deno.env.get("TEST_LIMIT_MS") ?? 180_000);

type Body = (context: Deno.TestContext) => void | Promise<void>;

// Tests may put clocks of their own in place of these.
const { setTimeout, clearTimeout } = globalThis;

/** A test's body that fails when it takes longer than the limit. */
function limited(body: Body): Body {
  const within: Body = async (context) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`«${context.name}» did not end within ${LIMIT_MS / 1000} s`));
      }, LIMIT_MS);
    });
    try {
      await Promise.race([body(context), end]);
    } finally {
      clearTimeout(timer);
    }
  };
  return Object.defineProperty(within, "name", { value: body.name });
}

/**
 * Deno before 2.8 can call off neither the wait for a lock nor a read of a silent pipe, which the
 * program leaves behind when it ends: there, what a test leaves open is no failure.
 */
const LENIENT = isBefore("2.8.0") ? { sanitizeOps: false, sanitizeResources: false } : {};

function isBefore(version: string): boolean {
  const numbers = (text: string) => text.split(".").map(Number);
  const [major = 0, minor = 0] = numbers(Deno.version.deno);
  const [ofMajor = 0, ofMinor = 0] = numbers(version);
  return major < ofMajor || (major === ofMajor && minor < ofMinor);
}

/** One definition of a test's name, body and options, in whichever form they were given. */
function define(given: readonly unknown[]): Deno.TestDefinition {
  const options = given.find((part) => typeof part === "object") as Partial<Deno.TestDefinition>;
  const body = (given.find((part) => typeof part === "function") ?? options.fn) as Body;
  const name = given.find((part) => typeof part === "string") ?? options?.name ?? body.name;
  return { ...options, ...LENIENT, name: String(name), fn: limited(body) };
}

// Deno takes for a test's place the file that calls it, unless that is one of its own, which begin
// with `ext:`. So this line doesn't stand between a failure and the test.
const limiting = runInThisContext(
  "(register, define) => Object.assign((...given) => register(define(given)), register)",
  { filename: "ext:rowferry/time_limit.js" },
);

const { test } = Deno;
const forms = { only: limiting(test.only, define), ignore: limiting(test.ignore, define) };
Object.assign(Deno, { test: Object.assign(limiting(test, define), forms) });

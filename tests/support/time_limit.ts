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

// Deno takes for a test's place the file that calls it, unless that is one of its own, which begin
// with `ext:`. So this line doesn't stand between a failure and the test.
const limiting = runInThisContext(
  `(register, limited) => Object.assign((...args) => register(...args.map((arg) =>
    typeof arg === "function" ? limited(arg) : arg?.fn ? { ...arg, fn: limited(arg.fn) } : arg
  )), register)`,
  { filename: "ext:rowferry/time_limit.js" },
);

const { test } = Deno;
const forms = { only: limiting(test.only, limited), ignore: limiting(test.ignore, limited) };
Object.assign(Deno, { test: Object.assign(limiting(test, limited), forms) });

/**
 * Assertions over `node:assert`, by the names that Deno's users know.
 *
 * @module
 */

import strict, { AssertionError } from "node:assert/strict";

// deno-lint-ignore no-explicit-any -- Any class of errors will do, abstract ones too.
type ErrorClass<E> = abstract new (...args: any[]) => E;

/** Asserts that `condition` holds. */
export function assert(
  condition: unknown,
  note = "The condition does not hold.",
): asserts condition {
  if (!condition) fail(note);
}

/** Asserts deep equality, of types too; the failure shows what differs under the note. */
export function assertEquals(actual: unknown, expected: unknown, note?: string): void {
  noted(note, () => strict.deepEqual(actual, expected));
}

/** Asserts that two values differ. */
export function assertNotEquals(actual: unknown, expected: unknown, note?: string): void {
  noted(note, () => strict.notDeepEqual(actual, expected));
}

/** Asserts that two values are one and the same. */
export function assertStrictEquals(actual: unknown, expected: unknown, note?: string): void {
  noted(note, () => strict.equal(actual, expected));
}

/** Asserts that a text holds another. */
export function assertStringIncludes(actual: string, expected: string, note?: string): void {
  if (actual.includes(expected)) return;
  noted(note, () => fail(`Expected to find\n\n${expected}\n\nin\n\n${actual}`));
}

/** Asserts that a text matches a pattern. */
export function assertMatch(actual: string, expected: RegExp, note?: string): void {
  noted(note, () => strict.match(actual, expected));
}

/** Asserts that a value is of a class. */
export function assertInstanceOf<T>(
  actual: unknown,
  expected: ErrorClass<T>,
  note?: string,
): asserts actual is T {
  if (actual instanceof expected) return;
  noted(note, () => fail(`Expected ${expected.name}, got ${told(actual)}`));
}

/** Asserts that a function throws, an error of the class with the text in its message. */
export function assertThrows<E extends Error = Error>(
  call: () => unknown,
  expected?: ErrorClass<E>,
  text?: string,
): E {
  try {
    call();
  } catch (error) {
    return expectedError(error, expected, text);
  }
  fail(`Expected ${expected?.name ?? "an error"}, but nothing was thrown.`);
}

/** Asserts that a promise rejects, with an error of the class with the text in its message. */
export async function assertRejects<E extends Error = Error>(
  call: () => PromiseLike<unknown>,
  expected?: ErrorClass<E>,
  text?: string,
): Promise<E> {
  try {
    await call();
  } catch (error) {
    return expectedError(error, expected, text);
  }
  fail(`Expected ${expected?.name ?? "an error"}, but the promise was fulfilled.`);
}

function expectedError<E extends Error>(
  error: unknown,
  expected: ErrorClass<E> | undefined,
  text = "",
): E {
  const isExpected = error instanceof (expected ?? Error);
  if (isExpected && (error as Error).message.includes(text)) return error as E;
  const wanted = `${expected?.name ?? "an error"}${text === "" ? "" : ` with «${text}»`}`;
  fail(`Expected ${wanted}, got ${told(error)}`, error);
}

function told(value: unknown): string {
  return value instanceof Error ? value.stack ?? String(value) : Deno.inspect(value);
}

function fail(message: string, cause?: unknown): never {
  const error = new AssertionError({ message });
  if (cause !== undefined) error.cause = cause;
  throw error;
}

/** Runs an assertion; its failure begins with the note. */
function noted(note: string | undefined, assertion: () => void): void {
  try {
    assertion();
  } catch (error) {
    if (note !== undefined && error instanceof Error) error.message = `${note}\n${error.message}`;
    throw error;
  }
}

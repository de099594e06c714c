/**
 * Debian's Chromium (`apt-get install chromium`), for tests that look at pages. Where there is none,
 * such tests are left out.
 *
 * @module
 */

import { type Browser, chromium } from "playwright-core";

const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The path of a browser; null where there is none. */
export const browserPath: string | null = PATHS.find((path) => {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}) ?? null;

/** Starts a browser without windows. */
export async function launchBrowser(): Promise<Browser & AsyncDisposable> {
  const browser = await chromium.launch({
    ...(browserPath === null ? {} : { executablePath: browserPath }),
    args: ["--no-sandbox", "--disable-gpu"],
  });
  return Object.assign(browser, { [Symbol.asyncDispose]: () => browser.close() });
}

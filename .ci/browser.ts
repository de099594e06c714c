/**
 * This machine's Chromium (`apt-get install chromium`), for tests that look at pages. What drives it wants
 * all permissions, so these tests are not among those of `deno task test`. Where there is no browser, they
 * are left out.
 *
 * @module
 */

import { type Browser, chromium } from "playwright-core";

/** The path of a browser; null where there is none. */
export const browserPath: string | null = await findBrowser();

async function findBrowser(): Promise<string | null> {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
      const path = `${folder}/${name}`;
      if (await Deno.stat(path).then(({ isFile }) => isFile, () => false)) return path;
    }
  }
  return null;
}

/** Starts a browser without windows. */
export async function launchBrowser(): Promise<Browser & AsyncDisposable> {
  const browser = await chromium.launch({
    ...(browserPath === null ? {} : { executablePath: browserPath }),
    // The tests may run as root, where Chromium has no sandbox of its own.
    args: ["--no-sandbox", "--disable-gpu"],
  });
  return Object.assign(browser, { [Symbol.asyncDispose]: () => browser.close() });
}

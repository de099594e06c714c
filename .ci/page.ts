/**
 * The server's page in a real browser, as somebody sees it who opens it at a desk or on a telephone.
 *
 *     deno test --allow-all .ci/page.ts
 *
 * `TEST_EXECUTABLE` is a program to run in place of the source, `PAGE_PICTURES` a folder for pictures.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Buffer } from "node:buffer";
import type { Browser, Locator, Page } from "playwright-core";
import { startServerProcess } from "../tests/support/server_process.ts";
import { Workdir } from "../tests/support/workdir.ts";
import { browserPath, launchBrowser } from "./browser.ts";

const PICTURES = Deno.env.get("PAGE_PICTURES");

const SIZES = [
  { name: "at a desk", width: 1280, height: 900 },
  { name: "on a telephone", width: 390, height: 844 },
];

async function inBrowser(use: (browser: Browser, url: string) => Promise<void>): Promise<void> {
  await using dir = await Workdir.make();
  await using server = await startServerProcess(dir.path, ["--sandbox"]);
  await using browser = await launchBrowser();
  await use(browser, server.url);
}

/** Opens the page and gathers whatever is wrong with it. */
async function openPage(browser: Browser, url: string, size: { width: number; height: number }) {
  const page = await browser.newPage({ viewport: size });
  const wrong: string[] = [];
  // What the page's policy forbids is told here, too.
  page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("request", (request) => {
    if (!/^(?:data|blob):/.test(request.url()) && !request.url().startsWith(url)) {
      wrong.push(`asks ${request.url()}`);
    }
  });
  await page.goto(url);
  await page.waitForSelector(".opblock");
  return { page, wrong };
}

function operation(page: Page, path: string): Locator {
  return page.locator(".opblock", { has: page.locator(`[data-path="${path}"]`) });
}

/** The status and the body that the page shows of a call. */
async function tryOut(block: Locator, fill: (block: Locator) => Promise<void>) {
  await block.locator(".opblock-summary-control").click();
  await block.getByRole("button", { name: "Try it out" }).click();
  await fill(block);
  await block.getByRole("button", { name: "Execute" }).click();
  const answer = block.locator(".live-responses-table .response").first();
  return {
    status: (await answer.locator(".response-col_status").innerText()).trim(),
    body: await answer.locator(".response-col_description").innerText(),
  };
}

for (const { name, ...size } of SIZES) {
  Deno.test({
    name: `the page lists the API and tries it out ${name}`,
    ignore: browserPath === null,
    // The browser has timers and pipes of its own.
    sanitizeOps: false,
    sanitizeResources: false,
  }, () =>
    inBrowser(async (browser, url) => {
      const { page, wrong } = await openPage(browser, url, size);
      const description = await (await fetch(`${url}/openapi.json`)).json();
      const operations = Object.values<object>(description.paths).flatMap((path) =>
        Object.keys(path).filter((key) => /^(?:get|post|put|patch|delete)$/.test(key))
      );
      assertEquals(await page.locator(".opblock").count(), operations.length);

      const record = await tryOut(operation(page, "/send_record"), async () => {});
      assertEquals(record.status, "202");
      assertStringIncludes(record.body, "sent to ShowAPI");

      const bulk = await tryOut(operation(page, "/send_record/bulk"), async (block) => {
        await block.locator('input[type="file"]').setInputFiles({
          name: "people.csv",
          mimeType: "text/csv",
          buffer: Buffer.from("Name,Age,Cookie,Banner_id\nAnna Novak,33,c-1,7\nBo Li,44,c-2,8\n"),
        });
      });
      assertEquals(bulk.status, "202");
      assertStringIncludes(bulk.body, '"sent": 2');

      if (PICTURES) {
        await page.screenshot({ path: `${PICTURES}/${size.width}.png`, fullPage: true });
      }
      const width = await page.evaluate("document.documentElement.scrollWidth");
      assert(Number(width) <= size.width, `the page is ${width} wide`);
      assertEquals(wrong, []);
    }));
}

/**
 * The page of `rowferry report` in a real browser.
 *
 *     deno test --allow-all .ci/report_page.ts
 *
 * @module
 */

import axe from "axe-core";
import { assert, assertEquals } from "@std/assert";
import { spendNight } from "../tests/support/night.ts";
import { Workdir } from "../tests/support/workdir.ts";
import { browserPath, launchBrowser } from "./browser.ts";

Deno.test({
  name:
    "the page fits desks and phones, is light or dark as asked, and fit for screen readers (axe)",
  ignore: browserPath === null,
  // The browser has timers and pipes of its own.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using dir = await Workdir.make();
    const { morning } = await spendNight(dir);
    await dir.run(["report", "--output", "report.html"], morning);
    await using browser = await launchBrowser();
    for (const [width, colorScheme] of [[1200, "light"], [390, "dark"]] as const) {
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      const requests: string[] = [];
      const troubles: string[] = [];
      page.on("request", (request) => requests.push(request.url()));
      page.on("console", (message) => troubles.push(message.text()));
      await page.goto(`file://${dir.file("report.html")}`);
      const seen = await page.evaluate(() => {
        // deno-lint-ignore no-explicit-any -- the browser's own globals
        const { document, getComputedStyle, innerWidth } = globalThis as any;
        const all = (query: string) => [...document.querySelectorAll(query)];
        return {
          fits: document.documentElement.scrollWidth <= innerWidth,
          charts: all("svg[role=img]").filter((svg) => svg.getBoundingClientRect().width > 0)
            .map((svg) => svg.querySelector("title").textContent),
          described: all("svg[role=img]").every((svg) =>
            svg.getAttribute("aria-labelledby").split(" ").every((id: string) =>
              document.getElementById(id)?.textContent !== ""
            )
          ),
          headings: all("h1, h2").map((heading) => heading.textContent),
          background: getComputedStyle(document.body).backgroundColor,
          language: document.documentElement.lang,
        };
      });
      assert(seen.fits, `${width} pixels are enough`);
      assertEquals(seen.charts, ["Rows a second over time", "How long answers took over time"]);
      assert(seen.described);
      assertEquals(seen.headings[0], "policies.csv");
      assertEquals(
        seen.background,
        colorScheme === "dark" ? "rgb(15, 19, 24)" : "rgb(255, 255, 255)",
      );
      assertEquals(seen.language, "en");
      assertEquals([requests.length, troubles], [1, []]);
      await page.emulateMedia({ media: "print", colorScheme });
      const printed = await page.evaluate(() => {
        // deno-lint-ignore no-explicit-any -- the browser's own globals
        const { document, getComputedStyle } = globalThis as any;
        return getComputedStyle(document.body).backgroundColor;
      });
      assertEquals(printed, "rgb(255, 255, 255)", "paper is white");
      await page.close();
      const open = { viewport: { width, height: 900 }, colorScheme, bypassCSP: true } as const;
      await using context = await browser.newContext(open);
      const checked = await context.newPage();
      await checked.goto(`file://${dir.file("report.html")}`);
      await checked.evaluate(axe.source);
      // deno-lint-ignore no-explicit-any -- a global that the script leaves
      const { violations } = await checked.evaluate(() => (globalThis as any).axe.run());
      assertEquals(violations.map(({ id, help }: Record<string, string>) => [id, help]), []);
    }
  },
});

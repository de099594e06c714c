import { assert, assertEquals } from "@std/assert";
import { startServer, until } from "./support.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
/** The import that the manual's examples ask for. */
const EXAMPLE_ID = "20261121T181500123Z-3f9c0b71d2a4";

/** The calls of curl on a page, each on one line, with the comments that they may have. */
async function callsOn(page: string): Promise<string[]> {
  const text = (await Deno.readTextFile(ROOT + page)).replaceAll("\\\n", " ");
  return text.split("\n").filter((line) => /^(?:PORT=\S+ )?curl /.test(line));
}

const hasCurl = await new Deno.Command("curl", { args: ["--version"], stdout: "null" }).output()
  .then(({ success }) => success, () => false);

Deno.test({
  name: "the manual's calls of curl work as they stand",
  ignore: !hasCurl,
  async fn() {
    const calls = (await callsOn("docs/server.md")).filter((call) => !call.includes("example.com"));
    assert(calls.length >= 6, calls.join("\n"));
    await using server = await startServer({ flags: ["--sandbox"] });
    const { host } = new URL(server.url);
    let id = EXAMPLE_ID;
    for (const call of calls) {
      const command = call.replaceAll("localhost:5000", host).replaceAll(EXAMPLE_ID, id);
      const { stdout } = await new Deno.Command("sh", {
        args: ["-c", `${command} --silent --show-error --max-time 20 -w '\n%{http_code}'`],
        cwd: ROOT,
      }).output();
      const text = new TextDecoder().decode(stdout);
      const status = Number(text.trimEnd().split("\n").at(-1));
      assert(status >= 200 && status < 300, `${command}\n${text}`);
      const location = /^location: \/v1\/imports\/(\S+)/mi.exec(text)?.[1];
      if (location === undefined) continue;
      id = location;
      const path = `${server.url}/v1/imports/${id}`;
      await until(async () => (await (await fetch(path)).json()).state === "completed");
    }
    assertEquals(id === EXAMPLE_ID, false);
  },
});

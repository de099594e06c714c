/**
 * Holds `docs/troubleshooting.md` to the program: each message in it stands in the source.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../", import.meta.url);

/** The text of all files under a folder, one after the other. */
async function textUnder(folder: URL): Promise<string> {
  let text = "";
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const url = new URL(name + (isDirectory ? "/" : ""), folder);
    if (isDirectory) text += await textUnder(url);
    else if (name.endsWith(".ts")) text += await Deno.readTextFile(url);
  }
  return text;
}

/** Source as its messages read: parts put together, and what is filled in as `…`. */
function asRead(source: string): string {
  return source
    .replace(/^\s*\/\*\*.*?\*\/|\/\/ .*?$/gms, "")
    .replace(/["`]\s*\+\s*["`]/g, "")
    .replace(/\$\{[^{}]*\}/g, "…")
    .replace(/\$\{[^{}]*…?[^{}]*\}/g, "…");
}

/** Messages stand on lines of their own, in backticks. */
function messagesOf(page: string): string[] {
  return [...page.matchAll(/^`(.+)`$/gm)].map(([, message = ""]) => message);
}

/** What of a message is not filled in: its clauses may stand in several places of the source. */
function clausesOf(message: string): string[] {
  return message.replaceAll(/\d+/g, "…").split(/…|[;,:.()?]+(?: (?:and |or )?|$)| (?=\()/)
    .map((part) => part.trim().replace(/^[(]/, ""))
    .filter((part) => /[a-z]{2}/.test(part));
}

Deno.test("each message of the troubleshooting page stands in the source", async () => {
  const page = await Deno.readTextFile(new URL("docs/troubleshooting.md", ROOT));
  const source = asRead(await textUnder(new URL("src/", ROOT)));
  const messages = messagesOf(page);
  assert(messages.length >= 40, `${messages.length} messages`);
  const missing = messages.flatMap((message) =>
    clausesOf(message).filter((part) => !source.includes(part)).map((part) => [message, part])
  );
  assertEquals(missing, []);
});

Deno.test("the sections that the page points to are there", async () => {
  const page = await Deno.readTextFile(new URL("docs/troubleshooting.md", ROOT));
  const anchors = [...page.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title.toLowerCase().replace(/[^\w\s-]/g, "").replaceAll(" ", "-")
  );
  for (const [, anchor = ""] of page.matchAll(/\]\(#([\w-]+)\)/g)) {
    assert(anchors.includes(anchor), anchor);
  }
});

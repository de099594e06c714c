/**
 * Posts request bodies that were made beforehand, each exactly once, as an import must: with Deno's
 * `fetch` that takes Blobs, since it sends texts and bytes again by itself.
 *
 *     post.ts <url> <file with a body a line> <requests> <in flight>
 */

const [url = "", path = "", requests = "0", concurrency = "1"] = Deno.args;
const bodies = (await Deno.readTextFile(path)).trimEnd().split("\n");
const headers = { "Content-Type": "application/json" };
let left = Number(requests);

async function work(): Promise<void> {
  while (left > 0) {
    const body = new Blob([bodies[--left % bodies.length] ?? ""]);
    const response = await fetch(url, { method: "POST", headers, body });
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    await response.body?.cancel();
  }
}

await Promise.all(Array.from({ length: Number(concurrency) }, work));

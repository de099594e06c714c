/**
 * Posts request bodies that were made beforehand, by Deno's own `fetch`, as a plain program would.
 *
 *     post.ts <url> <file with a body a line> <requests> <in flight>
 */

const [url = "", path = "", requests = "0", concurrency = "1"] = Deno.args;
const encoder = new TextEncoder();
const bodies = (await Deno.readTextFile(path)).trimEnd().split("\n")
  .map((body) => encoder.encode(body));
const headers = { "Content-Type": "application/json" };
let left = Number(requests);

async function work(): Promise<void> {
  while (left > 0) {
    const body = bodies[--left % bodies.length] ?? null;
    const response = await fetch(url, { method: "POST", headers, body });
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    await response.body?.cancel();
  }
}

await Promise.all(Array.from({ length: Number(concurrency) }, work));

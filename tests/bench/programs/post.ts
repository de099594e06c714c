/**
 * Posts request bodies that were made beforehand over plain sockets, each exactly once: what no import
 * can be faster than.
 *
 *     post.ts <url> <file with a body a line> <requests> <in flight>
 */

const [target = "", path = "", requests = "0", concurrency = "1"] = Deno.args;
const { hostname, port, host, pathname } = new URL(target);
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const texts = (await Deno.readTextFile(path)).trimEnd().split("\n");
const messages = texts.map((body) => {
  const { length } = encoder.encode(body);
  return encoder.encode(
    `POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${length}\r\n\r\n${body}`,
  );
});
let left = Number(requests);

async function work(): Promise<void> {
  const socket = await Deno.connect({ hostname, port: Number(port) });
  socket.setNoDelay();
  const buffer = new Uint8Array(4096);
  while (left > 0) {
    const message = messages[--left % messages.length] ?? new Uint8Array();
    for (let sent = 0; sent < message.length;) sent += await socket.write(message.subarray(sent));
    let answer = "";
    while (!isWhole(answer)) {
      const count = await socket.read(buffer);
      if (count === null) throw new Error("The connection was closed");
      answer += decoder.decode(buffer.subarray(0, count));
    }
    if (!answer.startsWith("HTTP/1.1 2")) throw new Error(answer);
  }
  socket.close();
}

function isWhole(answer: string): boolean {
  const end = answer.indexOf("\r\n\r\n");
  if (end === -1) return false;
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(answer)?.[1] ?? 0);
  return answer.length >= end + 4 + length;
}

await Promise.all(Array.from({ length: Number(concurrency) }, work));

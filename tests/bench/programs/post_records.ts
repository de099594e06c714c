/**
 * Posts records to `/send_record`, one a request, and prints how fast they were taken, as JSON. Writes
 * to the connections itself, so that it is the server that is measured and not a client; connections
 * that the server ends after an answer are made anew.
 *
 *     post_records.ts <url> <records> <connections> <records a second, or 0 for as fast as it goes>
 */

const [url = "", records = "0", connections = "1", pace = "0"] = Deno.args;
const { hostname, port } = new URL(url);
const perSecond = Number(pace);
const begin = performance.now();
const latencies: number[] = [];
let next = 0;
let refused = 0;

await Promise.all(Array.from({ length: Number(connections) }, work));
const seconds = (performance.now() - begin) / 1000;
latencies.sort((a, b) => a - b);
const share = (part: number) => latencies[Math.floor((latencies.length - 1) * part)];
const result = {
  perSecond: latencies.length / seconds,
  p50: share(0.5),
  p99: share(0.99),
  refused,
};
Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(result)));

async function work(): Promise<void> {
  let connection: Deno.TcpConn | null = null;
  const buffer = new Uint8Array(4096);
  while (next < Number(records)) {
    const number = next++;
    if (perSecond > 0) await untilDue(number);
    const start = performance.now();
    connection ??= await open();
    await connection.write(requestOf(number));
    const { status, isLast } = await answerOf(connection, buffer);
    latencies.push(performance.now() - start);
    if (status !== 202) refused++;
    if (!isLast) continue;
    connection.close();
    connection = null;
  }
  connection?.close();
}

async function untilDue(number: number): Promise<void> {
  const wait = begin + number / perSecond * 1000 - performance.now();
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
}

async function open(): Promise<Deno.TcpConn> {
  const connection = await Deno.connect({ hostname, port: Number(port) });
  connection.setNoDelay();
  return connection;
}

function requestOf(number: number): Uint8Array {
  const record = {
    name: "Anna Novak",
    age: 33,
    cookie: `cookie-${number}`,
    banner_id: number % 100,
  };
  const body = JSON.stringify(record);
  return new TextEncoder().encode(
    `POST /send_record HTTP/1.1\r\nHost: ${hostname}:${port}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
}

async function answerOf(connection: Deno.TcpConn, buffer: Uint8Array) {
  let text = "";
  while (true) {
    const count = await connection.read(buffer);
    if (count === null) throw new Error("A connection ended without an answer");
    text += new TextDecoder().decode(buffer.subarray(0, count));
    const head = text.indexOf("\r\n\r\n");
    if (head < 0) continue;
    const length = Number(/^content-length: *(\d+)/im.exec(text)?.[1] ?? 0);
    if (text.length < head + 4 + length) continue;
    return {
      status: Number(text.slice(9, 12)),
      isLast: text.startsWith("HTTP/1.0") || /^connection: *close/im.test(text),
    };
  }
}

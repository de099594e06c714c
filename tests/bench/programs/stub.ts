/**
 * The API that the benches send to: takes everything, after as many milliseconds as its argument
 * says, and remembers when requests for rows arrived. Prints its port.
 */

const latencyMs = Number(Deno.args[0] ?? 0);
/** With `rows` as the second argument, rows are counted too, which costs time. */
const countsRows = Deno.args[1] === "rows";

/** A request for rows. */
interface Arrival {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly rows: number;
}

let arrivals: Arrival[] = [];

async function answer(request: Request): Promise<Response> {
  if (request.url.endsWith("/arrivals")) {
    const seen = arrivals;
    if (request.method === "DELETE") arrivals = [];
    return Response.json(seen);
  }
  if (request.url.endsWith("/auth")) {
    await request.body?.cancel();
    return Response.json({ AccessToken: "token" });
  }
  const at = performance.timeOrigin + performance.now();
  if (countsRows) {
    const rows = (await request.text()).split('"source_request_id"').length - 1;
    arrivals.push({ at, rows });
  } else {
    await request.arrayBuffer();
    if (arrivals.length === 0) arrivals.push({ at, rows: 0 });
  }
  if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
  return new Response(null, { status: request.url.includes("bulkevents") ? 202 : 200 });
}

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => Deno.stdout.writeSync(new TextEncoder().encode(`${port}\n`)),
}, answer);

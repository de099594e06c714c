/** The least that a server can do with a record: reads its JSON and gives it back. Prints its port. */

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => Deno.stdout.writeSync(new TextEncoder().encode(`${port}\n`)),
}, async (request) => Response.json(await request.json(), { status: 202 }));

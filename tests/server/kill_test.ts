/**
 * The server killed again and again under load: at an API that drops repeats, every record that was
 * answered 202 arrives, and none twice. `SERVE_KILLS` says how often; 100 takes two minutes.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { startProgram } from "../support/process.ts";
import { standIn } from "../support/stand_in.ts";
import { Workdir } from "../support/workdir.ts";
import { until } from "./support.ts";

const KILLS = Number(Deno.env.get("SERVE_KILLS") ?? 4);
const CLIENTS = 8;
const FILE_ROWS = 500;

Deno.test("no record that was answered 202 is lost by kill -9, and none is doubled", async () => {
  await using dir = await Workdir.make();
  /** The ids under which the API keeps what it takes, by the customer in it. */
  const kept = new Map<string, Set<string>>();
  await using api = await standIn("mparticle", {
    async onRequest({ body }) {
      // Kills come before, during and after requests.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 30));
      for (const { source_request_id: id, user_identities } of JSON.parse(body)) {
        const ids = kept.get(user_identities.customer_id) ?? new Set();
        kept.set(user_identities.customer_id, ids.add(id));
      }
    },
  });
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = ["serve", "--port", String(port), "--resume", "--rate", "100000", "--jobs", "1"];
  const start = async () => {
    const process = startProgram(dir.path, args, api.env);
    const died = process.ended.then(({ signal, stderr }) => {
      if (signal !== "SIGKILL") throw new Error(`serve ended: ${stderr}`);
    });
    const isReady = until(() => fetch(`${url}/readyz`).then(drained, () => false));
    await Promise.race([died, isReady]);
    died.catch(() => {}); // At its end it is told to stop.
    return process;
  };

  const acknowledged = new Set<string>();
  let isOver = false;
  let sequence = 0;
  const client = async () => {
    while (!isOver) {
      const id = `customer-${++sequence}`;
      while (!await postRecord(url, id)) await new Promise((resolve) => setTimeout(resolve, 5));
      acknowledged.add(id);
    }
  };
  let process = await start();
  const imported = await postFile(url);
  const clients = Array.from({ length: CLIENTS }, client);
  for (let kills = 0; kills < KILLS; kills++) {
    const goal = acknowledged.size + 1 + Math.floor(Math.random() * 150);
    await until(() => acknowledged.size >= goal);
    process.kill("SIGKILL");
    await process.ended;
    process = await start();
  }
  isOver = true;
  await Promise.all(clients);
  const rows = Array.from({ length: FILE_ROWS }, (_, row) => `row-${row}`);
  await until(async () => {
    const { state } = await (await fetch(url + imported)).json();
    return state === "completed" && kept.size === acknowledged.size + rows.length;
  });
  process.kill("SIGTERM");
  assertEquals((await process.ended).code, 143);
  assertEquals([...kept.keys()].sort(), [...acknowledged, ...rows].sort());
  assertEquals([...kept].filter(([, ids]) => ids.size > 1), []);
  assertEquals(await leftRecords(dir), []);
});

/** Posts a record; false when there was no answer, or none that says that it is kept. */
async function postRecord(url: string, customer: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/v1/records`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Idempotency-Key": customer },
      body: JSON.stringify({ destination: "mparticle", record: { customer_id: customer } }),
    });
    await answer.body?.cancel();
    return answer.status === 202;
  } catch {
    return false;
  }
}

/** Posts a file with all columns of the built-in mapping. @returns the import's path. */
async function postFile(url: string): Promise<string> {
  const catalog = await (await fetch(`${url}/v1/destinations`)).json();
  const { fields } = catalog.destinations.find(({ name }: { name: string }) =>
    name === "mparticle"
  );
  const columns: string[] = fields.map(({ column }: { column: string }) => column);
  const lines = Array.from(
    { length: FILE_ROWS },
    (_, row) => columns.map((column) => column === "customer_id" ? `row-${row}` : "").join(","),
  );
  const answer = await fetch(`${url}/v1/imports?destination=mparticle&batchSize=7`, {
    method: "POST",
    headers: { "Content-Type": "text/csv" },
    body: `${columns.join(",")}\n${lines.join("\n")}\n`,
  });
  await answer.body?.cancel();
  assertEquals(answer.status, 202);
  return answer.headers.get("location") ?? "";
}

async function drained({ body, ok }: Response): Promise<boolean> {
  await body?.cancel();
  return ok;
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

async function leftRecords(dir: Workdir): Promise<string[]> {
  return (await dir.tree("log/serve")).filter((path) => path.endsWith(".csv"));
}

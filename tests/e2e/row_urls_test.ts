/** Rows that go to URLs of their own: which go together, and what becomes of them when a run dies. */

import { assertEquals } from "@std/assert";
import { type Received, type Reply, withFaults } from "../support/faults.ts";
import { startProgram } from "../support/process.ts";
import { Workdir } from "../support/workdir.ts";

const IMPORT = ["import", "rows.csv", "--mapping", "map.json"];

async function write(dir: Workdir, url: string, http: Record<string, unknown>): Promise<void> {
  const rows = Array.from({ length: 9 }, (_, index) => `l${index % 3},r${index + 1}`);
  await dir.write("rows.csv", `list,id\n${rows.join("\n")}\n`);
  const mapping = {
    destination: "http",
    columns: [{ from: "list", to: "{list}" }, { from: "id", to: "id" }],
    http: { url: `${url}/lists/{list}`, limits: { rows: 2, concurrency: 1 }, ...http },
  };
  await dir.write("map.json", JSON.stringify(mapping));
}

Deno.test("rows of one URL go together, as many as a request holds", async () => {
  const sent = new Map<string, string[]>();
  const reply = ({ path, body }: Received): Reply => {
    const ids = (JSON.parse(body) as { id: string }[]).map(({ id }) => id);
    sent.set(path, [...sent.get(path) ?? [], ids.join()]);
    return path === "/lists/l1" && ids.includes("r5")
      ? { status: 422, body: '{"message":"l1 does not like r5"}' }
      : { status: 200 };
  };
  await withFaults(reply, async ({ url }) => {
    await using dir = await Workdir.make();
    await write(dir, url, {});
    const { rows, files } = await dir.json(IMPORT);
    assertEquals([rows.accepted, rows.rejected], [8, 1]);
    assertEquals(sent.get("/lists/l0"), ["r1,r4", "r7"]);
    assertEquals(sent.get("/lists/l1"), ["r2,r5", "r2", "r5", "r8"]);
    const errors = await dir.read(files.errors);
    assertEquals(/l1|r5/.test(errors), false, errors);
  });
});

Deno.test("a request that was in flight when the run was killed goes to its URL again, with its id", async () => {
  const requests: { path: string; id: string | null; body: string }[] = [];
  const reached = Promise.withResolvers<void>();
  let isSlow = true;
  const reply = ({ path, headers, body }: Received): Reply => {
    requests.push({ path, id: headers.get("idempotency-key"), body });
    if (requests.length < 2 || !isSlow) return { status: 200 };
    reached.resolve();
    return "hang";
  };
  await withFaults(reply, async ({ url }) => {
    await using dir = await Workdir.make();
    await write(dir, url, { idempotencyHeader: "Idempotency-Key" });
    await using program = startProgram(dir.path, IMPORT);
    await reached.promise;
    program.kill("SIGKILL");
    await program.ended;
    isSlow = false;
    const { exitCode, rows } = await dir.json(["resume"]);
    assertEquals([exitCode, rows.accepted, rows.unknown], [0, 9, 0]);
    const again = requests.filter(({ body }) => body === requests[1]?.body);
    assertEquals(again, [requests[1], requests[1]]);
  });
});

/**
 * The examples, imported as the README says: into the sandbox, and into stand-ins that answer as the
 * APIs' documentation shows.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { HttpClient } from "../../src/io.ts";
import { type BulkApi, customerio, elasticsearch, hubspot } from "../support/bulk_apis.ts";
import { assertCode, Workdir } from "../support/workdir.ts";
import { withoutProblems } from "../support/rejected_rows.ts";

const EXAMPLES = new URL("../../examples/", import.meta.url);

async function example(dir: Workdir, name: string, as: string): Promise<void> {
  await dir.write(as, await Deno.readTextFile(new URL(name, EXAMPLES)));
}

/** A client whose requests end at a stand-in of an API. */
function answeredBy(api: BulkApi): HttpClient {
  return {
    fetch(url, { method, headers, body }) {
      const answer = api({ method, url, headers, body: new TextDecoder().decode(body) });
      return Promise.resolve({ ...answer, body: new Response(answer.body).body });
    },
    close() {},
  };
}

const bulkApis: readonly {
  readonly name: string;
  readonly env: Record<string, string>;
  readonly api: BulkApi;
  readonly csv: string;
}[] = [
  {
    name: "hubspot",
    env: { HUBSPOT_TOKEN: "pat-eu1-secret" },
    api: hubspot,
    csv: "E-Mail,First name,Last name,Phone\n" +
      "jo@example.com,Jo,Bloggs,\nbad@example.com,Jo,poison,1\nbo@example.com,Bo,Bloggs,\n",
  },
  {
    name: "customerio",
    env: { CUSTOMERIO_SITE_ID: "site", CUSTOMERIO_API_KEY: "secret" },
    api: customerio,
    csv: "id,email,first_name,created,newsletter\n" +
      "1,jo@example.com,Jo,2024-05-01T10:00:00Z,yes\n9,bad@example.com,poison,,\n2,,Bo,,no\n",
  },
  {
    name: "elasticsearch",
    env: {
      ELASTICSEARCH_URL: "https://es.example.com:9200",
      ELASTICSEARCH_API_KEY: "c2Vj",
      ELASTICSEARCH_INDEX: "customers",
    },
    api: elasticsearch,
    csv: "customer_id,name,age,city,tag\nC1,Jo,44,Brno,\nC9,poison,44,Brno,a\nC2,Bo,45,Brno,b\n",
  },
];

for (const { name, env, api, csv } of bulkApis) {
  Deno.test(`the mapping of ${name} delivers rows, and rejects the one that the API refuses`, async () => {
    await using dir = await Workdir.make();
    await dir.write("rows.csv", csv);
    const result = await dir.json(["import", "rows.csv", "--to", name], {
      env,
      io: { httpClient: () => answeredBy(api) },
    });
    assertEquals(result.rows, {
      read: 3,
      accepted: 2,
      filtered: 0,
      rejected: 1,
      unknown: 0,
      pending: 0,
    });
    const [header, , poison] = csv.split("\n");
    assertEquals(withoutProblems(await dir.read(result.files.rejected)), `${header}\n${poison}\n`);
    const { row, stage } = JSON.parse(await dir.read(result.files.errors));
    assertEquals({ row, stage }, { row: 2, stage: "send" });
  });
}

for (const [file, destination] of [["policies", "mparticle"], ["customers", "showads"]] as const) {
  Deno.test(`examples/${file}.csv goes into the ${destination} sandbox whole, by the built-in mapping and by its printed copy`, async () => {
    await using dir = await Workdir.make();
    await example(dir, `${file}.csv`, "rows.csv");
    assertCode(await dir.run(["mapping", destination, "--output", "copy.yaml"]), 0);
    const args = ["import", "rows.csv", "--sandbox", "--rate", "100000"];
    const builtIn = await dir.json([...args, "--to", destination]);
    const copied = await dir.json([...args, "--mapping", "copy.yaml"]);
    assertEquals(builtIn.exitCode, 0);
    assertEquals(copied.rows, builtIn.rows);
  });

  Deno.test(`the printed ${destination} mapping words rows byte for byte as the built-in one`, async () => {
    await using dir = await Workdir.make();
    await example(dir, `${file}.csv`, "rows.csv");
    assertCode(await dir.run(["mapping", destination, "--output", "copy.yaml"]), 0);
    const dump = async (flags: string[], path: string) => {
      const args = ["import", "rows.csv", "--dry-run", "--dump", path, ...flags];
      assertCode(await dir.run(args), 0);
      // Only the run's own id differs between two runs.
      return (await dir.read(path)).replaceAll(/"source_request_id":"[^"]*-(\d+)"/g, '"id":$1');
    };
    assertEquals(
      await dump(["--mapping", "copy.yaml"], "copy.jsonl"),
      await dump(["--to", destination], "builtin.jsonl"),
    );
  });
}

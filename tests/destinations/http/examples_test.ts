import { assertEquals } from "@std/assert";

import type { Verdict } from "../../../src/model/answer.ts";
import type { Batch } from "../../../src/model/batch.ts";
import type { Sink } from "../../../src/model/destination.ts";
import { type BulkApi, customerio, elasticsearch, hubspot } from "../../support/bulk_apis.ts";
import { batchOf, NOW, payloadsOf, requestOf, rowOf } from "../../support/sinks.ts";
import { builtin, compileMapping, definitionOf } from "../../support/destinations.ts";

interface Example {
  readonly name: string;
  readonly variables: Record<string, string>;
  readonly api: BulkApi;
  readonly header: readonly string[];
  readonly good: (id: number) => readonly string[];
  readonly poison: readonly string[];
  readonly problem: { readonly code: string; readonly message: string; readonly words: string };
}

const EXAMPLES: readonly Example[] = [
  {
    name: "hubspot",
    variables: { HUBSPOT_TOKEN: "pat-eu1-secret" },
    api: hubspot,
    header: ["E-Mail", "First name", "Last name", "Phone"],
    good: (id) => [`Jo${id}@Example.com`, "Jo", "Bloggs", ""],
    poison: ["bad@example.com", "Jo", "poison", "1"],
    problem: {
      code: "refused-validation-error",
      message: "HubSpot refused the row",
      words: "Property values were not valid",
    },
  },
  {
    name: "customerio",
    variables: { CUSTOMERIO_SITE_ID: "site", CUSTOMERIO_API_KEY: "secret" },
    api: customerio,
    header: ["id", "email", "first_name", "created", "newsletter"],
    good: (id) => [`${id}`, `jo${id}@example.com`, "Jo", "2024-05-01T10:00:00Z", "yes"],
    poison: ["9", "bad@example.com", "poison", "", ""],
    problem: {
      code: "refused-invalid",
      message: "Customer.io refused the row",
      words: "attribute is invalid",
    },
  },
  {
    name: "elasticsearch",
    variables: {
      ELASTICSEARCH_URL: "https://es.example.com:9200",
      ELASTICSEARCH_API_KEY: "c2Vj",
      ELASTICSEARCH_INDEX: "customers",
    },
    api: elasticsearch,
    header: ["customer_id", "name", "age", "city", "tag"],
    good: (id) => [`C${id}`, "Jo", "44", "Brno", ""],
    poison: ["C9", "poison", "44", "Brno", "a"],
    problem: {
      code: "refused-document-parsing-exception",
      message: "Elasticsearch refused the row",
      words: "failed to parse field [name]",
    },
  },
];

/** The example's connection, and its rows as a batch. */
function open(
  { name, variables, header }: Example,
  rows: readonly (readonly string[])[],
): { sink: Sink; batch: Batch } {
  const mapping = compileMapping(builtin(name), header, "rows.csv", { now: NOW });
  const sink = definitionOf(name).createSink({
    variables,
    mapping,
    idPrefix: "run",
    single: false,
    insecureHttp: false,
    now: NOW,
  });
  const values = rows.map((fields, index) => {
    const values = mapping.check(rowOf(index + 1, fields));
    if (values === null) throw new Error(JSON.stringify(mapping.problems(rowOf(1, fields))));
    return [...values]; // They are good until the next check.
  });
  return { sink, batch: batchOf(sink, values) };
}

function deliver({ api }: Example, { destination }: Sink, batch: Batch): Verdict {
  return destination.classify(api(requestOf(destination, batch, null)), batch);
}

for (const example of EXAMPLES) {
  Deno.test(`${example.name}: good rows are accepted`, () => {
    const { sink, batch } = open(example, [1, 2, 3].map(example.good));
    assertEquals(deliver(example, sink, batch), { kind: "accepted" });
  });

  Deno.test(`${example.name}: a bad row among good ones is refused alone, with the API's reason`, () => {
    const rows = [example.good(1), example.poison, example.good(3)];
    const { sink, batch } = open(example, rows);
    const problem = { ...example.problem, column: null };
    assertEquals(deliver(example, sink, batch), {
      kind: "partial",
      results: [null, { kind: "refused", problem }, null],
    });
  });

  Deno.test(`${example.name}: the frame is what a body has beside its payloads`, () => {
    const { sink, batch } = open(example, [1, 2, 3].map(example.good));
    const { head, separator, tail } = sink.destination.frame(batch.route);
    const { body } = requestOf(sink.destination, batch, null);
    assertEquals(body, head + payloadsOf(batch).join(separator) + tail);
  });
}

Deno.test("elasticsearch: a row that met a full queue is sent again alone", () => {
  const [, , example] = EXAMPLES;
  if (!example) throw new Error("there is no third example");
  const { sink, batch } = open(example, [example.good(1), ["C2", "busy", "", "", ""]]);
  assertEquals(deliver(example, sink, batch), {
    kind: "partial",
    results: [null, { kind: "retry", reason: "Elasticsearch answered 429 for the row" }],
  });
});

Deno.test("elasticsearch: a row is two lines, without the values that are empty", () => {
  const [, , example] = EXAMPLES;
  if (!example) throw new Error("there is no third example");
  const { batch } = open(example, [["C1", "Jo", "", "", ""]]);
  assertEquals(
    batch.payload(0),
    '{"index":{"_id":"C1","_index":"customers"}}\n' +
      '{"id":"C1","name":"Jo"}',
  );
});

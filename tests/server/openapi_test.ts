import { assert, assertEquals } from "@std/assert";
import { startServer, until } from "./support.ts";

// deno-lint-ignore no-explicit-any -- a document, of which the test picks what it looks at
type Json = any;

const MULTIPART = "multipart/form-data";
const ROWS = "Ann,34,c1,7\nBea,ten,c2,8\n";

/** What a form's file holds, and what else an operation needs in a server that has no mappings. */
function formOf(): FormData {
  const form = new FormData();
  form.append("file", new File([`Name,Age,Cookie,Banner_id\n${ROWS}`], "rows.csv"));
  return form;
}

Deno.test("every operation that the description has answers its example as it says", async () => {
  await using server = await startServer({ flags: ["--sandbox"] });
  const description: Json = await (await fetch(`${server.url}/openapi.json`)).json();
  const resolve = (schema: Json): Json =>
    schema.$ref ? description.components.schemas[schema.$ref.split("/").at(-1)] : schema;

  const first = await fetch(`${server.url}/v1/imports?destination=showads`, {
    method: "POST",
    body: formOf(),
  });
  const { id } = await first.json();
  const isDone = async () =>
    (await (await fetch(`${server.url}/v1/imports/${id}`)).json()).state === "completed";
  await until(isDone);

  const send = async (method: string, path: string, init: RequestInit, responses: Json) => {
    const url = `${server.url}${path.replace("{id}", id)}`;
    const answer = await fetch(url, { method: method.toUpperCase(), ...init });
    await answer.body?.cancel();
    const seen = `${method} ${path}: ${answer.status}`;
    assert(responses[answer.status], `${seen} is not described`);
    return answer.status;
  };
  const statuses: Record<string, number[]> = {};
  for (const [path, operations] of Object.entries<Json>(description.paths)) {
    for (const [method, operation] of Object.entries<Json>(operations)) {
      const { operationId, requestBody, responses, parameters = [] } = operation;
      assert(operation.summary && operation.tags?.length, `${operationId} has no summary or tag`);
      const sent = statuses[operationId] = [] as number[];
      const query = parameters.some(({ name }: Json) => name === "destination")
        ? "?destination=showads"
        : "";
      if (!requestBody) sent.push(await send(method, path, {}, responses));
      for (const [type, { schema }] of Object.entries<Json>(requestBody?.content ?? {})) {
        if (type === MULTIPART) {
          sent.push(await send(method, path + query, { body: formOf() }, responses));
        }
        const example = resolve(schema).example ?? exampleOf(resolve(schema));
        if (type !== MULTIPART && example !== undefined) {
          const body = typeof example === "string" ? example : JSON.stringify(example);
          const headers = { "Content-Type": type };
          sent.push(await send(method, path + query, { body, headers }, responses));
        }
      }
      assert(sent.length > 0, `${operationId} has no example`);
    }
  }
  for (const [operation, sent] of Object.entries(statuses)) {
    // What is at its end can't be resumed; all else succeeds.
    assertEquals(sent.filter((status) => status >= 300), operation === "resumeImport" ? [409] : []);
  }
  assertEquals(Object.keys(statuses).length >= 16, true);
});

/** The example that the members of an object make. */
function exampleOf({ properties, required = [] }: Json): Json {
  if (!properties) return undefined;
  const entries = Object.entries<Json>(properties).filter(([name]) => required.includes(name));
  return Object.fromEntries(entries.map(([name, { example }]) => [name, example]));
}

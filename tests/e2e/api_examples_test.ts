/**
 * The examples in the server's own description of its API, sent as they stand with curl, as somebody
 * does who reads the page.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { type ServerProcess, startServerProcess } from "../support/server_process.ts";
import { Workdir } from "../support/workdir.ts";

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly format?: string;
  readonly example?: unknown;
}

interface Media {
  readonly schema: Schema;
  readonly example?: unknown;
}

interface Parameter {
  readonly in: "path" | "query" | "header";
  readonly name: string;
  readonly example?: unknown;
  readonly schema: Schema;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, Media>> }>
  >;
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const hasCurl = await new Deno.Command("curl", { args: ["--version"] }).output()
  .then(({ success }) => success, () => false);

/** What curl got: the status, the type without its parameters, and the body. */
async function curl(dir: Workdir, args: readonly string[]) {
  const told = ["-s", "--max-time", "60", "-w", "\n%{http_code} %{content_type}"];
  const { stdout, success } = await new Deno.Command("curl", {
    args: [...told, ...args],
    cwd: dir.path,
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert(success, `curl ${args.join(" ")}\n${text}`);
  const end = text.lastIndexOf("\n");
  const [status = "", type = ""] = text.slice(end + 1).split(/[ ;]/);
  return { status, type, body: text.slice(0, end) };
}

async function describe({ url }: ServerProcess): Promise<Description> {
  return await (await fetch(`${url}/openapi.json`)).json();
}

function resolved(schema: Schema, { components }: Description): Schema {
  const name = schema.$ref?.split("/").at(-1);
  return name === undefined ? schema : components.schemas[name] ?? {};
}

/** A form's fields by name, those of all that it is made of. */
function fieldsOf(schema: Schema, description: Description): Record<string, Schema> {
  const { allOf = [], properties = {} } = resolved(schema, description);
  return Object.assign({}, ...allOf.map((part) => fieldsOf(part, description)), properties);
}

/** Arguments for curl: an example of the body. */
async function bodyArguments(
  dir: Workdir,
  [type, { schema, example: own }]: [string, Media],
  description: Description,
): Promise<string[]> {
  const example = own ?? resolved(schema, description).example;
  if (type === "multipart/form-data") {
    await dir.write("people.csv", "Name,Age,Cookie,Banner_id\nAnn Example,34,c1,7\n");
    return Object.entries(fieldsOf(schema, description)).flatMap(([name, { format, example }]) => {
      if (format === "binary") return ["-F", `${name}=@people.csv;type=text/csv`];
      return example === undefined ? [] : ["-F", `${name}=${example}`];
    });
  }
  assert(example !== undefined, `${type} has no example`);
  const text = typeof example === "string" ? example : JSON.stringify(example);
  return ["-H", `Content-Type: ${type}`, "--data-binary", text];
}

/** Sends an operation's examples, and holds what comes to what is described. */
async function send(
  dir: Workdir,
  { url }: ServerProcess,
  call: { readonly method: string; readonly path: string; readonly body: readonly string[] },
  { operationId, parameters = [], responses }: Operation,
) {
  const target = new URL(url + call.path);
  const headers: string[] = [];
  for (const { in: place, name, schema, example = schema.example } of parameters) {
    if (example === undefined || place === "path") continue;
    if (place === "query") target.searchParams.set(name, `${example}`);
    else headers.push("-H", `${name}: ${example}`);
  }
  const args = ["-X", call.method.toUpperCase(), ...headers, ...call.body, target.href];
  const { status, type, body } = await curl(dir, args);
  assert(/^2/.test(status), `curl ${args.join(" ")}\n${status} ${body}`);
  const { content = {} } = responses[status] ?? {};
  assert(status in responses, `${operationId} answers ${status}, which is not described`);
  if (body !== "") assert(type in content, `${operationId} answers ${type}: not described`);
  return body;
}

Deno.test({
  name: "every example of the API works with curl, and is answered as described",
  ignore: !hasCurl,
}, async () => {
  await using dir = await Workdir.make();
  await using server = await startServerProcess(dir.path, ["--sandbox"]);
  const description = await describe(server);
  const imported = async (query: string) => {
    const data = ["--data-binary", "Name,Age,Cookie,Banner_id\nAnn,34,c1,7\nBo,35,c2,8\n"];
    const { responses } = description.paths["/v1/imports"]?.post ?? {};
    const operation = { operationId: "own", responses: responses ?? {} };
    const path = `/v1/imports?destination=showads&${query}`;
    const call = { method: "post", path, body: ["-H", "Content-Type: text/csv", ...data] };
    const { id } = JSON.parse(await send(dir, server, call, operation));
    // Its events end when it does.
    await curl(dir, [`${server.url}/v1/imports/${id}/events`]);
    return id;
  };
  const ids: Record<string, string> = {
    "/v1/imports/{id}/resume": await imported("stopAfter=1"),
    others: await imported(""),
  };
  let sent = 0;
  for (const [path, operations] of Object.entries(description.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const given = path.replace("{id}", ids[path] ?? ids.others ?? "");
      const bodies = Object.entries(operation.requestBody?.content ?? {});
      const texts = bodies.filter(([, { schema }]) => schema.format !== "binary");
      const examples = await Promise.all(
        texts.map((media) => bodyArguments(dir, media, description)),
      );
      for (const body of bodies.length > 0 ? examples : [[]]) {
        await send(dir, server, { method, path: given, body }, operation);
        sent++;
      }
    }
  }
  assertEquals(sent >= 20, true, `only ${sent} examples`);
});

/**
 * Writes the description of the server's API, as a server itself gives it, into the file that is named.
 *
 * @module
 */

import { startServer } from "../tests/server/support.ts";

await using server = await startServer({ flags: ["--sandbox"] });
const [file] = Deno.args;
if (file === undefined) throw new Error("Name the file to write");
const answer = await fetch(`${server.url}/openapi.json`);
await Deno.writeTextFile(file, await answer.text());

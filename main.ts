import { run } from "./src/cli.ts";
import { systemIo } from "./src/io.ts";

Deno.exit(await run(Deno.args, systemIo()));

import { run } from "./src/cli.ts";
import { systemIo } from "./src/system_io.ts";

Deno.exit(await run(Deno.args, systemIo()));

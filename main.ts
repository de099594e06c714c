import { run } from "./src/cli/run.ts";
import { systemIo } from "./src/system_io.ts";

Deno.exit(await run(Deno.args, systemIo()));

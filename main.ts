import { run } from "./src/cli.ts";
import { systemIo } from "./src/io.ts";

Deno.exitCode = await run(Deno.args, systemIo());

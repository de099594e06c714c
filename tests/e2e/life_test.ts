/**
 * Sequences of what people, cron and chance do with a file, against stand-ins that know their
 * environment: no row is ever taken by a target that was not the one named on screen at that moment,
 * none twice by one target unless somebody asked for it, and in the end none is missing.
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";

import type { Io } from "../../src/io.ts";
import { systemIo } from "../../src/system_io.ts";
import { type Audiences, policies, policy, startAudiences } from "../support/audiences.ts";
import { type Ended, filesIn, signals, Workdir } from "../support/workdir.ts";

/** What happens next. */
type Move =
  | { readonly kind: "import" | "resume"; readonly terminal: boolean; readonly ends: Ends }
  | { readonly kind: "environment" | "host" | "grow" | "mend" };

/** How a process ends: by itself, or after so many requests. */
type Ends = { readonly by: "itself" | "Ctrl-C" | "kill"; readonly after: number };

const ends: fc.Arbitrary<Ends> = fc.record({
  by: fc.constantFrom("itself", "itself", "Ctrl-C", "kill"),
  after: fc.integer({ min: 1, max: 3 }),
});

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom("import", "resume"),
      terminal: fc.boolean(),
      ends,
    }) as fc.Arbitrary<Move>,
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom("environment", "host", "grow", "mend"),
    }) as fc.Arbitrary<Move>,
  },
);

const FILE = "rows.csv";
const FLAGS = ["--batch-size", "2", "--concurrency", "1", "--rate", "100000"];

/** A folder with a file, two hosts with two environments each, and settings that name one of them. */
class Life implements AsyncDisposable {
  readonly #dir: Workdir;
  readonly #hosts: readonly Audiences[];
  #host = 0;
  #environment = "development";
  #rows = 5;
  /** Rows of which somebody at the terminal said that they go again. */
  #said = "";

  constructor(dir: Workdir, hosts: readonly Audiences[]) {
    this.#dir = dir;
    this.#hosts = hosts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const host of this.#hosts) await host[Symbol.asyncDispose]();
    await this.#dir[Symbol.asyncDispose]();
  }

  async begin(): Promise<void> {
    await this.#write();
  }

  /** A file with one row that is wrong, until it is mended. */
  async #write(): Promise<void> {
    const numbers = Array.from({ length: this.#rows }, (_, index) => index + 1);
    const bad = policy(2).replace(/^c2,/, "c2,no address");
    await this.#dir.write(FILE, policies(numbers).replace(policy(2), bad));
  }

  async do(move: Move): Promise<void> {
    switch (move.kind) {
      case "environment":
        this.#environment = this.#environment === "production" ? "development" : "production";
        return;
      case "host":
        this.#host = 1 - this.#host;
        return;
      case "grow":
        this.#rows += 3;
        return await this.#write();
      case "mend":
        return await this.#mend();
      case "import":
        await this.#run(["import", FILE, "--to", "mparticle", ...FLAGS], move);
        return;
      case "resume":
        await this.#run(["resume"], move);
    }
  }

  /** Mends the rejected rows of the latest run that has some, and imports them. */
  async #mend(): Promise<void> {
    const { runs } = await this.#dir.json(["status"]);
    // deno-lint-ignore no-explicit-any -- what is looked at is named
    const run = runs.findLast((run: any) => run.state === "completed" && run.files.rejected);
    if (!run) return;
    const { rejected } = run.files;
    await this.#dir.write(rejected, (await this.#dir.read(rejected)).replace("no address", ""));
    const move = { terminal: false, ends: { by: "itself", after: 0 } } as const;
    await this.#run(["import", rejected], move);
  }

  /** Runs a command, and looks at who took rows meanwhile. */
  async #run(
    args: readonly string[],
    { terminal, ends }: { readonly terminal: boolean; readonly ends: Ends },
  ): Promise<void> {
    const before = this.#hosts.map(({ taken }) => taken.length);
    this.#said = "";
    const cron = args[0] === "import" && !terminal ? ["--resume-or-start"] : [];
    const ended = await this.#process([...args, ...cron], terminal, ends);
    const named = `${this.#said}\n${ended?.stdout ?? ""}`;
    for (const [index, host] of this.#hosts.entries()) {
      for (const row of host.taken.slice(before[index])) {
        const [environment] = row.split(" ");
        // Killed, a process says nothing more: then it must be what the settings name.
        const isNamed = ended === null
          ? index === this.#host && environment === this.#environment
          : named.includes(host.api.url) && named.includes(`environment ${environment}`);
        assert(isNamed, `${row} at ${host.api.url} was not named:\n${named}`);
        assertEquals([index, environment], [this.#host, this.#environment]);
      }
      assertEquals(host.taken.length, new Set(host.taken).size, `a row came twice: ${host.taken}`);
    }
  }

  /** Null for one that was killed. */
  async #process(args: readonly string[], terminal: boolean, ends: Ends): Promise<Ended | null> {
    const host = this.#hosts[this.#host];
    assert(host);
    const signal = signals();
    let requests = 0;
    let isDead = false;
    const never = () => new Promise<never>(() => {});
    const killed = Promise.withResolvers<null>();
    const real = systemIo();
    const handles: { close(): void }[] = [];
    const files = filesIn(this.#dir.path, real.files);
    const io: Partial<Io> = {
      onStopSignal: signal.onStopSignal,
      files: {
        ...files,
        // The dead write nothing, and their locks are gone.
        open: async (path, options) => {
          if (isDead) return await never();
          const handle = await files.open(path, options);
          const own = {
            ...handle,
            writeSync: (bytes: Uint8Array) => isDead ? bytes.length : handle.writeSync(bytes),
          };
          handles.push(own);
          return own;
        },
        remove: (path, options) => isDead ? never() : files.remove(path, options),
      },
      httpClient: (options) => {
        const client = real.httpClient(options);
        return {
          ...client,
          close: () => client.close(),
          fetch: async (url, request) => {
            if (isDead) return await never();
            const response = await client.fetch(url, request);
            if (++requests < ends.after) return response;
            if (ends.by === "Ctrl-C") signal.send("SIGINT");
            if (ends.by !== "kill") return response;
            await response.body?.cancel();
            isDead = true;
            killed.resolve(null);
            return await never();
          },
        };
      },
      prompts: {
        select: (message, options) => {
          this.#said += message;
          const wanted = ["resume", "new-rows"];
          return Promise.resolve(
            options.find(({ value }) => wanted.includes(value))?.value ?? null,
          );
        },
        confirm: (message) => {
          this.#said += message;
          return Promise.resolve(true);
        },
      },
    };
    const env = host.env(this.#environment);
    const ended = await Promise.race([
      this.#dir.run(args, { env, terminal, io }),
      killed.promise,
    ]);
    if (isDead) {
      for (const handle of handles) {
        try {
          handle.close();
        } catch {
          // It was closed before.
        }
      }
      return null;
    }
    return ended;
  }

  /** Whatever happened: cron brings every row to each target that it is to go to. */
  async finish(): Promise<void> {
    const own = (this.#hosts[this.#host] as Audiences).taken;
    for (let tries = 0; tries < 3; tries++) {
      await this.do({ kind: "import", terminal: false, ends: { by: "itself", after: 0 } });
    }
    const good = Array.from({ length: this.#rows }, (_, index) => index + 1)
      .filter((row) => row !== 2).map((row) => `${this.#environment} c${row}`);
    const taken = own.filter((row) => row.startsWith(this.#environment) && !row.endsWith(" c2"));
    assertEquals(taken.toSorted(), good.toSorted());
  }
}

Deno.test("whatever people, cron and chance do, rows go once, and only where they are said to go", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 3, maxLength: 8 }), async (moves) => {
      await using life = new Life(await Workdir.make(), [
        await startAudiences(),
        await startAudiences(),
      ]);
      await life.begin();
      for (const next of moves) await life.do(next);
      await life.finish();
    }),
    { numRuns: 40, seed: 20261128 },
  );
});

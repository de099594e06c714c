/**
 * Builds the container image out of its Dockerfile, with buildah and without a network, and runs the
 * server in it as the compose files say.
 *
 *     deno test --allow-all .ci/image.ts
 *
 * Needs `dist/rowferry`, and root for buildah's chroot isolation. The bases that the Dockerfile names
 * lie in registries; the libraries in them are this machine's here.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, join } from "node:path";
import * as yaml from "yaml";
import { serverOf } from "../tests/support/server_process.ts";
import { standIn } from "../tests/support/stand_in.ts";
import { REPOSITORY } from "./bundle.ts";

const DOCKER = join(REPOSITORY, "examples", "docker");
const IMAGE = "localhost/rowferry";

/** The program in the image. */
const ENTRY = "/usr/local/bin/rowferry";

/** The user of the image. */
const USER = 65532;

const buildah = await new Deno.Command("buildah", { args: ["--version"] }).output()
  .then(({ success }) => success, () => false);

/** Runs a program to its end, and gives what it printed. */
async function output(command: string, args: string[], env: Record<string, string> = {}) {
  const ended = await new Deno.Command(command, { args, cwd: REPOSITORY, env }).output();
  const [stdout, stderr] = [ended.stdout, ended.stderr].map((b) => new TextDecoder().decode(b));
  assert(ended.success, `${command} ${args.join(" ")}\n${stdout}\n${stderr}`);
  return (stdout ?? "").trim();
}

/** A folder with images of its own. */
class Images implements AsyncDisposable {
  private constructor(readonly folder: string) {}

  static async make(): Promise<Images> {
    return new Images(await Deno.makeTempDir({ prefix: "rowferry-image-" }));
  }

  /** Has buildah get on without the rights that containers may lack. */
  readonly env = { BUILDAH_ISOLATION: "chroot" };

  command(...args: string[]): [string, ...string[]] {
    const { folder } = this;
    const storage = ["--storage-driver", "vfs", "--root", `${folder}/store`];
    return ["buildah", ...storage, "--runroot", `${folder}/run`, ...args];
  }

  run(...args: string[]): Promise<string> {
    const [command, ...rest] = this.command(...args);
    return output(command, rest, this.env);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.run("rm", "--all");
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** A base that holds what programs of this machine need to start, and a shell. */
async function makeBase(images: Images): Promise<string> {
  const root = join(images.folder, "base");
  const programs = ["/bin/sh", "/usr/bin/install"];
  const needed = new Set(programs);
  for (const program of [...programs, join(REPOSITORY, "dist", "rowferry")]) {
    for (const [library] of (await output("ldd", [program])).matchAll(/\/lib\S+/g)) {
      needed.add(library);
    }
  }
  for (const path of needed) {
    await Deno.mkdir(join(root, dirname(path)), { recursive: true });
    await Deno.copyFile(path, join(root, path));
  }
  await Deno.writeTextFile(join(images.folder, "Base"), "FROM scratch\nCOPY . /\n");
  await images.run("bud", "--quiet", "-f", join(images.folder, "Base"), "-t", "base", root);
  return "localhost/base";
}

/** What compose makes of a service: its command, variables and health check. */
async function service(...files: string[]): Promise<{
  readonly command: string[];
  readonly environment: Record<string, string>;
  readonly healthcheck: { readonly test: string[] };
}> {
  const parts = await Promise.all(
    files.map(async (file) =>
      yaml.parse(await Deno.readTextFile(join(DOCKER, file))).services.rowferry
    ),
  );
  return Object.assign({}, ...parts);
}

const RECORD = JSON.stringify({ name: "Anna Novak", age: 33, cookie: "c-1", banner_id: 7 });

function post(url: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/send_record`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: RECORD,
  });
}

Deno.test({
  name: "the image is built, and its server takes records as its user, with a token and without",
  ignore: !buildah || Deno.uid() !== 0,
}, async () => {
  await using images = await Images.make();
  const base = await makeBase(images);
  const bases = ["--build-arg", `BASE=${base}`, "--build-arg", `SHELL_BASE=${base}`];
  const ignore = ["--ignorefile", join(DOCKER, "Dockerfile.dockerignore")];
  await images.run("bud", ...bases, ...ignore, "-f", join(DOCKER, "Dockerfile"), "-t", IMAGE, ".");
  const failed = join(images.folder, "failed_records");
  await Deno.mkdir(failed);
  await Deno.chown(failed, USER, USER);
  const container = await images.run("from", IMAGE);

  let arrived = Promise.withResolvers<void>();
  await using api = await standIn("showads", {
    onRequest: ({ path }) => path === "/auth" ? undefined : arrived.resolve(),
  });
  const withToken = await service("compose.yaml");
  const open = await service("compose.yaml", "compose.open.yaml");
  const inContainer = (
    { environment }: typeof open,
    port: number,
    more: object,
    words: string[],
  ) => {
    const variables = { ...environment, ...api.env, PORT: `${port}`, ...more };
    const given = Object.entries(variables).flatMap((
      [name, value],
    ) => ["--env", `${name}=${value}`]);
    const volumes = ["--volume", `${failed}:/failed_records`];
    return images.command("run", ...given, ...volumes, container, "--", ...words);
  };
  const port = freePort();
  {
    const token = { ROWFERRY_SERVE_TOKEN: "a-token" };
    const command = inContainer(withToken, port, token, [ENTRY, ...withToken.command]);
    await using server = await serverIn(command, images);
    const { url } = server;
    assertEquals((await post(url)).status, 401);
    const answer = await post(url, { Authorization: "Bearer a-token" });
    assertEquals(answer.status, 202, await answer.text());
    await arrived.promise;
    const [kind, ...words] = withToken.healthcheck.test;
    assertEquals(kind, "CMD");
    const [program, ...args] = inContainer(withToken, port, token, words);
    await output(program, args, images.env);
    assertEquals(server.user, USER);
    assertStringIncludes(server.stderr(), '"status":401');
    assert(!server.stderr().includes("a-token"), server.stderr());
    assertEquals(await server.stop(), 143);
  }
  {
    const command = inContainer(open, port, {}, [ENTRY, ...open.command]);
    await using server = await serverIn(command, images);
    arrived = Promise.withResolvers();
    const answer = await post(server.url);
    assertEquals(answer.status, 202, await answer.text());
    await arrived.promise;
    assertEquals(await server.stop(), 143);
  }
  assertEquals(api.received.rows, 2);
});

/** A port that nobody listens on. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Starts a server in a container. Signals are for the program itself: buildah passes none on. */
async function serverIn(command: readonly string[], images: Images) {
  const server = await serverOf(command, { env: images.env });
  const { pid, user } = await processIn(server.pid, ENTRY);
  let isOver = false;
  const stop = async (signal: Deno.Signal = "SIGTERM") => {
    if (!isOver) Deno.kill(pid, signal);
    isOver = true;
    return await server.ended;
  };
  return { ...server, user, stop, [Symbol.asyncDispose]: async () => void await stop("SIGKILL") };
}

/** The process that runs a program below another process, and whose it is. */
async function processIn(root: number, program: string): Promise<{ pid: number; user: number }> {
  const below = new Set([root]);
  // A process has a higher number than the one that started it, as long as numbers don't run out.
  const numbers = Array.from(Deno.readDirSync("/proc"), ({ name }) => Number(name))
    .filter((pid) => pid >= root).sort((a, b) => a - b);
  for (const pid of numbers) {
    const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");
    if (!below.has(Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1]))) continue;
    below.add(pid);
    const words = await Deno.readTextFile(`/proc/${pid}/cmdline`);
    if (words.startsWith(`${program}\0`)) {
      return { pid, user: Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]) };
    }
  }
  throw new Error(`${program} does not run`);
}

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";

const GITHUB = join(import.meta.dirname ?? ".", "../../.github");
const TARGET = Deno.build.target;
const ARCHIVE = `rowferry-${TARGET}.tar.gz`;
const ignore = Deno.build.os === "windows"; // There the .zip is unpacked by hand.

interface Result {
  readonly code: number;
  readonly text: string;
}

async function sh(script: string, args: string[], env: Record<string, string>): Promise<Result> {
  const command = new Deno.Command("sh", { args: [join(GITHUB, script), ...args], env });
  const { code, stdout, stderr } = await command.output();
  return { code, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

/** A release in a folder whose path has spaces, and an empty folder to install into. */
async function withRelease(
  use: (release: string, folder: string) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "rowferry install " });
  try {
    const program = join(root, "a program");
    await Deno.writeTextFile(program, "#!/bin/sh\necho rowferry 9.9.9\n", { mode: 0o644 });
    await Deno.writeTextFile(join(root, "THIRD_PARTY_NOTICES.txt"), "Terms.\n");
    const release = join(root, "the release");
    assertEquals(await sh("pack.sh", [TARGET, program, release], {}), { code: 0, text: "" });
    await Deno.writeTextFile(join(release, "SHA256SUMS"), await sums(release, [ARCHIVE]));
    await use(release, join(root, "my programs", "bin"));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function sums(folder: string, names: string[]): Promise<string> {
  const lines = names.map(async (name) => {
    const bytes = await Deno.readFile(join(folder, name));
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return `${Array.from(digest, (b) => b.toString(16).padStart(2, "0")).join("")}  ${name}\n`;
  });
  return (await Promise.all(lines)).join("");
}

function install(base: string, folder: string, env: Record<string, string> = {}): Promise<Result> {
  return sh("install.sh", [], { ...env, INSTALL_BASE_URL: base, INSTALL_DIR: folder });
}

/** A PATH on which `uname` tells of another machine. */
async function pretend(root: string, system: string, machine: string): Promise<string> {
  const folder = await Deno.makeTempDir({ dir: root });
  const script = `#!/bin/sh\n[ "$1" = -s ] && echo ${system} || echo ${machine}\n`;
  await Deno.writeTextFile(join(folder, "uname"), script, { mode: 0o755 });
  return `${folder}:${Deno.env.get("PATH")}`;
}

function exists(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}

Deno.test(
  { name: "install.sh installs the packed program and shows its version", ignore },
  () =>
    withRelease(async (release, folder) => {
      for (const base of [release, `file://${release}`]) {
        const { code, text } = await install(base, folder);
        assertEquals(code, 0, text);
        assertStringIncludes(text, "rowferry 9.9.9");
        assertStringIncludes(text, `installed ${folder}/rowferry`);
        assertStringIncludes(text, "not on your PATH");
      }
      assertEquals(Array.from(Deno.readDirSync(folder), ({ name }) => name), ["rowferry"]);
    }),
);

Deno.test(
  { name: "install.sh downloads over HTTP", ignore },
  () =>
    withRelease(async (release, folder) => {
      const server = Deno.serve(
        { hostname: "127.0.0.1", port: 0, onListen: () => {} },
        async (r) => {
          const name = new URL(r.url).pathname.slice(1);
          return new Response(await Deno.readFile(join(release, name)));
        },
      );
      try {
        const url = `http://127.0.0.1:${server.addr.port}`;
        const { code, text } = await install(url, folder, { NO_PROXY: "127.0.0.1" });
        assertEquals(code, 0, text);
      } finally {
        await server.shutdown();
      }
    }),
);

Deno.test(
  { name: "install.sh refuses an archive whose sum differs", ignore },
  () =>
    withRelease(async (release, folder) => {
      await Deno.writeTextFile(join(release, ARCHIVE), "tampered", { append: true });
      const { code, text } = await install(release, folder);
      assertEquals(code, 1, text);
      assertMatch(text, /the SHA-256 sum of rowferry-\S+ is [0-9a-f]{64}, and not [0-9a-f]{64}/);
      assertEquals(await exists(folder), false);
    }),
);

Deno.test(
  { name: "install.sh refuses an archive that SHA256SUMS does not list", ignore },
  () =>
    withRelease(async (release, folder) => {
      const text = await Deno.readTextFile(join(release, "SHA256SUMS"));
      await Deno.writeTextFile(
        join(release, "SHA256SUMS"),
        text.replace(ARCHIVE, `${ARCHIVE}.old`),
      );
      const result = await install(release, folder);
      assertEquals(result.code, 1, result.text);
      assertStringIncludes(result.text, `SHA256SUMS does not list ${ARCHIVE}`);
      assertEquals(await exists(folder), false);
    }),
);

Deno.test(
  { name: "install.sh says which file it could not fetch", ignore },
  () =>
    withRelease(async (release, folder) => {
      await Deno.remove(join(release, ARCHIVE));
      const result = await install(release, folder);
      assertEquals(result.code, 1, result.text);
      assertStringIncludes(result.text, `cannot fetch ${release}/${ARCHIVE}`);
    }),
);

Deno.test(
  { name: "install.sh picks the archive of the machine, or says there is none", ignore },
  () =>
    withRelease(async (release, folder) => {
      const machines: [string, string, string][] = [
        ["Darwin", "arm64", `cannot fetch ${release}/rowferry-aarch64-apple-darwin.tar.gz`],
        ["Darwin", "x86_64", `cannot fetch ${release}/rowferry-x86_64-apple-darwin.tar.gz`],
        ["Linux", "riscv64", "no archive for riscv64 processors"],
        ["MINGW64_NT", "x86_64", "no archive for MINGW64_NT"],
      ];
      await Deno.rename(join(release, ARCHIVE), join(release, "other"));
      for (const [system, machine, expected] of machines) {
        const { code, text } = await install(release, folder, {
          PATH: await pretend(release, system, machine),
        });
        assertEquals(code, 1, text);
        assertStringIncludes(text, expected);
      }
    }),
);

Deno.test(
  { name: "install.sh cut short anywhere installs nothing", ignore },
  () =>
    withRelease(async (release, folder) => {
      const lines = (await Deno.readTextFile(join(GITHUB, "install.sh"))).trimEnd().split("\n");
      const cut = join(release, "cut.sh");
      for (let kept = 1; kept < lines.length; kept += 7) {
        await Deno.writeTextFile(cut, lines.slice(0, kept).join("\n"));
        const env = { INSTALL_BASE_URL: release, INSTALL_DIR: folder };
        await new Deno.Command("sh", { args: [cut], env, stderr: "null" }).output();
        assertEquals(await exists(folder), false, `after ${kept} lines`);
      }
    }),
);

/** Every command that is printed as a next step works as it stands, pasted into the same folder. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";

import { type Audiences, policies, policy, startAudiences, upTo } from "../support/audiences.ts";
import { type Reply, withFaults } from "../support/faults.ts";
import { assertCode, type Ended, type Surroundings, Workdir } from "../support/workdir.ts";

/** The commands that stand in what the program said, as the shell takes them apart. */
async function commandsIn(text: string): Promise<string[][]> {
  const lines = text.split("\n").flatMap((line) =>
    /(?:^|\s)(rowferry (?:import|init|resume) .*)/.exec(line)?.[1] ?? []
  );
  return await Promise.all(lines.map(async (line) => {
    const { stdout } = await new Deno.Command("sh", {
      args: ["-c", `printf '%s\\n' ${line.replace(/ +# .*$/, "").replace(/\.$/, "")}`],
    }).output();
    const [program, ...words] = new TextDecoder().decode(stdout).trimEnd().split("\n");
    assertEquals(program, "rowferry");
    return words;
  }));
}

/** Pastes the command of this name. */
async function paste(
  dir: Workdir,
  { stdout, stderr }: Pick<Ended, "stdout" | "stderr">,
  name: "import" | "init" | "resume",
  surroundings: Surroundings = {},
): Promise<Ended> {
  const found = (await commandsIn(stdout + stderr)).filter(([command]) => command === name);
  assertEquals(found.length, 1, `${stdout}\n${stderr}`);
  return await dir.run(found[0] ?? [], surroundings);
}

function envFile(env: Record<string, string>): string {
  return Object.entries(env).map(([name, value]) => `${name}=${value}\n`).join("");
}

/** A staging run with every setting that decides what is read and sent; `.env` names production. */
async function staging(dir: Workdir, there: Audiences): Promise<string[]> {
  await dir.write(".env", envFile(there.env("production")));
  await dir.write("staging.env", envFile(there.env("development")));
  const { stdout } = await dir.run(["mapping", "mparticle"]);
  await dir.write("my map.yaml", stdout);
  return [
    ...["--mapping", "my map.yaml", "--env-file", "staging.env", "--log-dir", "runs of today"],
    ...["--delimiter", "semicolon", "--encoding", "windows-1252", "--where", "customer_id <> 'c3'"],
    ...["--batch-size", "2"],
  ];
}

/** As a semicolon-separated file in an encoding of before, with a letter that tells it. */
function file(text: string): Uint8Array {
  const bytes = text.replaceAll(",", ";").replaceAll("é", "\xe9");
  return Uint8Array.from(bytes, (letter) => letter.charCodeAt(0));
}

/** Takes the wrong address out of a file, whatever its encoding. */
async function mend(dir: Workdir, path: string): Promise<void> {
  const text = String.fromCharCode(...await Deno.readFile(dir.file(path)));
  const mended = text.replace("no address", "");
  await Deno.writeFile(dir.file(path), Uint8Array.from(mended, (letter) => letter.charCodeAt(0)));
}

Deno.test("mended rows of a staging run go to staging by the printed command, whatever .env says", async () => {
  await using dir = await Workdir.make();
  await using there = await startAudiences();
  const flags = await staging(dir, there);
  const bad = policy(9).replace(/^c9,/, "c9,no address");
  await dir.write("rows.csv", file(policies([1, 2, 3]) + bad.replace(",,", ",é,")));
  const ended = await dir.run(["import", "rows.csv", "--to", "mparticle", ...flags]);
  assertCode(ended, 1);
  const [rejected = ""] = (await dir.tree()).filter((path) => path.endsWith("/rejected.csv"));
  await mend(dir, rejected);
  // It is checked by the same settings.
  assertCode(await dir.run(["validate", rejected]), 0);
  assertCode(await paste(dir, ended, "import"), 0);
  assertEquals(there.taken, ["development c1", "development c2", "development c9"]);

  // Also where it is typed without any of the settings, the log folder's among them.
  const unasked = await dir.run(["import", rejected]);
  assertCode(unasked, 2);
  assertStringIncludes(unasked.stderr, "--again");
  assertCode(await dir.run(["import", rejected, "--again"]), 0);
  assertEquals(there.taken.slice(3), ["development c9"]);
  assertEquals((await dir.tree()).filter((path) => path.startsWith("log/")), []);
});

Deno.test("a file in a run's folder is not sent where the settings now point, unless a flag says so", async () => {
  await using dir = await Workdir.make();
  await using there = await startAudiences();
  await dir.write("rows.csv", policies([1]) + policy(2).replace(/^c2,/, "c2,no address"));
  const development = there.env("development");
  const args = ["import", "rows.csv", "--to", "mparticle"];
  const { files } = await dir.json(args, { env: development });
  await mend(dir, files.rejected);
  const refused = await dir.run(["import", files.rejected], { env: there.env("production") });
  assertCode(refused, 2);
  assertStringIncludes(refused.stderr, "(environment development)");
  assertStringIncludes(refused.stderr, "(environment production)");
  assertEquals(there.taken, ["development c1"]);
  await dir.write("production.env", envFile(there.env("production")));
  const meant = await dir.run(["import", files.rejected, "--env-file", "production.env"]);
  assertCode(meant, 0);
  assertEquals(there.taken, ["development c1", "production c2"]);
});

Deno.test("a stopped staging run goes on by the printed command, and by the one of status", async () => {
  for (const by of ["summary", "status"]) {
    await using dir = await Workdir.make();
    await using there = await startAudiences();
    const flags = await staging(dir, there);
    await dir.write("rows.csv", file(policies(upTo(9))));
    there.takes(2);
    const ended = await dir.run(
      [
        "import",
        "rows.csv",
        "--to",
        "mparticle",
        ...flags,
        "--retry-for",
        "1ms",
        "--concurrency",
        "1",
      ],
    );
    assertCode(ended, 3);
    there.takes(Infinity);
    const said = by === "summary" ? ended : await dir.run(["status", "--log-dir", "runs of today"]);
    assertCode(await paste(dir, said, "resume"), 0);
    const sent = upTo(9).filter((row) => row !== 3).map((row) => `development c${row}`);
    assertEquals(there.taken.toSorted(), sent);
  }
});

Deno.test("a run that is resumed with another file of settings goes on by the command printed then", async () => {
  await using dir = await Workdir.make();
  await using there = await startAudiences();
  await dir.write("rows.csv", policies(upTo(9)));
  const env = envFile(there.env("production"));
  await dir.write(".env", env);
  const args = ["import", "rows.csv", "--to", "mparticle", "--stop-after", "2"];
  assertCode(await dir.run(args), 3);
  await dir.write("of production.env", env);
  await dir.write(".env", envFile(there.env("development")));
  const stopped = await dir.run(["resume", "--env-file", "of production.env", "--stop-after", "2"]);
  assertCode(stopped, 3);
  assertCode(await paste(dir, stopped, "resume"), 0);
  assertEquals(there.taken, upTo(9).map((row) => `production c${row}`));
});

Deno.test("a mapping is made by the printed command, which reads the file as it was to be read", async () => {
  await using dir = await Workdir.make();
  const name = "it's a file.csv";
  await dir.write(name, file("# of today\ncustomer_id,Name\nc1,André\n"));
  const reading = ["--delimiter", "semicolon", "--encoding", "windows-1252", "--comment", "#"];
  for (const to of ["http", "mparticle"]) {
    const refused = await dir.run(["import", name, "--to", to, ...reading, "--dry-run"]);
    assertCode(refused, 2);
    const made = await paste(dir, refused, "init");
    assertCode(made, 0);
    assertStringIncludes(made.stdout, "Name");
  }
  // What came by a pipe has no name that a command could give.
  const piped = await dir.run(["import", "-", "--to", "http"], { stdin: "id\n1\n" });
  assertStringIncludes(piped.stderr, "let rowferry init make a mapping");
});

Deno.test("a run of standard input goes on by the printed command and the same data, which no terminal has", async () => {
  await using dir = await Workdir.make();
  await using there = await startAudiences();
  const env = there.env("development");
  const stdin = policies(upTo(5));
  const args = ["import", "-", "--to", "mparticle", "--stop-after", "2"];
  const stopped = await dir.run(args, { env, stdin });
  assertCode(stopped, 3);
  const status = await dir.run(["status"]);
  for (const { stdout } of [stopped, status]) {
    assertStringIncludes(stdout, "with the same data on standard input, with:");
  }
  const alone = await paste(dir, stopped, "resume", { env, terminal: true });
  assertCode(alone, 2);
  assertStringIncludes(alone.stderr, "by a pipe");
  assertCode(await paste(dir, status, "resume", { env, stdin }), 0);
  assertEquals(there.taken.length, 5);
});

Deno.test("each of several unfinished runs goes on by its printed command", async () => {
  await using dir = await Workdir.make();
  await using there = await startAudiences();
  const args = [
    "--to",
    "mparticle",
    "--batch-size",
    "2",
    "--concurrency",
    "1",
    "--retry-for",
    "1ms",
  ];
  const env = there.env("development");
  for (const name of ["one.csv", "other.csv"]) {
    await dir.write(name, policies(upTo(4)));
    there.takes(1);
    assertCode(await dir.run(["import", name, ...args], { env }), 3);
  }
  there.takes(Infinity);
  const refused = await dir.run(["resume"], { env });
  assertCode(refused, 2);
  const commands = await commandsIn(refused.stderr);
  assertEquals(commands.length, 2);
  for (const words of commands) assertCode(await dir.run(words, { env }), 0);
  assertEquals(there.taken.length, 8);
});

Deno.test("a run whose file or mapping was changed is started anew by the printed command", async () => {
  await using dir = await Workdir.make();
  await using there = await startAudiences();
  const flags = await staging(dir, there);
  await dir.write("rows.csv", file(policies(upTo(9))));
  there.takes(2);
  const args = ["import", "rows.csv", "--to", "mparticle", ...flags];
  assertCode(await dir.run([...args, "--retry-for", "1ms", "--concurrency", "1"]), 3);
  there.takes(Infinity);
  await dir.write("rows.csv", file(policies(upTo(9).toReversed())));
  const refused = await dir.run(["resume", "--log-dir", "runs of today"]);
  assertCode(refused, 2);
  const anew = await paste(dir, refused, "import");
  assertCode(anew, 0);
  assertStringIncludes(anew.stdout, "8 of 9 rows accepted");
  assert(there.taken.every((row) => row.startsWith("development ")));
});

Deno.test("rows without an answer are imported by the printed command", async () => {
  await using dir = await Workdir.make();
  await dir.write("rows.csv", "Name,Age,Cookie,Banner_id\nAnn,30,c1,1\n");
  let silent = true;
  const script = ({ path }: { path: string }): Reply => {
    if (path.endsWith("/auth")) return { status: 200, body: '{"AccessToken":"token"}' };
    return silent ? "close" : { status: 200 };
  };
  await withFaults(script, async ({ url }) => {
    const surroundings = { env: { API_URL: url, PROJECT_KEY: "key" } };
    const ended = await dir.run(["import", "rows.csv", "--to", "showads"], surroundings);
    assertCode(ended, 1);
    silent = false;
    const again = await paste(dir, ended, "import", surroundings);
    assertCode(again, 0);
    assertStringIncludes(again.stdout, "1 of 1 row accepted");
  });
});

/**
 * The newcomer's way: from a CSV that nobody has seen to a mapping, a clean check and an import.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { assertCode, Workdir } from "../support/workdir.ts";

const CSV = `Client ID;E-Mail;Forename;"Signed ""up""";Premium, net;Plan;Größe
0017;ann@example.com;Ann;2024-01-31;12.50;gold;1
0018;bob@example.com;Bob;2024-02-01;7;silver;2
`;

/** What a person does who takes every suggestion, by the words at the file's head. */
function takeSuggestions(text: string): string {
  return text.replaceAll("# CHOOSE: ", "");
}

/** A person at a terminal who gives these answers, each the number of an option. */
function answering(answers: readonly number[]) {
  const asked: { message: string; labels: string[] }[] = [];
  const left = [...answers];
  const io = {
    prompts: {
      select: (
        message: string,
        options: readonly { readonly value: string; readonly label: string }[],
      ) => {
        asked.push({ message, labels: options.map(({ label }) => label) });
        return Promise.resolve(options[left.shift() ?? 0]?.value ?? null);
      },
      confirm: () => Promise.resolve(true),
    },
  };
  return { asked, setup: { terminal: true, io } };
}

Deno.test("at a terminal init asks for each gap, with values, and Enter takes its best guess", async () => {
  await using dir = await Workdir.make();
  await dir.write(
    "crm.csv",
    "id,Plan,Birthday,Since,Note\n1,gold,03/04/1990,2024-01-05 10:00,n/a\n2,silver,05/06/1991,2024-01-06 11:00,x\n",
  );
  const { asked, setup } = answering([]);
  const args = ["init", "crm.csv", "--to", "http", "-o", "crm.yaml"];
  assertCode(await dir.run(args, setup), 0);
  assertEquals(asked.map(({ message }) => message), [
    "Plan (gold, silver): where does it go?",
    "Birthday (03/04/1990, 05/06/1991): where does it go?",
    "Birthday (03/04/1990, 05/06/1991): In which form are these dates?",
    "Since (2024-01-05 10:00, 2024-01-06 11:00): where does it go?",
    "Since (2024-01-05 10:00, 2024-01-06 11:00): In which time zone are these times?",
    "Note (x): where does it go?",
    "Note (x): some values may mean that there is nothing.",
  ]);
  assertEquals(asked[2]?.labels, ["DD/MM/YYYY", "MM/DD/YYYY", "text, as it stands"]);
  const text = await dir.read("crm.yaml");
  for (const line of ["to: plan", "formats: [DD/MM/YYYY]", "timeZone: UTC", "nullWords: [n/a]"]) {
    assertStringIncludes(text, line);
  }
  assertEquals(text.match(/CHOOSE: (?!auth)/g)?.length, 1); // in the words at its head
  assertCode(await dir.run(["validate", "crm.csv", "--mapping", "crm.yaml"]), 0);
});

Deno.test("no address is made of an id that somebody at a terminal sends where addresses go", async () => {
  await using dir = await Workdir.make();
  await dir.write("crm.csv", "customer_id\n17\n");
  const { asked, setup } = answering([]);
  const args = ["init", "crm.csv", "--to", "mailchimp", "-o", "crm.yaml"];
  assertCode(await dir.run(args, setup), 0);
  assertEquals(asked.map(({ message }) => message), ["customer_id (17): where does it go?"]);
  const text = await dir.read("crm.yaml");
  assertStringIncludes(text, "    to: email_address\n    type: email\n");
  assertEquals(text.includes("@example.com"), false);
  assertCode(await dir.run(["validate", "crm.csv", "--mapping", "crm.yaml"]), 1);
});

Deno.test("other answers than the best guess are taken too", async () => {
  await using dir = await Workdir.make();
  await dir.write("crm.csv", "id,Plan,Birthday\n1,gold,03/04/1990\n");
  const { setup } = answering([1, 0, 1]);
  assertCode(await dir.run(["init", "crm.csv", "--to", "http", "-o", "crm.yaml"], setup), 0);
  const text = await dir.read("crm.yaml");
  assertStringIncludes(text, "  - from: Plan\n  - from: Birthday\n    to: birthday\n");
  assertStringIncludes(text, "formats: [MM/DD/YYYY]");
});

Deno.test("with --yes, or without a terminal, nothing is asked", async () => {
  await using dir = await Workdir.make();
  await dir.write("crm.csv", CSV);
  const { asked, setup } = answering([]);
  const args = ["init", "crm.csv", "--to", "http", "-o"];
  assertCode(await dir.run([...args, "a.yaml", "--yes"], setup), 0);
  assertCode(await dir.run([...args, "b.yaml"]), 0);
  assertEquals(asked, []);
  assertEquals(await dir.read("a.yaml"), await dir.read("b.yaml"));
  assertStringIncludes(await dir.read("a.yaml"), "# CHOOSE: to: plan");
});

Deno.test("with --decimal, points that could part thousands are no question", async () => {
  await using dir = await Workdir.make();
  await dir.write("sums.csv", "id,sum\n1,1.234\n2,5.678\n");
  const doubtful = await dir.run(["init", "sums.csv", "--to", "http"]);
  assertStringIncludes(doubtful.stdout, "# CHOOSE: type: number");
  const sure = await dir.run(["init", "sums.csv", "--to", "http", "--decimal", ","]);
  assertStringIncludes(sure.stdout, 'csv:\n  decimal: ","\n');
  assertStringIncludes(sure.stdout, "\n    type: number\n");
});

Deno.test("a question that is cancelled writes nothing", async () => {
  await using dir = await Workdir.make();
  await dir.write("crm.csv", CSV);
  const { setup } = answering([99]);
  assertCode(await dir.run(["init", "crm.csv", "--to", "http", "-o", "crm.yaml"], setup), 130);
  assertEquals(await dir.tree(), ["crm.csv"]);
});

Deno.test("a wrong value far down the file is counted, and zeros in front are seen", async () => {
  await using dir = await Workdir.make();
  const rows = Array.from({ length: 2_000 }, (_, n) => `${n},${n + 100},a${n}@example.com`);
  rows.push("2000,0042,nobody");
  await dir.write("crm.csv", `Order,Branch,Mail\n${rows.join("\n")}\n`);
  const { stdout } = await dir.run(["init", "crm.csv", "--to", "http"]);
  assertStringIncludes(stdout, "# Guessed from all of its 2,001 rows.\n");
  assertStringIncludes(stdout, "type: email # 1 of 2001 isn't, first in line 2002\n");
  assertStringIncludes(stdout, "  - from: Branch\n    # CHOOSE: to: branch\n  - from");
});

for (
  const [what, csv] of [
    ["a number", "1001,anna@example.com,Anna\n1002,ben@example.com,Ben\n"],
    ["an e-mail address", "anna@example.com;Anna\n"],
    ["a number", "1001;Anna;Praha\n1002;Ben;Brno\n"],
    ["a date", "Anna,1990-04-03\nBen,1991-05-06\n"],
    ["a date", "Anna,3.4.1990\nBen,5.6.1991\n"],
    ["a UUID", "Anna,0190163d-8694-739b-aea5-966c26f8ad91\n"],
    ["a value that rows below hold too", "Anna,Praha,CZ\nBen,Brno,CZ\n"],
    ["a telephone number", "Anna,+447911123456\nBen,+447911123457\n"],
  ] as const
) {
  Deno.test(`a file that begins with a row, as ${what} in it shows, is refused without its values`, async () => {
    await using dir = await Workdir.make();
    await dir.write("crm.csv", csv);
    const ended = await dir.run(["init", "crm.csv", "--to", "http", "-o", "crm.yaml"]);
    assertCode(ended, 2);
    assertMatch(ended.stderr, /^rowferry: crm\.csv seems to have no header line: in column \d of/);
    assertStringIncludes(ended.stderr, what);
    assertEquals(/anna|1001|1990/i.test(ended.stderr), false);
    assertEquals(await dir.tree(), ["crm.csv"]);
  });
}

for (
  const csv of ["Shop,2023,2024\nPraha,17,18\n", "1,2,3\n4,5,6\n", "Name,2024-01-01\nAnna,7\n"]
) {
  Deno.test(`${JSON.stringify(csv)} begins with a header`, async () => {
    await using dir = await Workdir.make();
    await dir.write("crm.csv", csv);
    assertCode(await dir.run(["init", "crm.csv", "--to", "http"]), 0);
  });
}

Deno.test("the file that init writes leads to a clean check and a sandbox import by its marks alone", async () => {
  for (const destination of ["mparticle", "http"]) {
    await using dir = await Workdir.make();
    await dir.write("crm.csv", CSV);
    const init = await dir.run(["init", "crm.csv", "--to", destination, "--output", "crm.yaml"]);
    assertCode(init, 0);
    assertEquals(init.stdout, "");
    await dir.write("crm.yaml", takeSuggestions(await dir.read("crm.yaml")));
    assertCode(await dir.run(["validate", "crm.csv", "--mapping", "crm.yaml"]), 0);
    const args = ["import", "crm.csv", "--mapping", "crm.yaml", "--sandbox"];
    const result = await dir.json(args);
    assertEquals([result.exitCode, result.rows.accepted], [0, 2]);
  }
});

Deno.test("a CSV for ShowAds whose columns have other names takes the same way", async () => {
  await using dir = await Workdir.make();
  await dir.write("leads.csv", "Visitor ID,Banner,Age\nc1,7,30\nc2,8,40\n");
  const args = ["leads.csv", "--to", "showads"];
  assertCode(await dir.run(["init", ...args, "-o", "leads.yaml"]), 0);
  assertCode(await dir.run(["validate", ...args, "--mapping", "leads.yaml"]), 0);
  const result = await dir.json(["import", ...args, "--mapping", "leads.yaml", "--sandbox"]);
  assertEquals(result.rows.accepted, 2);
});

Deno.test("init says what to do next, in commands that work as printed", async () => {
  await using dir = await Workdir.make();
  await dir.write("my crm.csv", CSV);
  const { stderr } = await dir.run([
    ...["init", "my crm.csv", "--to", "http", "-d", "semicolon", "-o", "crm.yaml"],
  ]);
  assertMatch(
    stderr,
    /^Wrote crm\.yaml, and rowferry\.schema\.json for editors to check it by\.$/m,
  );
  assertMatch(stderr, /^Edit its \d+ lines marked CHOOSE:, then check the CSV by it:$/m);
  assertStringIncludes(
    stderr,
    "\n  rowferry validate 'my crm.csv' --mapping crm.yaml\n",
  );
  assertStringIncludes(await dir.read("crm.yaml"), '\ncsv:\n  delimiter: ";"\n');
  const args = ["validate", "my crm.csv", "--mapping", "crm.yaml"];
  assertCode(await dir.run(args), 0);
});

Deno.test("without --output the mapping alone goes to standard output", async () => {
  await using dir = await Workdir.make();
  await dir.write("crm.csv", CSV);
  const { stdout, stderr } = await dir.run(["init", "crm.csv", "--to", "mparticle"]);
  assertMatch(stdout, /^# yaml-language-server: \$schema=\.\/rowferry\.schema\.json\n/);
  assertStringIncludes(stderr, "rowferry schema --output rowferry.schema.json");
  assertEquals(await dir.tree(), ["crm.csv"]);
});

Deno.test("the schema that init puts beside the mapping is the one that schema prints", async () => {
  await using dir = await Workdir.make();
  await dir.write("crm.csv", CSV);
  await Deno.mkdir(dir.file("maps"));
  await dir.run(["init", "crm.csv", "--to", "mparticle", "-o", "maps/crm.yaml"]);
  assertEquals(await dir.tree("maps"), ["crm.yaml", "rowferry.schema.json"]);
  const { stdout } = await dir.run(["schema"]);
  assertEquals(await dir.read("maps", "rowferry.schema.json"), stdout);
});

Deno.test("a schema that is there already stays as it is", async () => {
  await using dir = await Workdir.make();
  await dir.write("crm.csv", CSV);
  await dir.write("rowferry.schema.json", "mine");
  const ended = await dir.run(["init", "crm.csv", "--to", "http", "-o", "crm.yaml"]);
  assertCode(ended, 0);
  assertMatch(ended.stderr, /^Wrote crm\.yaml\.$/m);
  assertEquals(await dir.read("rowferry.schema.json"), "mine");
});

Deno.test("an existing file is replaced only with --yes or by consent", async () => {
  await using dir = await Workdir.make();
  await dir.write("crm.csv", CSV);
  await dir.write("crm.yaml", "mine");
  const args = ["init", "crm.csv", "--to", "http", "-o", "crm.yaml"];
  const answering = (answer: boolean | null) => ({
    terminal: true,
    io: {
      prompts: {
        select: (_: string, [best]: readonly { readonly value: string }[]) =>
          Promise.resolve(best?.value ?? null),
        confirm: () => Promise.resolve(answer),
      },
    },
  });

  const refused = await dir.run(args);
  assertCode(refused, 2);
  assertMatch(refused.stderr, /^rowferry: crm\.yaml is already there: .*--yes\n$/);
  assertCode(await dir.run(args, answering(false)), 130);
  assertCode(await dir.run(args, answering(null)), 130);
  assertEquals(await dir.read("crm.yaml"), "mine");

  assertCode(await dir.run(args, answering(true)), 0);
  assertStringIncludes(await dir.read("crm.yaml"), "destination: http");
  await dir.write("crm.yaml", "a longer text than the mapping ".repeat(1000));
  assertCode(await dir.run([...args, "--yes"]), 0);
  assertEquals((await dir.read("crm.yaml")).includes("a longer text"), false);
});

Deno.test("the CSV itself is never overwritten", async () => {
  await using dir = await Workdir.make();
  await dir.write("crm.csv", CSV);
  const args = ["init", "crm.csv", "--to", "http", "--output", "./crm.csv", "--yes"];
  const ended = await dir.run(args);
  assertCode(ended, 2);
  assertStringIncludes(ended.stderr, "--output ./crm.csv is the file that is read");
  assertEquals(await dir.read("crm.csv"), CSV);
});

Deno.test("standard input can be looked at too", async () => {
  await using dir = await Workdir.make();
  const ended = await dir.run(["init", "-", "--to", "mparticle"], { stdin: CSV });
  assertCode(ended, 0);
  assertStringIncludes(ended.stdout, "# Mapping of standard input to mparticle.");
});

for (
  const [what, args, says] of [
    ["no destination", ["crm.csv"], /--to is missing: name the destination \(mparticle, /],
    ["a misspelt destination", ["crm.csv", "--to", "mpartcle"], /did you mean mparticle\?/],
    ["no such file", ["nowhere.csv", "--to", "http"], /Cannot read nowhere\.csv: no such file/],
    ["a folder for the output", ["crm.csv", "--to", "http", "-o", ".", "-y"], /it is a folder/],
    ["no folder for the output", ["crm.csv", "--to", "http", "-o", "no/x"], /no such file or/],
  ] as const
) {
  Deno.test(`init with ${what} exits 2 with one sentence`, async () => {
    await using dir = await Workdir.make();
    await dir.write("crm.csv", CSV);
    const ended = await dir.run(["init", ...args]);
    assertCode(ended, 2);
    assertMatch(ended.stderr, /^rowferry: .+\n$/);
    assertMatch(ended.stderr, says);
    assertEquals(await dir.tree(), ["crm.csv"]);
  });
}

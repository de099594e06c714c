import { assertEquals } from "@std/assert";
import { outputOf, promptsAt, type QuestionTerminal } from "../../src/system_io/prompts.ts";

/** A terminal at which these lines are typed. */
function terminal(env: Record<string, string>, typed: readonly string[] = []) {
  const lines = [...typed];
  let shown = "";
  const at: QuestionTerminal = {
    flush: () => Promise.resolve(),
    env: () => env,
    write: (text) =>
      void (shown += typeof text === "string" ? text : new TextDecoder().decode(text)),
    size: () => ({ columns: 40, rows: 24 }),
    readLine: () => Promise.resolve(lines.shift() ?? null),
  };
  return { at, shown: () => shown };
}

const OPTIONS = [
  { value: "cancel", label: "Cancel: nothing is sent" },
  { value: "again", label: "Send it again" },
];

Deno.test("a dumb terminal is asked in plain lines, until an answer is one of the options", async () => {
  const { at, shown } = terminal({ TERM: "dumb" }, ["3", "again", "2"]);
  assertEquals(await promptsAt(at).select("It was imported before.", OPTIONS), "again");
  assertEquals(
    shown(),
    "It was imported before.\n" +
      "  1  Cancel: nothing is sent\n" +
      "  2  Send it again\n" +
      "1 to 2, or Enter for 1: 1 to 2, or Enter for 1: 1 to 2, or Enter for 1: ",
  );
});

Deno.test("at a dumb terminal Enter takes the first option and no, and the end of the input cancels", async () => {
  const dumb = { TERM: "dumb" };
  assertEquals(await promptsAt(terminal(dumb, [""]).at).select("Which?", OPTIONS), "cancel");
  assertEquals(await promptsAt(terminal(dumb).at).select("Which?", OPTIONS), null);
  const { at, shown } = terminal(dumb, [""]);
  assertEquals(await promptsAt(at).confirm("Send?"), false);
  assertEquals(shown(), "Send? y, or Enter for no: ");
  assertEquals(await promptsAt(terminal(dumb, ["Yes"]).at).confirm("Send?"), true);
  assertEquals(await promptsAt(terminal(dumb, ["yonder"]).at).confirm("Send?"), false);
  assertEquals(await promptsAt(terminal(dumb).at).confirm("Send?"), null);
});

Deno.test("questions have no colours where NO_COLOR is set, and keep what moves the cursor", () => {
  const drawn = "\x1b[36m◆\x1b[39m Which?\x1b[2K\x1b[1A";
  const write = (env: Record<string, string>) => {
    const { at, shown } = terminal(env);
    outputOf(at).write(drawn);
    return shown();
  };
  assertEquals(write({ NO_COLOR: "1" }), "◆ Which?\x1b[2K\x1b[1A");
  assertEquals(write({ NO_COLOR: "" }), drawn);
  assertEquals(write({}), drawn);
});

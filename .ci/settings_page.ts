/**
 * What is written about settings outside the program: the flags in `.env_sample` and in
 * docs/settings.md, made from the table. `deno task settings` writes them; a test holds them equal.
 *
 * @module
 */

import { settingList } from "../src/config/resolve.ts";
import { helpWithDefault, type Setting, variableOfFlag } from "../src/config/setting.ts";

/** A file that holds a part which is made from the table. */
export interface Page {
  readonly url: URL;
  /** The line that the part begins with, and the one that it ends before; null for the file's end. */
  readonly from: string;
  readonly to: string | null;
  render(): string;
}

/** All of them. */
export const pages: readonly Page[] = [
  {
    url: new URL("../.env_sample", import.meta.url),
    from: "# Every long flag can stand here as ROWFERRY_<FLAG>; switches take true or false.",
    to: null,
    render: () => flags().map(variable).join(""),
  },
  {
    url: new URL("../docs/settings.md", import.meta.url),
    from: "<!-- flags -->",
    to: "<!-- end of flags -->",
    render: flagTable,
  },
];

/** The page's text as it is to be; what lies outside the part stays. */
export function rendered({ from, to, render }: Page, text: string): string {
  const start = text.indexOf(`${from}\n`) + from.length + 1;
  const end = to === null ? text.length : text.indexOf(to, start);
  if (start <= from.length || end < 0) {
    throw new Error(`The lines around the part are gone: ${from}`);
  }
  return text.slice(0, start) + render() + text.slice(end);
}

function flags(): (Setting & { readonly flag: string })[] {
  return settingList.flatMap(([, setting]) => {
    const { flag } = setting;
    return flag === null ? [] : [{ ...setting, flag }];
  });
}

/** Where the file itself is can't stand in the file. */
function variable(setting: Setting & { readonly flag: string }): string {
  if (setting.flag === "env-file") return "";
  const help = helpWithDefault(setting);
  return `# ${help.charAt(0).toUpperCase()}${help.slice(1)}.\n#${variableOfFlag(setting.flag)}=\n`;
}

function flagTable(): string {
  const rows = flags().map((setting) => {
    const { short, flag, placeholder, commands } = setting;
    const names = `${short ? `-${short}, ` : ""}--${flag}${placeholder ? ` ${placeholder}` : ""}`;
    return [
      `\`${names.replaceAll("|", "\\|")}\``,
      commands.join(", "),
      escaped(helpWithDefault(setting)),
    ];
  });
  const header = ["flag", "commands", "meaning (default)"];
  const widths = header.map((_, at) =>
    Math.max(...[header, ...rows].map((row) => row[at]?.length ?? 0))
  );
  const line = (cells: readonly string[], fill = " ") =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0, fill)).join(" | ")} |\n`;
  return `\n${line(header)}${line(["", "", ""], "-")}${rows.map((row) => line(row)).join("")}\n`;
}

/** As it must stand in a table of Markdown, where `<word>` would be HTML. */
function escaped(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "\\<");
}

if (import.meta.main) {
  for (const page of pages) {
    await Deno.writeTextFile(page.url, rendered(page, await Deno.readTextFile(page.url)));
  }
}

/**
 * What is written about settings outside the program: the flags in `.env_sample` and in
 * docs/settings.md, made from the table, and those about the gallery, made from its files. `deno task settings` writes them; a test holds them equal.
 *
 * @module
 */

import { galleryEntries } from "../src/destinations/registry.ts";
import { settingList } from "../src/config/resolve.ts";
import type { GalleryEntry } from "../src/destinations/gallery_entry.ts";
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
    url: new URL("../.env_sample", import.meta.url),
    from: "# The gallery (docs/gallery.md)",
    to: "# All destinations",
    render: () => [...galleryEntries.values()].map(galleryPart).join("") + "\n",
  },
  {
    url: new URL("../docs/gallery.md", import.meta.url),
    from: "<!-- entries -->",
    to: "<!-- end of entries -->",
    render: galleryTable,
  },
  {
    url: new URL("../docs/gallery.md", import.meta.url),
    from: "<!-- sources -->",
    to: "<!-- end of sources -->",
    render: sourceTable,
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
  return table(["flag", "commands", "meaning (default)"], rows);
}

/** An entry's variables in `.env_sample`. */
function galleryPart({ title, variables }: GalleryEntry): string {
  return Object.entries(variables)
    .map(([name, help]) => `# ${title}: ${help}.\n#${name}=\n`).join("");
}

function galleryTable(): string {
  const rows = [...galleryEntries].map(([name, { title, mapping, variables }]) => [
    `\`${name}\``,
    escaped(title),
    String(mapping.http["confirms"] ?? ""),
    requestOf(mapping.http),
    Object.keys(variables).map((variable) => `\`${variable}\``).join(", "),
  ]);
  return table(["`--to`", "API", "confirms", "a request", "variables"], rows);
}

/** The most that an entry sends at once, and how often. */
function requestOf(http: GalleryEntry["mapping"]["http"]): string {
  const { limits = {}, envelope = {} } = http as {
    readonly limits?: Readonly<Record<string, number>> & { readonly requestWindows?: Windows };
    readonly envelope?: { readonly format?: string };
  };
  const { rows = 100, bytes = 1_000_000, requestsPerSecond, requestsPerMinute } = limits;
  const { concurrency, requestWindows = [] } = limits;
  const parts = [
    envelope.format === "single" ? "1 row" : `${rows} rows, ${bytes / 1_000_000} MB`,
    ...requestsPerSecond === undefined ? [] : [`${requestsPerSecond} in 1 s`],
    ...requestsPerMinute === undefined ? [] : [`${requestsPerMinute} in 60 s`],
    ...requestWindows.map(({ requests, seconds }) => `${requests} in ${seconds} s`),
    ...concurrency === undefined ? [] : [`${concurrency} at once`],
  ];
  return parts.join(", ");
}

type Windows = readonly { readonly requests: number; readonly seconds: number }[];

function sourceTable(): string {
  const rows = [...galleryEntries].map(([name, { source }]) => {
    const { specification, file, sha256, version, licence, facts, read } = source;
    const link = file === null ? "" : `, [file](${file})`;
    return [
      `\`${name}\``,
      escaped(facts),
      `[${version}](${specification})${link}`,
      sha256 === null ? "" : `\`${sha256.slice(0, 12)}…\``,
      read,
      licence,
    ];
  });
  return table(["`--to`", "what was read", "where", "SHA-256", "read", "licence"], rows);
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((_, at) =>
    Math.max(...[header, ...rows].map((row) => row[at]?.length ?? 0))
  );
  const line = (cells: readonly string[], fill = " ") =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0, fill)).join(" | ")} |\n`;
  return `\n${line(header)}${line(header.map(() => ""), "-")}${
    rows.map((row) => line(row)).join("")
  }\n`;
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

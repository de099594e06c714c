/**
 * What the program's files import, export, use and how long they are, by their syntax trees.
 *
 * @module
 */

const ROOT = new URL("../../", import.meta.url);

/** One file of the program. */
export interface SourceFile {
  /** Path in the repository: `src/csv/reader.ts`. */
  readonly path: string;
  readonly lines: number;
  /** Paths of the program's own files, and names of packages as they stand. Types count. */
  readonly imports: readonly string[];
  /** What it declares and exports; what it hands on from other files is not here. */
  readonly exports: readonly string[];
  /** Names that are used, not declared, as properties of nothing: `Deno`, `setTimeout`, `JSON`. */
  readonly names: ReadonlySet<string>;
  /** Names that are used with a property's: `Date.now`, and `new Date()` for what tells the time. */
  readonly uses: ReadonlySet<string>;
  /** Its texts in quotes and templates. */
  readonly texts: readonly string[];
  readonly functions: readonly { readonly name: string; readonly lines: number }[];
}

/** Another language, which only looks like this one: what the kernel is built from. */
const ASSEMBLY = "src/kernel/assembly";

/** Reads `main.ts` and everything under `src/` that the program is made of. */
export async function sourceFiles(): Promise<SourceFile[]> {
  const paths = ["main.ts", ...await pathsUnder("src")];
  const read = paths.map(async (path) =>
    sourceFile(path, await Deno.readTextFile(new URL(path, ROOT)))
  );
  return await Promise.all(read);
}

async function pathsUnder(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))) {
    if (`${folder}/${name}` === ASSEMBLY) continue;
    if (isDirectory) paths.push(...await pathsUnder(`${folder}/${name}`));
    else if (name.endsWith(".ts")) paths.push(`${folder}/${name}`);
  }
  return paths.sort();
}

/** The facts of a file with the given text. */
export function sourceFile(path: string, text: string): SourceFile {
  const facts = {
    imports: new Set<string>(),
    exports: new Set<string>(),
    names: new Set<string>(),
    uses: new Set<string>(),
    texts: [] as string[],
    functions: [] as { name: string; lines: number }[],
  };
  const linesOf = ([start, end]: Deno.lint.Range) => text.slice(start, end).split("\n").length;
  const addImport = (specifier: unknown) => {
    if (typeof specifier === "string") facts.imports.add(resolve(path, specifier));
  };
  const visitor: Deno.lint.LintVisitor = {
    ImportDeclaration: ({ source }) => addImport(source.value),
    ExportAllDeclaration: ({ source }) => addImport(source.value),
    ImportExpression: ({ source }) => addImport(source.type === "Literal" ? source.value : null),
    ExportNamedDeclaration({ source, declaration }) {
      addImport(source?.value);
      for (const name of declaredNames(declaration)) facts.exports.add(name);
    },
    Identifier(node) {
      if (isUse(node)) facts.names.add(node.name);
    },
    MemberExpression({ object, property }) {
      if (object.type === "Identifier" && property.type === "Identifier") {
        facts.uses.add(`${object.name}.${property.name}`);
      }
    },
    NewExpression({ callee, arguments: given }) {
      if (callee.type === "Identifier" && given.length === 0) {
        facts.uses.add(`new ${callee.name}()`);
      }
    },
    Literal({ value }) {
      if (typeof value === "string") facts.texts.push(value);
    },
    TemplateElement({ cooked }) {
      facts.texts.push(cooked);
    },
    FunctionDeclaration({ id, range }) {
      facts.functions.push({ name: id?.name ?? "default", lines: linesOf(range) });
    },
    MethodDefinition({ key, range }) {
      const name = key.type === "Identifier" || key.type === "PrivateIdentifier" ? key.name : "?";
      facts.functions.push({ name, lines: linesOf(range) });
    },
    ArrowFunctionExpression({ range }) {
      facts.functions.push({ name: "an arrow function", lines: linesOf(range) });
    },
  };
  const plugin = { name: "house", rules: { facts: { create: () => visitor } } };
  Deno.lint.runPlugin(plugin, path, text);
  const lines = text.split("\n").length - 1;
  return { path, lines, ...facts, imports: [...facts.imports], exports: [...facts.exports] };
}

function resolve(path: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  return new URL(specifier, `file:///${path}`).pathname.slice(1);
}

function declaredNames(declaration: Deno.lint.ExportNamedDeclaration["declaration"]): string[] {
  switch (declaration?.type) {
    case "FunctionDeclaration":
    case "ClassDeclaration":
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration":
      return declaration.id ? [declaration.id.name] : [];
    case "VariableDeclaration":
      return declaration.declarations.flatMap(({ id }) =>
        id.type === "Identifier" ? [id.name] : []
      );
    default:
      return [];
  }
}

/** Whether an identifier stands for a value or type, and is no property's or parameter's name. */
function isUse({ parent, range }: Deno.lint.Identifier): boolean {
  const isAt = (node: Deno.lint.Node | null | undefined) => node?.range[0] === range[0];
  switch (parent.type) {
    case "MemberExpression":
      return isAt(parent.object) || parent.computed;
    case "Property":
      return isAt(parent.value) && !isAt(parent.key);
    case "MethodDefinition":
    case "PropertyDefinition":
    case "TSPropertySignature":
    case "TSMethodSignature":
      return false;
    default:
      return true;
  }
}

/**
 * Reads filter expressions. The grammar, with keywords in any case:
 *
 * ```
 * any   = all { "or" all }
 * all   = one { "and" one }
 * one   = "not" one | "(" any ")" | test
 * test  = column [ ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) value
 *                | [ "not" ] "in" "(" value { "," value } ")"
 *                | "matches" text
 *                | "is" [ "not" ] "empty" ]
 * value = number | text | "true" | "false" | date | "today" [ ( "+" | "-" ) span ]
 * ```
 *
 * A column is a bare word, or a name in backticks, brackets or quotes (a quote always starts a
 * column left of an operator, and a text right of it). A date is `YYYY-MM-DD`, a span a number of
 * days, weeks, months or years (`30d`, `2w`, `6m`, `18y`).
 *
 * @module
 */

import { isIsoDate } from "./calendar.ts";
import { type Token, tokenize, whereError } from "./where_lexer.ts";

/** The comparing operators. */
export type Operator = "=" | "!=" | "<" | "<=" | ">" | ">=";

/** A value as it was written. */
export type Literal =
  & { readonly at: number }
  & (
    | { readonly kind: "number"; readonly value: number }
    | { readonly kind: "text"; readonly value: string }
    | { readonly kind: "boolean"; readonly value: boolean }
    | { readonly kind: "date"; readonly value: string }
    | { readonly kind: "today"; readonly amount: number; readonly unit: string }
  );

/** A question about one column. */
export type Question =
  | { readonly kind: "compare"; readonly operator: Operator; readonly value: Literal }
  | { readonly kind: "in"; readonly values: readonly Literal[] }
  | { readonly kind: "matches"; readonly pattern: string; readonly at: number }
  | { readonly kind: "empty" }
  | { readonly kind: "true" };

/** An expression that has been read. */
export type Expression =
  | { readonly kind: "or" | "and"; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "not"; readonly inner: Expression }
  | {
    readonly kind: "test";
    readonly column: string;
    readonly at: number;
    readonly question: Question;
  };

const OPERATORS: Readonly<Record<string, Operator>> = {
  "=": "=",
  "==": "=",
  "!=": "!=",
  "<>": "!=",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};

/** Deeper nesting than anyone writes by hand would only serve to exhaust the stack. */
const DEEPEST = 100;

/**
 * Reads an expression; `origin` says where it came from, for messages.
 *
 * @throws {UsageError} naming the character at which something else was expected.
 */
export function parseWhere(source: string, origin: string): Expression {
  const tokens = tokenize(source, origin);
  let next = 0;
  let depth = 0;

  const peek = (): Token => tokens[next] ?? { kind: "end", text: "the end", at: source.length + 1 };
  const take = (): Token => {
    const token = peek();
    next++;
    return token;
  };
  const unexpected = (expected: string, token = peek()) =>
    whereError(origin, source, token.at, `expected ${expected} instead of ${token.text}`);
  const isWord = (word: string, token = peek()) =>
    token.kind === "word" && token.text.toLowerCase() === word;
  const takeWord = (word: string) => isWord(word) && take() !== undefined;
  const takeSymbol = (symbol: string) =>
    peek().kind === "symbol" && peek().text === symbol && take() !== undefined;

  function any(): Expression {
    let left = all();
    while (takeWord("or")) left = { kind: "or", left, right: all() };
    return left;
  }

  function all(): Expression {
    let left = one();
    while (takeWord("and")) left = { kind: "and", left, right: one() };
    return left;
  }

  function one(): Expression {
    if (++depth > DEEPEST) throw whereError(origin, source, peek().at, "it is nested too deeply");
    try {
      if (takeWord("not")) return { kind: "not", inner: one() };
      if (!takeSymbol("(")) return test();
      const inner = any();
      if (!takeSymbol(")")) throw unexpected('"and", "or" or ")"');
      return inner;
    } finally {
      depth--;
    }
  }

  function test(): Expression {
    const token = take();
    if (!["word", "name", "quoted"].includes(token.kind)) throw unexpected("a column", token);
    const column = { kind: "test", column: token.text, at: token.at } as const;
    const operator = peek().kind === "symbol" ? OPERATORS[peek().text] : undefined;
    if (operator !== undefined) {
      take();
      return { ...column, question: { kind: "compare", operator, value: literal() } };
    }
    if (takeWord("is")) {
      const negated = takeWord("not");
      if (!takeWord("empty")) throw unexpected('"empty"');
      return negate(negated, { ...column, question: { kind: "empty" } });
    }
    if (takeWord("matches")) {
      const text = take();
      if (text.kind !== "quoted") throw unexpected("a pattern in quotes", text);
      return { ...column, question: { kind: "matches", pattern: text.text, at: text.at } };
    }
    const negated = isWord("not") && isWord("in", tokens[next + 1]) && takeWord("not");
    if (takeWord("in")) {
      return negate(negated, { ...column, question: { kind: "in", values: list() } });
    }
    return { ...column, question: { kind: "true" } };
  }

  function list(): Literal[] {
    if (!takeSymbol("(")) throw unexpected('"("');
    const values = [literal()];
    while (takeSymbol(",")) values.push(literal());
    if (!takeSymbol(")")) throw unexpected('"," or ")"');
    return values;
  }

  function literal(): Literal {
    const token = take();
    const { at, text } = token;
    if (token.kind === "quoted") return { kind: "text", value: text, at };
    if (token.kind === "number" && !/[dwmy]$/.test(text)) {
      return { kind: "number", value: Number(text), at };
    }
    if (token.kind === "date") {
      if (!isIsoDate(text)) throw whereError(origin, source, at, `${text} is not a real date`);
      return { kind: "date", value: text, at };
    }
    if (isWord("true", token) || isWord("false", token)) {
      return { kind: "boolean", value: isWord("true", token), at };
    }
    if (isWord("today", token)) return { kind: "today", ...span(), at };
    throw unexpected("a number, a date, true, false, today or a text in quotes", token);
  }

  function span(): { amount: number; unit: string } {
    const sign = takeSymbol("-") ? -1 : takeSymbol("+") ? 1 : 0;
    const token = peek();
    if (sign === 0) return { amount: 0, unit: "d" };
    if (token.kind !== "number" || !/^\d+[dwmy]$/.test(token.text)) {
      throw unexpected("a span such as 30d, 2w, 6m or 18y");
    }
    take();
    return { amount: sign * Number(token.text.slice(0, -1)), unit: token.text.slice(-1) };
  }

  const expression = any();
  if (peek().kind !== "end") throw unexpected('"and" or "or"');
  return expression;
}

function negate(negated: boolean, inner: Expression): Expression {
  return negated ? { kind: "not", inner } : inner;
}

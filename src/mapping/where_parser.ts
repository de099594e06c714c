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

import type { UsageError } from "../model/errors.ts";
import { isIsoDate } from "./calendar.ts";
import { type Token, tokenize, whereError, type WhereOrigin } from "./where_lexer.ts";

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
export function parseWhere(source: string, origin: WhereOrigin): Expression {
  return new Parser(source, origin).read();
}

/** A recursive descent with a method for each rule of the grammar. */
class Parser {
  readonly #source: string;
  readonly #origin: WhereOrigin;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(source: string, origin: WhereOrigin) {
    this.#source = source;
    this.#origin = origin;
    this.#tokens = tokenize(source, origin);
  }

  read(): Expression {
    const expression = this.#any();
    if (this.#peek().kind !== "end") throw this.#unexpected('"and" or "or"');
    return expression;
  }

  #any(): Expression {
    let left = this.#all();
    while (this.#takeWord("or")) left = { kind: "or", left, right: this.#all() };
    return left;
  }

  #all(): Expression {
    let left = this.#one();
    while (this.#takeWord("and")) left = { kind: "and", left, right: this.#one() };
    return left;
  }

  #one(): Expression {
    if (++this.#depth > DEEPEST) throw this.#error(this.#peek().at, "it is nested too deeply");
    try {
      if (this.#takeWord("not")) return { kind: "not", inner: this.#one() };
      if (!this.#takeSymbol("(")) return this.#test();
      const inner = this.#any();
      if (!this.#takeSymbol(")")) throw this.#unexpected('"and", "or" or ")"');
      return inner;
    } finally {
      this.#depth--;
    }
  }

  #test(): Expression {
    const token = this.#take();
    if (!["word", "name", "quoted"].includes(token.kind)) throw this.#unexpected("a column", token);
    const column = { kind: "test", column: token.text, at: token.at } as const;
    const operator = this.#peek().kind === "symbol" ? OPERATORS[this.#peek().text] : undefined;
    if (operator !== undefined) {
      this.#take();
      return { ...column, question: { kind: "compare", operator, value: this.#literal() } };
    }
    if (this.#takeWord("is")) {
      const negated = this.#takeWord("not");
      if (!this.#takeWord("empty")) throw this.#unexpected('"empty"');
      return negate(negated, { ...column, question: { kind: "empty" } });
    }
    if (this.#takeWord("matches")) {
      const text = this.#take();
      if (text.kind !== "quoted") throw this.#unexpected("a pattern in quotes", text);
      return { ...column, question: { kind: "matches", pattern: text.text, at: text.at } };
    }
    const negated = this.#isWord("not") && this.#isWord("in", this.#tokens[this.#next + 1]) &&
      this.#takeWord("not");
    if (this.#takeWord("in")) {
      return negate(negated, { ...column, question: { kind: "in", values: this.#list() } });
    }
    return { ...column, question: { kind: "true" } };
  }

  #list(): Literal[] {
    if (!this.#takeSymbol("(")) throw this.#unexpected('"("');
    const values = [this.#literal()];
    while (this.#takeSymbol(",")) values.push(this.#literal());
    if (!this.#takeSymbol(")")) throw this.#unexpected('"," or ")"');
    return values;
  }

  #literal(): Literal {
    const token = this.#take();
    const { at, text } = token;
    if (token.kind === "quoted") return { kind: "text", value: text, at };
    if (token.kind === "number" && !/[dwmy]$/.test(text)) {
      return { kind: "number", value: Number(text), at };
    }
    if (token.kind === "date") {
      if (!isIsoDate(text)) throw this.#error(at, `${text} is not a real date`);
      return { kind: "date", value: text, at };
    }
    if (this.#isWord("true", token) || this.#isWord("false", token)) {
      return { kind: "boolean", value: this.#isWord("true", token), at };
    }
    if (this.#isWord("today", token)) return { kind: "today", ...this.#span(), at };
    throw this.#unexpected("a number, a date, true, false, today or a text in quotes", token);
  }

  #span(): { amount: number; unit: string } {
    const sign = this.#takeSymbol("-") ? -1 : this.#takeSymbol("+") ? 1 : 0;
    const token = this.#peek();
    if (sign === 0) return { amount: 0, unit: "d" };
    if (token.kind !== "number" || !/^\d+[dwmy]$/.test(token.text)) {
      throw this.#unexpected("a span such as 30d, 2w, 6m or 18y");
    }
    this.#take();
    return { amount: sign * Number(token.text.slice(0, -1)), unit: token.text.slice(-1) };
  }

  #peek(): Token {
    return this.#tokens[this.#next] ??
      { kind: "end", text: "the end", at: this.#source.length + 1 };
  }

  #take(): Token {
    const token = this.#peek();
    this.#next++;
    return token;
  }

  #isWord(word: string, token = this.#peek()): boolean {
    return token.kind === "word" && token.text.toLowerCase() === word;
  }

  #takeWord(word: string): boolean {
    return this.#isWord(word) && this.#take() !== undefined;
  }

  #takeSymbol(symbol: string): boolean {
    const { kind, text } = this.#peek();
    return kind === "symbol" && text === symbol && this.#take() !== undefined;
  }

  #unexpected(expected: string, token = this.#peek()): UsageError {
    return this.#error(token.at, `expected ${expected} instead of ${token.text}`);
  }

  #error(at: number, what: string): UsageError {
    return whereError(this.#origin, this.#source, at, what);
  }
}

function negate(negated: boolean, inner: Expression): Expression {
  return negated ? { kind: "not", inner } : inner;
}

/** Reads a generated function. It is small and strict: what generated programs do not use is refused, and no other text comes here. */
import { Untranslatable, type Block, type Declaration, type Expression, type Extent, type FunctionTree, type Member, type Name, type Statement } from "./tree.ts";

const token = /[A-Za-z_$][\w$]*|0x[\da-fA-F]+|\d+|>>>|[=!]==|<<|>>|[<>]=|&&|\|\||\+\+|--|[-+^|&]=|[-+*^|&<>!~?:;,.(){}[\]=]/g;

/** How tightly operators bind, as in ECMAScript, section 13: those of a larger number first. */
const binding: Readonly<Record<string, number>> = {
  "||": 1, "&&": 2, "|": 3, "^": 4, "&": 5, "===": 6, "!==": 6, "<": 7, ">": 7, "<=": 7, ">=": 7, "<<": 8, ">>": 8, ">>>": 8, "+": 9, "-": 9, "*": 10,
};
const assignments: ReadonlySet<string> = new Set(["=", "+=", "-=", "^=", "|=", "&="]);
const word = /^[A-Za-z_$]/, digit = /^\d/;

/** Words of other statements and expressions, which would be taken for names. */
const reserved: ReadonlySet<string> = new Set(["break", "class", "delete", "do", "function", "in", "instanceof", "new", "null", "switch", "this", "throw", "try", "typeof", "undefined", "var", "void", "while", "yield"]);

const tokensOf = (text: string): readonly string[] => {
  const tokens = text.match(token) ?? [], rest = text.replaceAll(token, "").trim();
  if (rest !== "") throw new Untranslatable(`nothing is written with ${rest.slice(0, 10)}`);
  return tokens;
};

/** @throws Untranslatable if the text is not of one function in this part of JavaScript. */
export const parseFunction = (text: string): FunctionTree => {
  const tokens = tokensOf(text), written: string[] = [], calls: string[] = [];
  let at = 0, returns = false;
  const next = (): string => tokens[at] ?? "the end";
  const take = (): string => tokens[at++] ?? "the end";
  const maybe = (one: string): boolean => {
    if (tokens[at] !== one) return false;
    at++;
    return true;
  };
  const expect = (one: string): void => {
    if (!maybe(one)) throw new Untranslatable(`expected ${one}, found ${next()}`);
  };
  const name = (): string => {
    const one = take();
    if (!word.test(one) || reserved.has(one)) throw new Untranslatable(`expected a name, found ${one}`);
    return one;
  };
  /** What is separated by commas, up to the end that is given. */
  const list = <T>(end: string, one: () => T): readonly T[] => {
    const all: T[] = [];
    if (maybe(end)) return all;
    do all.push(one());
    while (maybe(","));
    expect(end);
    return all;
  };

  /** What `read` reads, and its extent. */
  const measured = <T>(read: () => T): { readonly one: T; readonly extent: Extent } => {
    const since = at, writtenBefore = written.length, calledBefore = calls.length, one = read();
    return { one, extent: { tokens: at - since, written: new Set(written.slice(writtenBefore)), calls: calls.slice(calledBefore) } };
  };

  const place = (one: Expression): Name | Member => {
    if (one.type !== "Name" && one.type !== "Member") throw new Untranslatable(`a change of what is no place: ${one.type}`);
    if (one.type === "Name") written.push(one.name);
    return one;
  };
  const named = (): Expression => {
    const first = name();
    if (first === "true" || first === "false") return { type: "Numeral", value: first === "true" ? 1 : 0 };
    if (maybe("[")) {
      const index = expression();
      expect("]");
      return { type: "Member", object: first, index };
    }
    const callee = maybe(".") ? `${first}.${name()}` : first;
    if (maybe("(")) {
      calls.push(callee);
      return { type: "Call", callee, given: list(")", expression) };
    }
    if (callee !== first) throw new Untranslatable(`the member ${callee}`);
    return { type: "Name", name: first };
  };
  const primary = (): Expression => {
    if (digit.test(next())) return { type: "Numeral", value: Number(take()) };
    if (!maybe("(")) return named();
    const inside = expression();
    expect(")");
    return inside;
  };
  const unary = (): Expression => {
    const operator = next();
    if (operator === "!" || operator === "~" || operator === "-") {
      at++;
      return { type: "Unary", operator, argument: unary() };
    }
    if (operator === "++" || operator === "--") {
      at++;
      return { type: "Update", operator, prefix: true, target: place(unary()) };
    }
    const one = primary(), after = next();
    if (after !== "++" && after !== "--") return one;
    at++;
    return { type: "Update", operator: after, prefix: false, target: place(one) };
  };
  /** Operators that bind at least so tightly, from the left. */
  const operation = (least: number): Expression => {
    let left = unary();
    for (let tight = binding[next()] ?? 0; tight >= least; tight = binding[next()] ?? 0) {
      const operator = take(), right = operation(tight + 1);
      left = operator === "&&" || operator === "||" ? { type: "Logical", operator, left, right } : { type: "Binary", operator, left, right };
    }
    return left;
  };
  const expression = (): Expression => {
    const left = operation(1);
    if (maybe("?")) {
      const consequent = expression();
      expect(":");
      return { type: "Conditional", test: left, consequent, alternate: expression() };
    }
    if (!assignments.has(next())) return left;
    return { type: "Assignment", operator: take(), target: place(left), value: expression() };
  };

  const declaration = (): Declaration => {
    const constant = take() === "const";
    return { type: "Declaration", constant, variables: list(";", () => {
      const variable = name();
      expect("=");
      return { name: variable, value: expression() };
    }) };
  };
  const declares = (): boolean => next() === "let" || next() === "const";
  const ended = (end: string): Expression | null => {
    if (maybe(end)) return null;
    const one = expression();
    expect(end);
    return one;
  };
  const condition = (): Expression => {
    expect("(");
    const test = expression();
    expect(")");
    return test;
  };
  const loop = (): Statement => {
    expect("(");
    const first = declares() ? declaration() : null;
    if (first === null) expect(";");
    const test = ended(";"), update = ended(")"), { one: body, extent } = measured(statement);
    return { type: "Loop", extent, first, test, update, body };
  };
  const statement = (): Statement => {
    if (declares()) return declaration();
    if (next() === "{") return block();
    if (maybe("for")) return loop();
    if (maybe("if")) {
      const test = condition(), consequent = statement();
      return { type: "Choice", test, consequent, alternate: maybe("else") ? statement() : null };
    }
    if (maybe("continue")) {
      expect(";");
      return { type: "Continue" };
    }
    if (maybe("return")) {
      const value = ended(";");
      returns ||= value !== null;
      return { type: "Return", value };
    }
    const one = expression();
    expect(";");
    return { type: "Evaluation", expression: one };
  };
  const block = (): Block => {
    expect("{");
    const { one: statements, extent } = measured(() => {
      const all: Statement[] = [];
      while (!maybe("}")) all.push(statement());
      return all;
    });
    return { type: "Block", statements, extent };
  };

  expect("function");
  const called = name();
  expect("(");
  const parameters = list(")", name), body = block();
  if (at < tokens.length) throw new Untranslatable(`expected the end, found ${next()}`);
  return { name: called, parameters, body, returns };
};

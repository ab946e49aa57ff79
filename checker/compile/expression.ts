/** Expressions as JavaScript. */
import { SpecificationError } from "../../spec/lang/construction.ts";
import type { Definition, Node, Store } from "../../spec/lang/node.ts";
import { known, type AnyType, type Bounds } from "../../spec/lang/types.ts";
import { cardinality, caseOffset } from "../../spec/lang/value.ts";
import { bit, choice, combine, compare, conjunction, constant, disjunction, either, hasBit, isOne, negation, no, numeral, plus, yes, type Js } from "./js.ts";
import { widthOf } from "./layout.ts";
import {
  atRank, chosen, contentOf, entryOf, fieldOf, fitted, isAbsent, literal, lowest, partOf, partsOf, present, rankOf, scalar, type Operand,
} from "./operand.ts";
import type { Program } from "./program.ts";

export interface Context {
  readonly bounds: Bounds;
  readonly program: Program;
  /** The cells of a store's variable. */
  readonly variable: (store: Store, name: string, type: AnyType) => Operand;
  /** Functions made of definitions so far. A context in which stores mean something else has its own. */
  readonly definitions: Map<Definition, (arguments_: readonly Js[]) => Js>;
}

/** What parameters and bound variables stand for. */
export type Scope = ReadonlyMap<string, Operand>;

/** Loops over so few members are written out, which lets their indices fold. */
const writtenOut = 2;

const bound = (scope: Scope, name: string, operand: Operand): Scope => new Map([...scope, [name, operand]]);

const size = (context: Context, type: AnyType): number => cardinality(context.bounds, type);

/** One member of a type at a time: written out, or a loop in a function. `each` makes what is done with a member. */
interface Fold {
  readonly hint: string;
  readonly over: AnyType;
  readonly writtenOut: (members: readonly Js[]) => Js;
  /** Whether what a single member gives decides everything, so that no loop is needed. */
  readonly trivial: (member: Js) => Js | null;
  readonly before: string;
  readonly each: (member: Js, rank: string) => string;
  readonly after: string;
}

const fold = (context: Context, scope: Scope, variable: string, inside: (scope: Scope) => Js, how: Fold): Js => {
  const { bounds, program } = context, members = size(context, how.over);
  const memberAt = (rank: Js): Js => inside(bound(scope, variable, atRank(bounds, how.over, rank)));
  if (members <= writtenOut) return how.writtenOut(Array.from({ length: members }, (_, rank) => memberAt(constant(rank))));
  const counter = program.local(variable), member = memberAt({ code: counter }), trivial = how.trivial(member);
  if (trivial !== null) return trivial;
  const body = [
    ...(how.before === "" ? [] : [how.before]),
    `for (let ${counter} = 0; ${counter} < ${members}; ${counter}++) {`,
    `  ${how.each(member, counter)}`,
    "}",
    how.after,
  ].join("\n");
  return { code: program.hoist(how.hint, body, [counter]) };
};

type Quantifier = Extract<Node, { readonly op: "forall" | "exists" | "count" }>;

const quantified = (context: Context, scope: Scope, node: Quantifier): Js => {
  const universal = node.op === "forall";
  return fold(context, scope, node.variable, (inner) => conditionOf(context, inner, node.where), {
    hint: node.op, over: node.over, before: "", after: `return ${String(universal)};`,
    writtenOut: (members) => (universal ? conjunction(...members) : disjunction(...members)),
    trivial: (member) => (member.known === undefined ? null : member),
    each: (member) => (universal ? `if (${negation(member).code}) return false;` : `if (${member.code}) return true;`),
  });
};

/** A total as a rank of its type, whose bounds it may exceed. */
const added = (lo: number, total: Js): Js => ({ ...plus(total, constant(-lo)), wild: true });

const counted = (context: Context, scope: Scope, node: Quantifier): Js => {
  const lo = lowest(context.bounds, node.type);
  return added(lo, fold(context, scope, node.variable, (inner) => conditionOf(context, inner, node.where), {
    hint: "count", over: node.over, before: "let n = 0;", after: "return n;",
    writtenOut: (members) => members.map(numeral).reduce(plus, no),
    trivial: (member) => (member.known === undefined ? null : constant(member.known * size(context, node.over))),
    each: (member) => `if (${member.code}) n++;`,
  }));
};

const summed = (context: Context, scope: Scope, node: Node & { readonly op: "sum" }): Js => {
  const lo = lowest(context.bounds, node.type);
  return added(lo, fold(context, scope, node.variable, (inner) => plus(partOf(context.bounds, operandOf(context, inner, node.value)), constant(lo)), {
    hint: "sum", over: node.over, before: "let n = 0;", after: "return n;",
    writtenOut: (members) => members.reduce(plus, no),
    trivial: (member) => (member.known === undefined ? null : constant(member.known * size(context, node.over))),
    each: (member) => `n += ${member.code};`,
  }));
};

const collected = (context: Context, scope: Scope, node: Node & { readonly op: "collect" }): Js =>
  fold(context, scope, node.variable, (inner) => conditionOf(context, inner, node.where), {
    hint: "collect", over: node.over, before: "let set = 0;", after: "return set;",
    writtenOut: (members) => members.map((member, rank): Js => (member.known === undefined ? { code: `(${member.code} ? ${1 << rank} : 0)` } : constant(member.known << rank)))
      .reduce((left, right) => (left.known === 0 ? right : right.known === 0 ? left : combine("|", left, right)), no),
    trivial: (member) => (member.known === undefined ? null : constant(member.known === 0 ? 0 : 2 ** size(context, node.over) - 1)),
    each: (member, rank) => `if (${member.code}) set |= 1 << ${rank};`,
  });

/** The rank of the option: 0 for none, one more than the member's otherwise. */
const least = (context: Context, scope: Scope, node: Node & { readonly op: "first" }): Js =>
  fold(context, scope, node.variable, (inner) => conditionOf(context, inner, node.where), {
    hint: "first", over: node.over, before: "", after: "return 0;",
    writtenOut: (members) => members.reduceRight<Js>((rest, member, rank) => choice(member, constant(rank + 1), rest), no),
    trivial: (member) => (member.known === undefined ? null : constant(member.known === 0 || size(context, node.over) === 0 ? 0 : 1)),
    each: (member, rank) => `if (${member.code}) return ${rank} + 1;`,
  });

/** Follows links; a chain longer than there are members is a cycle. */
const reached = (context: Context, scope: Scope, node: Node & { readonly op: "reaches" }): Js => {
  const { bounds, program } = context, links = operandOf(context, scope, node.links);
  const from = rankOf(bounds, operandOf(context, scope, node.from)), to = rankOf(bounds, operandOf(context, scope, node.to));
  const at = program.local("at"), target = program.local("to"), steps = program.local("step");
  const link = (rank: Js): Js => {
    const entry = entryOf(bounds, links, rank);
    return widthOf(bounds, entry.type) === 1 ? partOf(bounds, entry) : rankOf(bounds, entry);
  };
  return { code: program.hoist("reaches", [
    `const ${target} = ${to.code};`,
    `let ${at} = ${link(from).code};`,
    `for (let ${steps} = 0; ${steps} < ${size(context, node.from.type)} && ${at} !== 0; ${steps}++) {`,
    `  if (${at} - 1 === ${target}) return true;`,
    `  ${at} = ${link({ code: `(${at} - 1)` }).code};`,
    "}",
    "return false;",
  ].join("\n"), [at, target, steps]) };
};

const equality = (context: Context, left: Operand, right: Operand): Js => {
  const { bounds } = context, others = partsOf(bounds, right);
  return conjunction(...partsOf(bounds, left).map((part, i) => compare(part, "===", others[i] ?? no)));
};

/**
 * A definition of scalars whose result is a scalar becomes a function; others are written in place.
 * The name is the specification's, so that generated code reads like it.
 */
const applied = (context: Context, scope: Scope, node: Node & { readonly op: "apply" }): Operand => {
  const { bounds, program, definitions } = context, { definition } = node;
  const given = node.arguments.map((argument) => operandOf(context, scope, argument));
  const narrow = (type: AnyType): boolean => known(type).kind !== "map" && widthOf(bounds, type) === 1;
  const arguments_ = given.map((operand) => (narrow(operand.type) ? partOf(bounds, operand) : null));
  const inPlace = (): Operand =>
    operandOf(context, new Map(given.map((operand, i) => [definition.parameters[i]?.name ?? "", operand] as const)), definition.body);
  if (!narrow(definition.body.type) || arguments_.some((one) => one === null || one.wild === true)) return inPlace();
  // Arguments that are known in advance fold the body, which a shared function would hide.
  if (arguments_.length > 0 && arguments_.every((one) => one?.known !== undefined)) return inPlace();

  let call = definitions.get(definition);
  if (call === undefined) {
    const names = definition.parameters.map(({ name }) => program.local(name));
    const inner = new Map(definition.parameters.map(({ name, type }, i) => [name, scalar(type, { code: names[i] ?? name })] as const));
    const isBool = known(definition.body.type).kind === "bool";
    const body = isBool ? conditionOf(context, inner, definition.body) : partOf(bounds, operandOf(context, inner, definition.body));
    if (body.wild === true) return inPlace();
    if (body.known !== undefined) call = (): Js => body;
    else {
      const pattern = program.hoist(definition.name.replace(/\W/g, "_"), `return ${body.code};`, []);
      call = (values): Js => {
        const byName = new Map(names.map((name, i) => [name, values[i]?.code ?? name]));
        return { code: pattern.replace(/\$\w+/g, (name) => byName.get(name) ?? name) };
      };
    }
    definitions.set(definition, call);
  }
  const result = call(arguments_.map((one) => one ?? no));
  return scalar(node.type, known(node.type).kind === "bool" ? numeral(result) : result);
};

/** A condition. */
export const conditionOf = (context: Context, scope: Scope, node: Node): Js => {
  const { bounds } = context;
  const value = (inner: Node): Operand => operandOf(context, scope, inner);
  const condition = (inner: Node): Js => conditionOf(context, scope, inner);
  const part = (inner: Node): Js => partOf(bounds, value(inner));
  switch (node.op) {
    case "is-none": return isAbsent(bounds, value(node.option));
    case "not": return negation(condition(node.of));
    case "and": return conjunction(...node.all.map(condition));
    case "or": return disjunction(...node.all.map(condition));
    case "implies": return disjunction(negation(condition(node.left)), condition(node.right));
    case "equal": return equality(context, value(node.left), value(node.right));
    case "less": return compare(part(node.left), "<", part(node.right));
    case "at-most": return compare(part(node.left), "<=", part(node.right));
    case "if": return either(condition(node.condition), condition(node.then), condition(node.otherwise));
    case "has": {
      const rank = fitted(rankOf(bounds, value(node.element)), 32), set = node.set;
      if (set.op !== "collect") return hasBit(part(set), rank);
      return conditionOf(context, bound(scope, set.variable, atRank(bounds, set.over, rank)), set.where);
    }
    case "subset": return compare(combine("& ~", part(node.left), part(node.right)), "===", no);
    case "forall": case "exists": return quantified(context, scope, node);
    case "reaches": return reached(context, scope, node);
    case "match": {
      const option = value(node.option);
      return either(isAbsent(bounds, option), condition(node.none), conditionOf(context, bound(scope, node.variable, contentOf(option)), node.some));
    }
    case "literal": return node.value === true ? yes : no;
    case "variable": case "cell": case "at": case "field": case "apply": return isOne(part(node));
    case "construct": case "some": case "inject": case "add": case "unite": case "minus": case "intersect": case "set": case "collect":
    case "first": case "count": case "sum": case "tabulate":
      throw new SpecificationError(`${node.op} is not a condition`);
  }
};

/** A value of any type. */
export const operandOf = (context: Context, scope: Scope, node: Node): Operand => {
  const { bounds } = context;
  const value = (inner: Node): Operand => operandOf(context, scope, inner);
  const part = (inner: Node): Js => partOf(bounds, value(inner));
  switch (node.op) {
    case "literal": return literal(bounds, node.type, node.value);
    case "variable": {
      const found = scope.get(node.name);
      if (found === undefined) throw new SpecificationError(`nothing says what the variable ${node.name} is`);
      return found;
    }
    case "cell": return context.variable(node.store, node.name, node.type);
    case "at": return entryOf(bounds, value(node.map), rankOf(bounds, value(node.key)));
    case "field": return fieldOf(bounds, value(node.record), node.field);
    case "construct": {
      const t = known(node.type);
      const order = t.kind === "record" ? Object.keys(t.fields) : Object.keys(node.fields);
      return { form: "parts", type: node.type, parts: order.flatMap((field) => {
        const inside = node.fields[field];
        return inside === undefined ? [] : partsOf(bounds, value(inside));
      }) };
    }
    case "some": return present(bounds, node.type, value(node.value));
    case "match": {
      const option = value(node.option), inside = bound(scope, node.variable, contentOf(option));
      if (known(node.type).kind === "bool") return scalar(node.type, numeral(conditionOf(context, scope, node)));
      return chosen(bounds, isAbsent(bounds, option), value(node.none), operandOf(context, inside, node.some));
    }
    case "inject": {
      const offset = constant(caseOffset(bounds, node.union.cases, node.label));
      return scalar(node.type, node.union.cases[node.label] === null ? offset : plus(rankOf(bounds, value(node.payload)), offset));
    }
    case "if": return known(node.type).kind === "bool"
      ? scalar(node.type, numeral(conditionOf(context, scope, node)))
      : chosen(bounds, conditionOf(context, scope, node.condition), value(node.then), value(node.otherwise));
    case "unite": return scalar(node.type, combine("|", part(node.left), part(node.right)));
    case "minus": return scalar(node.type, combine("& ~", part(node.left), part(node.right)));
    case "intersect": return scalar(node.type, combine("&", part(node.left), part(node.right)));
    case "set": return scalar(node.type, node.elements.map((element) => bit(fitted(rankOf(bounds, value(element)), 32)))
      .reduce((left, right) => (left.known === 0 ? right : combine("|", left, right)), no));
    case "collect": return scalar(node.type, collected(context, scope, node));
    case "first": return scalar(node.type, least(context, scope, node));
    case "count": return scalar(node.type, counted(context, scope, node));
    case "sum": return scalar(node.type, summed(context, scope, node));
    case "add": return scalar(node.type, { ...plus(plus(part(node.left), part(node.right)), constant(lowest(bounds, node.type))), wild: true });
    case "tabulate": return { form: "entries", type: node.type, entry: (key) => operandOf(context, bound(scope, node.variable, atRank(bounds, node.over, key)), node.value) };
    case "apply": return applied(context, scope, node);
    case "is-none": case "not": case "and": case "or": case "implies": case "equal": case "less": case "at-most": case "has": case "subset":
    case "forall": case "exists": case "reaches":
      return scalar(node.type, numeral(conditionOf(context, scope, node)));
  }
};

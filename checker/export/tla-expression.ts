/**
 * Values, types and expressions in TLA+. Options are the value or the model value None, sets and records are TLA+'s own, a member of a union is a
 * tuple of its case's name and payload; members of symmetric scalarsets are model values, so that TLC can permute them.
 */
import { SpecificationError } from "../../spec/lang/construction.ts";
import type { Definition, Node } from "../../spec/lang/node.ts";
import { boundsOf, known, type AnyType, type Bounds } from "../../spec/lang/types.ts";
import { cardinality, equal, unrank, valuesOf, type RecordValue, type Value } from "../../spec/lang/value.ts";

/** What the names of a specification are in the module. */
export interface TlaNames {
  readonly bounds: Bounds;
  readonly symmetric: ReadonlySet<string>;
  readonly variable: (name: string) => string;
  readonly constant: (name: string) => string;
  readonly type: (name: string) => string;
  readonly definition: (definition: Definition) => string;
  readonly field: (name: string) => string;
  readonly local: (hint: string, taken: ReadonlySet<string>) => string;
}

/** What variables stand for; `step` is what a property of steps is given. */
export interface TlaScope { readonly values: ReadonlyMap<string, string>; readonly taken: ReadonlySet<string>; readonly step: ReadonlyMap<string, string> }

export const emptyTlaScope: TlaScope = { values: new Map(), taken: new Set(), step: new Map() };

export const bindTla = (names: TlaNames, scope: TlaScope, variable: string): { readonly name: string; readonly scope: TlaScope } => {
  const name = names.local(variable, scope.taken);
  return { name, scope: { ...scope, values: new Map([...scope.values, [variable, name]]), taken: new Set([...scope.taken, name]) } };
};

/** The member of a scalarset. */
export const memberName = (type: string, index: number): string => `${type.toLowerCase()}${index}`;

/** `taken` are the names around it, which its own bound names must not hide. */
export const tlaValue = (names: TlaNames, type: AnyType, value: Value, taken: ReadonlySet<string> = new Set()): string => {
  const { bounds } = names, t = known(type);
  const inside = (of: AnyType, part: Value): string => tlaValue(names, of, part, taken);
  switch (t.kind) {
    case "bool": return value === true ? "TRUE" : "FALSE";
    case "enum": return `"${String(value)}"`;
    case "range": return String(value);
    case "scalarset": return names.symmetric.has(t.name) ? memberName(t.name, Number(value)) : String(value);
    case "union": {
      let rest = Number(value);
      for (const [label, payload] of Object.entries(t.cases)) {
        const size = payload === null ? 1 : cardinality(bounds, payload);
        if (rest < size) return payload === null ? `<<"${label}">>` : `<<"${label}", ${inside(payload, unrank(bounds, payload, rest))}>>`;
        rest -= size;
      }
      throw new SpecificationError(`${String(value)} is no ${t.name}`);
    }
    case "set": return `{${valuesOf(bounds, t.of).filter((_, i) => ((Number(value) >>> i) & 1) === 1).map((one) => inside(t.of, one)).join(", ")}}`;
    case "option": return value === null ? "None" : inside(t.of, value);
    case "record": return `[${Object.entries(t.fields).map(([field, of]) => `${names.field(field)} |-> ${inside(of, (value as RecordValue)[field] ?? null)}`).join(", ")}]`;
    case "map": {
      const parts = value as readonly Value[], [first] = parts;
      if (parts.length === 0) return "<<>>";
      if (first !== undefined && parts.every((one) => equal(one, first))) {
        const key = names.local(t.key.name.toLowerCase(), taken);
        return `[${key} \\in ${tlaType(names, t.key)} |-> ${tlaValue(names, t.value, first, new Set([...taken, key]))}]`;
      }
      return `(${parts.map((one, i) => `${inside(t.key, unrank(bounds, t.key, i))} :> ${inside(t.value, one)}`).join(" @@ ")})`;
    }
  }
};

/** The set of a type's values. */
export const tlaType = (names: TlaNames, type: AnyType): string => {
  const t = known(type);
  switch (t.kind) {
    case "bool": return "BOOLEAN";
    case "enum": case "range": case "scalarset": case "union": return names.type(t.name);
    case "set": return `SUBSET ${tlaType(names, t.of)}`;
    case "option": return `(${tlaType(names, t.of)} \\cup {None})`;
    case "record": return `[${Object.entries(t.fields).map(([field, of]) => `${names.field(field)} : ${tlaType(names, of)}`).join(", ")}]`;
    case "map": return `[${tlaType(names, t.key)} -> ${tlaType(names, t.value)}]`;
  }
};

/** Naturals has no negative numbers, so that `0 .. -1` is no way to say that there are none. */
const interval = (lo: number, hi: number): string => (hi < lo ? "{}" : `${lo} .. ${hi}`);

/** The definition of a named type, or null for a type that needs none. */
export const tlaTypeDefinition = (names: TlaNames, type: AnyType): string | null => {
  const t = known(type);
  switch (t.kind) {
    case "enum": return `{${t.labels.map((label) => `"${label}"`).join(", ")}}`;
    case "range": {
      const { lo, hi } = boundsOf(names.bounds, t.name);
      return interval(lo, hi);
    }
    case "scalarset": {
      const { hi } = boundsOf(names.bounds, t.name);
      return names.symmetric.has(t.name) ? `{${Array.from({ length: hi + 1 }, (_, i) => memberName(t.name, i)).join(", ")}}` : interval(0, hi);
    }
    case "union": return Object.entries(t.cases).map(([label, payload]) => (payload === null ? `{<<"${label}">>}` : `({"${label}"} \\X ${tlaType(names, payload)})`)).join(" \\cup ");
    case "bool": case "set": case "option": case "record": case "map": return null;
  }
};

/** An expression; every operator is in brackets of its own. */
export const tlaExpression = (names: TlaNames, scope: TlaScope, node: Node): string => {
  const text = (inner: Node): string => tlaExpression(names, scope, inner);
  const listed = (all: readonly Node[], operator: string, nothing: string): string => {
    const [first] = all;
    if (first === undefined) return nothing;
    return all.length === 1 ? text(first) : `(${all.map(text).join(` ${operator} `)})`;
  };
  const infix = (left: Node, operator: string, right: Node): string => `(${text(left)} ${operator} ${text(right)})`;
  const over = (variable: string, body: Node, build: (name: string, inside: string) => string): string => {
    const { name, scope: inner } = bindTla(names, scope, variable);
    return build(name, tlaExpression(names, inner, body));
  };
  switch (node.op) {
    case "literal": return tlaValue(names, node.type, node.value, scope.taken);
    case "variable": {
      const found = scope.values.get(node.name);
      if (found === undefined) throw new SpecificationError(`nothing says what the variable ${node.name} is`);
      return found;
    }
    case "cell": switch (node.store) {
      case "state": return names.variable(node.name);
      case "next": return `${names.variable(node.name)}'`;
      case "constant": return names.constant(node.name);
      case "step": {
        const found = scope.step.get(node.name);
        if (found === undefined) throw new SpecificationError(`step variable ${node.name} means nothing here`);
        return found;
      }
      case "view": throw new SpecificationError(`view variable ${node.name} means nothing here`);
    }
    case "at": return `${text(node.map)}[${text(node.key)}]`;
    case "field": return `${text(node.record)}.${names.field(node.field)}`;
    case "construct": return `[${Object.entries(node.fields).map(([field, inner]) => `${names.field(field)} |-> ${text(inner)}`).join(", ")}]`;
    case "some": return text(node.value);
    case "is-none": return `(${text(node.option)} = None)`;
    case "match": {
      const { name, scope: inner } = bindTla(names, scope, node.variable), option = tlaExpression(names, { ...scope, taken: inner.taken }, node.option);
      const found = `LET ${name} == ${option} IN ${tlaExpression(names, inner, node.some)}`;
      if (node.none.op === "literal" && node.none.value === false) return `(${option} /= None /\\ ${found})`;
      return `(IF ${option} = None THEN ${text(node.none)} ELSE ${found})`;
    }
    case "inject": return node.union.cases[node.label] === null ? `<<"${node.label}">>` : `<<"${node.label}", ${text(node.payload)}>>`;
    case "not": switch (node.of.op) {
      case "equal": return infix(node.of.left, "/=", node.of.right);
      case "has": return infix(node.of.element, "\\notin", node.of.set);
      case "is-none": return `(${text(node.of.option)} /= None)`;
      default: return `~${text(node.of)}`;
    }
    case "and": return listed(node.all, "/\\", "TRUE");
    case "or": return listed(node.all, "\\/", "FALSE");
    case "implies": return infix(node.left, "=>", node.right);
    case "equal": return infix(node.left, "=", node.right);
    case "first": {
      const { name: other, scope: compared } = bindTla(names, scope, node.variable);
      const type = tlaType(names, node.over), holdsOther = tlaExpression(names, compared, node.where);
      const { name, scope: inner } = bindTla(names, { ...scope, taken: compared.taken }, node.variable), holds = tlaExpression(names, inner, node.where);
      const least = `(${holds} /\\ (\\A ${other} \\in ${type} : (${holdsOther} => (${name} <= ${other}))))`;
      return `(IF (\\E ${other} \\in ${type} : ${holdsOther}) THEN (CHOOSE ${name} \\in ${type} : ${least}) ELSE None)`;
    }
    case "less": return infix(node.left, "<", node.right);
    case "at-most": return infix(node.left, "<=", node.right);
    case "add": return infix(node.left, "+", node.right);
    case "if": return `(IF ${text(node.condition)} THEN ${text(node.then)} ELSE ${text(node.otherwise)})`;
    case "has": return infix(node.element, "\\in", node.set);
    case "subset": return infix(node.left, "\\subseteq", node.right);
    case "unite": return infix(node.left, "\\cup", node.right);
    case "intersect": return infix(node.left, "\\cap", node.right);
    case "minus": return infix(node.left, "\\", node.right);
    case "set": return `{${node.elements.map(text).join(", ")}}`;
    case "collect": return over(node.variable, node.where, (name, inside) => `{${name} \\in ${tlaType(names, node.over)} : ${inside}}`);
    case "forall": return over(node.variable, node.where, (name, inside) => `(\\A ${name} \\in ${tlaType(names, node.over)} : ${inside})`);
    case "exists": return over(node.variable, node.where, (name, inside) => `(\\E ${name} \\in ${tlaType(names, node.over)} : ${inside})`);
    case "count": return over(node.variable, node.where, (name, inside) => `Cardinality({${name} \\in ${tlaType(names, node.over)} : ${inside}})`);
    case "sum": return over(node.variable, node.value, (name, inside) => `Sum([${name} \\in ${tlaType(names, node.over)} |-> ${inside}])`);
    case "tabulate": return over(node.variable, node.value, (name, inside) => `[${name} \\in ${tlaType(names, node.over)} |-> ${inside}]`);
    case "reaches": return `Reaches(${text(node.links)}, ${text(node.from)}, ${text(node.to)})`;
    case "apply": return node.arguments.length === 0 ? names.definition(node.definition) : `${names.definition(node.definition)}(${node.arguments.map(text).join(", ")})`;
  }
};

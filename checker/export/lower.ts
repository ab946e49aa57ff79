/** Expressions of the specification as trees of scalar terms. */
import { SpecificationError } from "../../spec/lang/construction.ts";
import type { Definition, Node, Store } from "../../spec/lang/node.ts";
import { bool, known, type AnyType, type Bounds } from "../../spec/lang/types.ts";
import { caseOffset, valuesOf } from "../../spec/lang/value.ts";
import type { Names } from "./names.ts";
import {
  chosen, constant, entryOf, equality, fieldOf, isScalar, offsetOf, optionOf, scalar, termOf, type Operand,
} from "./operand.ts";
import {
  binary, conjunction, disjunction, either, injected, membership, negation, no, setOfElements, type Callable, type Term,
} from "./term.ts";

export interface Lowering {
  readonly bounds: Bounds;
  readonly names: Names;
  /** What a variable of a store is here. @throws SpecificationError where the store means nothing. */
  readonly cell: (store: Store, name: string, type: AnyType) => Operand;
  /** The function that a definition is here; `null` where it has to be written in place. */
  readonly callable: (definition: Definition) => Callable | null;
}

/** What parameters and bound variables stand for, and which names are taken. */
export interface Scope { readonly values: ReadonlyMap<string, Operand>; readonly taken: ReadonlySet<string> }

export const emptyScope: Scope = { values: new Map(), taken: new Set() };

/** The scope with one variable more, which stands for a name of its own. */
export const named = (context: Pick<Lowering, "names">, scope: Scope, variable: string, type: AnyType): { readonly scope: Scope; readonly name: string } => {
  const name = context.names.local(variable, scope.taken);
  return { name, scope: standing({ ...scope, taken: new Set([...scope.taken, name]) }, variable, scalar({ op: "name", type, name })) };
};

/** The scope in which a variable stands for an operand. */
export const standing = (scope: Scope, variable: string, operand: Operand): Scope => ({ ...scope, values: new Map([...scope.values, [variable, operand]]) });

type Quantifier = Extract<Node, { readonly op: "forall" | "exists" | "count" | "collect" | "sum" }>;

const folded = (quantifier: Quantifier, type: AnyType, parts: readonly Term[]): Term => {
  const number = (value: number): Term => ({ op: "literal", type, value });
  switch (quantifier.op) {
    case "forall": return conjunction(...parts);
    case "exists": return disjunction(...parts);
    case "count": return parts.map((part) => either(part, number(1), number(0))).reduce((sum, part) => binary("add", type, sum, part), number(0));
    case "sum": return parts.reduce((sum, part) => binary("add", type, sum, part), number(0));
    case "collect": return parts.map((part, i) => either(part, number(1 << i), number(0))).reduce((mask, part) => binary("unite", type, mask, part), number(0));
  }
};

const quantified = (context: Lowering, scope: Scope, node: Quantifier): Term => {
  const body = node.op === "sum" ? node.value : node.where;
  if (!isScalar(node.over)) {
    // A loop over records or options is written out; targets loop over scalars.
    const parts = valuesOf(context.bounds, node.over)
      .map((value) => term(context, standing(scope, node.variable, constant(context.bounds, node.over.name, node.over, value)), body));
    return folded(node, node.type, parts);
  }
  const { name, scope: inner } = named(context, scope, node.variable, node.over), inside = term(context, inner, body);
  const loop = { type: node.type, variable: name, over: node.over, body: inside };
  switch (node.op) {
    case "forall": case "exists": return inside.op === "literal" ? inside : { op: node.op, ...loop };
    case "count": case "collect": case "sum": return { op: node.op, ...loop };
  }
};

const applied = (context: Lowering, scope: Scope, node: Node & { readonly op: "apply" }): Operand => {
  const { definition } = node, given = node.arguments.map((argument) => operand(context, scope, argument));
  const callable = isScalar(definition.body.type) && given.every((one) => one.form === "scalar") ? context.callable(definition) : null;
  const inPlace = (): Operand => operand(context, {
    values: new Map(definition.parameters.map(({ name }, i) => [name, given[i] ?? { form: "nothing" }])), taken: scope.taken,
  }, definition.body);
  if (callable === null) return inPlace();
  return scalar({ op: "call", type: node.type, callable, given: given.map(termOf) });
};

/** A scalar expression. */
export const term = (context: Lowering, scope: Scope, node: Node): Term => termOf(operand(context, scope, node));

/** An expression of any type. */
export const operand = (context: Lowering, scope: Scope, node: Node): Operand => {
  const { bounds } = context;
  const value = (inner: Node): Operand => operand(context, scope, inner);
  const scalarOf = (inner: Node): Term => term(context, scope, inner);
  switch (node.op) {
    case "literal": return constant(bounds, node.type.name, node.type, node.value);
    case "variable": {
      const found = scope.values.get(node.name);
      if (found === undefined) throw new SpecificationError(`nothing says what the variable ${node.name} is`);
      return found;
    }
    case "cell": return context.cell(node.store, node.name, node.type);
    case "at": return entryOf(value(node.map), scalarOf(node.key));
    case "field": return fieldOf(value(node.record), node.field);
    case "construct": {
      const t = known(node.type), order = t.kind === "record" ? Object.keys(t.fields) : [];
      return { form: "record", type: node.type, fields: new Map(order.flatMap((field) => {
        const inside = node.fields[field];
        return inside === undefined ? [] : [[field, value(inside)] as const];
      })) };
    }
    case "some": return { form: "option", type: node.type, none: no, content: value(node.value) };
    case "is-none": return scalar(optionOf(value(node.option)).none);
    case "match": {
      const { none, content } = optionOf(value(node.option));
      if (none.op === "literal" && none.value === true) return value(node.none);
      return chosen(none, value(node.none), operand(context, standing(scope, node.variable, content), node.some));
    }
    case "inject": {
      const payload = node.union.cases[node.label], offset = caseOffset(bounds, node.union.cases, node.label);
      if (payload === null || payload === undefined) return scalar({ op: "literal", type: node.type, value: offset });
      return scalar(injected(node.type, node.label, scalarOf(node.payload), offset - offsetOf(bounds, payload)));
    }
    case "not": return scalar(negation(scalarOf(node.of)));
    case "and": return scalar(conjunction(...node.all.map(scalarOf)));
    case "or": return scalar(disjunction(...node.all.map(scalarOf)));
    case "implies": return scalar(disjunction(negation(scalarOf(node.left)), scalarOf(node.right)));
    case "equal": return scalar(equality(bounds, value(node.left), value(node.right)));
    case "less": case "at-most": case "subset": return scalar(binary(node.op, bool, scalarOf(node.left), scalarOf(node.right)));
    case "add": case "unite": case "minus": case "intersect": return scalar(binary(node.op, node.type, scalarOf(node.left), scalarOf(node.right)));
    case "if": return chosen(scalarOf(node.condition), value(node.then), value(node.otherwise));
    case "has": return scalar(membership(scalarOf(node.set), scalarOf(node.element), offsetOf(bounds, node.element.type)));
    case "set": return scalar(setOfElements(node.type, node.elements.map(scalarOf), elementOffset(bounds, node.type)));
    case "forall": case "exists": case "count": case "collect": case "sum": return scalar(quantified(context, scope, node));
    case "first": return valuesOf(bounds, node.over).reduceRight<Operand>((rest, one) => {
      const member = constant(bounds, node.over.name, node.over, one);
      return chosen(term(context, standing(scope, node.variable, member), node.where), { form: "option", type: node.type, none: no, content: member }, rest);
    }, constant(bounds, node.type.name, node.type, null));
    case "reaches": {
      const links = value(node.links), over = node.from.type, { name } = named(context, scope, `${over.name.toLowerCase()}_at`, over);
      const link = optionOf(entryOf(links, { op: "name", type: over, name }));
      return scalar({
        op: "reaches", type: bool, variable: name, over, ends: link.none, link: termOf(link.content), from: scalarOf(node.from), to: scalarOf(node.to),
      });
    }
    case "tabulate": return { form: "map", type: node.type, entry: (key) => operand(context, standing(scope, node.variable, scalar(key)), node.value) };
    case "apply": return applied(context, scope, node);
  }
};

const elementOffset = (bounds: Bounds, set: AnyType): number => {
  const t = known(set);
  return t.kind === "set" ? offsetOf(bounds, t.of) : 0;
};


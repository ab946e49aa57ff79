/** A violated formula with concrete values: what each part says in the state that was reached, and which part the whole fails for. */
import { evaluate, type Environment, type Scope } from "../../spec/lang/evaluate.ts";
import type { Node } from "../../spec/lang/node.ts";
import { printNode } from "../../spec/lang/print.ts";
import type { Property } from "../../spec/lang/property.ts";
import { environmentOf, scopesOf, step, type Instance, type System } from "../../spec/lang/system.ts";
import { valuesOf, type Value } from "../../spec/lang/value.ts";
import type { Policy } from "../../spec/policy.ts";
import { firstStranded } from "../explore/stranded.ts";
import { namesOf, showValue, type Names } from "../refine/names.ts";
import type { Formula, FormulaLine } from "./model.ts";

/** Deeper parts explain no more; they are what the parts above say of them. */
const deepest = 5;

interface Reading { readonly environment: Environment; readonly names: Names }

const valueText = ({ environment, names }: Reading, scope: Scope, node: Node): string =>
  showValue(environment.bounds, names, node.type, evaluate(environment, scope, node));

/** A comparison with its operands replaced by their values. */
const concrete = (reading: Reading, scope: Scope, node: Node): string | null => {
  const show = (inner: Node): string => valueText(reading, scope, inner);
  switch (node.op) {
    case "equal": return `${show(node.left)} = ${show(node.right)}`;
    case "less": return `${show(node.left)} < ${show(node.right)}`;
    case "at-most": return `${show(node.left)} <= ${show(node.right)}`;
    case "subset": return `${show(node.left)} within ${show(node.right)}`;
    case "has": return `${show(node.element)} in ${show(node.set)}`;
    case "is-none": return `${show(node.option)} is none`;
    default: return null;
  }
};

/** The first member of a binder's type for which its body has the value. */
const witness = ({ environment }: Reading, scope: Scope, node: Extract<Node, { readonly op: "forall" | "exists" | "count" }>, wanted: boolean): Value | undefined =>
  valuesOf(environment.bounds, node.over).find((member) => (evaluate(environment, { ...scope, [node.variable]: member }, node.where) === true) === wanted);

/** `against` is the value that makes the whole fail; only parts that have it are blamed, `null` blames nothing. */
const explain = (reading: Reading, scope: Scope, node: Node, depth: number, against: boolean | null): readonly FormulaLine[] => {
  const { environment, names } = reading;
  const truth = evaluate(environment, scope, node) === true;
  const guilty = against !== null && truth === against;
  const below = (inner: Node, to: boolean | null, inside: Scope): readonly FormulaLine[] => explain(reading, inside, inner, depth + 1, guilty ? to : null);
  const same = guilty ? against : null;
  const head = (text: string, value: string, parts: readonly FormulaLine[]): readonly FormulaLine[] =>
    [{ depth, text, value, blamed: guilty && !parts.some(({ blamed }) => blamed) }, ...parts];
  if (depth >= deepest) return head(printNode(node), String(truth), []);

  switch (node.op) {
    case "and": case "or": {
      // A false conjunction is its false conjuncts, a true one is all of them; what does not matter is left out.
      const telling = node.all.filter((part) => (evaluate(environment, scope, part) === true) === truth);
      return head(node.op === "and" ? "all of" : "one of", String(truth), telling.flatMap((part) => below(part, same, scope)));
    }
    case "not": return head("not", String(truth), below(node.of, same === null ? null : !same, scope));
    case "implies": return head("implication", String(truth), [...below(node.left, null, scope), ...below(node.right, same, scope)]);
    case "forall": case "exists": {
      const found = witness(reading, scope, node, truth ? node.op === "exists" : node.op !== "forall");
      const quantifier = `${node.op} ${node.variable}: ${node.over.name}`;
      if (found === undefined) return head(printNode(node), `${String(truth)}, for every ${node.over.name}`, []);
      const name = showValue(environment.bounds, names, node.over, found);
      return head(quantifier, `${String(truth)}, with ${node.variable} = ${name}`, below(node.where, same, { ...scope, [node.variable]: found }));
    }
    case "match": {
      const inside = evaluate(environment, scope, node.option);
      const text = `where ${printNode(node.option)} = ${valueText(reading, scope, node.option)}`;
      return head(text, String(truth), inside === null ? [] : below(node.some, same, { ...scope, [node.variable]: inside }));
    }
    case "apply": {
      const values = node.arguments.map((argument) => evaluate(environment, scope, argument));
      const inner = Object.fromEntries(node.definition.parameters.map((parameter, i) => [parameter.name, values[i] ?? null]));
      const called = `${node.definition.name}(${node.arguments.map((argument) => valueText(reading, scope, argument)).join(", ")})`;
      return head(called, String(truth), guilty ? below(node.definition.body, same, inner) : []);
    }
    default: {
      const values = concrete(reading, scope, node);
      return head(printNode(node), values === null ? String(truth) : `${String(truth)}: ${values}`, []);
    }
  }
};

const bindingText = (reading: Reading, property: Property, binding: Scope): { readonly [variable: string]: string } =>
  Object.fromEntries(property.bindings.map(({ name, type }) => [name, showValue(reading.environment.bounds, reading.names, type, binding[name] ?? null)]));

/** The stores after a run of the specification: those of the last step for properties of a step. */
const environmentAfter = (system: System, property: Property, instances: readonly Instance[]): Environment => {
  let before = system.initial, after = system.initial;
  for (const instance of instances) {
    const outcome = step(system, after, instance);
    if (outcome.kind === "allowed") [before, after] = [after, outcome.next];
  }
  const last = instances.at(-1);
  return property.form === "state" || property.form === "graph"
    ? environmentOf(system, after)
    : { bounds: system.bounds, stores: { state: before, next: after, constant: system.constants, ...(last === undefined ? {} : { step: system.describe(last) }) } };
};

/** The first of the properties that fails after a run of the specification, with the binding that it fails for; `null` if none does. */
export const failing = (system: System, properties: readonly Property[], instances: readonly Instance[]): { readonly property: Property; readonly binding: Scope } | null => {
  for (const property of properties) {
    if (property.form === "view" || (property.form === "step" && instances.length === 0)) continue;
    const environment = environmentAfter(system, property, instances);
    const binding = property.form === "graph" ? firstStranded(system, property, environment.stores.state ?? {})?.binding : scopesOf(system.bounds, property.bindings).find((scope) =>
      evaluate(environment, scope, property.given) === true && evaluate(environment, scope, property.then) !== true);
    if (binding !== undefined) return { property, binding };
  }
  return null;
};

/** The stores after a run of the specification, for a property that it can decide. */
export const specified = (system: System, property: Property, instances: readonly Instance[]): Environment | null =>
  (property.form === "view" ? null : environmentAfter(system, property, instances));

/** The constants that claims read are named after no domain and no rule, and those are what a reader knows. */
const withNames = ({ claims = [] }: Policy, text: string): string => text.replace(/\bclaim(\d+)(Subject|Object|Except)\b/g, (constant, number: string, role: string) => {
  const claim = claims[Number(number) - 1];
  if (claim === undefined) return constant;
  return role === "Except" ? `except(${claim.except?.join(", ") ?? "nothing"})` : role === "Subject" ? claim.subject : claim.object;
});

const withValues = (policy: Policy, system: System, property: Property, binding: Scope, environment: Environment | null): Formula => {
  const reading: Reading = { environment: environment ?? { bounds: system.bounds, stores: {} }, names: namesOf(policy) };
  const bound = bindingText(reading, property, binding);
  const fails = environment !== null && evaluate(environment, binding, property.given) === true && evaluate(environment, binding, property.then) !== true;
  if (!fails) {
    const line = (node: Node): FormulaLine[] => [{ depth: 0, text: printNode(node), value: "", blamed: false }];
    return { binding: bound, given: line(property.given), then: line(property.then) };
  }
  return { binding: bound, given: [...explain(reading, binding, property.given, 0, null)], then: [...explain(reading, binding, property.then, 0, false)] };
};

/**
 * The formula of a property with the values that it has for a binding. Where `environment` is none, or is not one in which the property fails (it failed between two
 * writes of a call, and no longer does), it is shown without values.
 */
export const formulaOf = (policy: Policy, system: System, property: Property, binding: Scope, environment: Environment | null): Formula => {
  const { binding: bound, given, then } = withValues(policy, system, property, binding, environment);
  const told = (lines: Formula["given"]): Formula["given"] => lines.map((line) => ({ ...line, text: withNames(policy, line.text) }));
  return { binding: bound, given: told(given), then: told(then) };
};

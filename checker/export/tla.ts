/** The abstract system as a TLA+ module with a configuration for TLC. Only operators of the standard modules, no recursion of operators. */
import { visit, type Definition, type Node } from "../../spec/lang/node.ts";
import type { Property } from "../../spec/lang/property.ts";
import { inhabited } from "../../spec/lang/inhabited.ts";
import type { System } from "../../spec/lang/system.ts";
import type { Transition } from "../../spec/lang/transition.ts";
import { boundsOf, known, type AnyType } from "../../spec/lang/types.ts";
import type { Value } from "../../spec/lang/value.ts";
import { actionOf, leftOut, sayable, titleOf } from "./action.ts";
import { createNames } from "./names.ts";
import { createProgram, everyNode, everyType } from "./program.ts";
import { exportable, stepTypes } from "./step-values.ts";
import { determined } from "./selection.ts";
import { bindTla, emptyTlaScope, memberName, tlaExpression, tlaType, tlaTypeDefinition, tlaValue, type TlaNames, type TlaScope } from "./tla-expression.ts";
import { tlaUpdates } from "./tla-update.ts";
import { innerTypes } from "./vocabulary.ts";

export interface TlaExport {
  /** The module's name; its file is this with `.tla`. */
  readonly name: string;
  readonly module: string;
  /** The configuration, a file of the same name with `.cfg`. */
  readonly configuration: string;
}

const reserved = ("ACTION ASSUME ASSUMPTION AXIOM BOOLEAN BY CASE CHOOSE CONSTANT CONSTANTS COROLLARY DEF DEFINE DEFS DOMAIN ELSE ENABLED EXCEPT EXTENDS FALSE HAVE HIDE IF IN INSTANCE LAMBDA "
  + "LEMMA LET LOCAL MODULE NEW OBVIOUS OMITTED ONLY OTHER PICK PROOF PROPOSITION PROVE QED RECURSIVE SF_ STATE STRING SUBSET SUFFICES TAKE TEMPORAL THEN THEOREM TRUE UNCHANGED UNION USE "
  + "VARIABLE VARIABLES WF_ WITH WITNESS Nat Int Seq Len Append Head Tail SubSeq SelectSeq Cardinality IsFiniteSet Print PrintT Assert JavaTime TLCGet TLCSet Permutations SortSeq "
  + "RandomElement Any ToString TLCEval Naturals Sequences FiniteSets TLC Init Next Spec vars TypeOK None Sum Reaches Symmetry").split(" ");
/** Names inside of what every export defines. */
const internal = ["links", "from", "to", "steps", "chain", "n", "function", "total", "rest", "picked", "it", "inner"];

const capitalised = (name: string): string => name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "").map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`).join("");

/** Conjuncts below one another. */
const bullets = (lines: readonly string[], by: string): string => lines.map((line) => `${by}/\\ ${line}`).join("\n");

const reads = (property: Property): readonly string[] => {
  const names = new Set<string>();
  for (const node of [property.given, property.then]) visit(node, (one) => { if (one.op === "cell" && one.store === "step") names.add(one.name); });
  return [...names].sort();
};

/** The module and its configuration. */
export const tla = (exported: System): TlaExport => {
  const system = inhabited(exported);
  const names = createNames(reserved, false, internal), module = names.global(capitalised(system.name) || "System");
  const variables = new Map(Object.keys(system.variables).map((name) => [name, names.global(name)]));
  const symmetric = new Set(system.symmetric);
  const members = system.symmetric.flatMap((name) => Array.from({ length: boundsOf(system.bounds, name).hi + 1 }, (_, i) => names.global(memberName(name, i))));
  const all = innerTypes(everyType(system)), types = new Map(all.map((type) => [type.name, names.global(type.name)]));
  const constants = new Map(Object.keys(system.constants).map((name) => [name, names.global(name)]));
  const definitions = new Map<Definition, string>(), order: Definition[] = [];
  const tlaNames: TlaNames = {
    bounds: system.bounds, symmetric,
    variable: (name) => variables.get(name) ?? name,
    constant: (name) => constants.get(name) ?? name,
    type: (name) => types.get(name) ?? name,
    definition: (definition) => definitions.get(definition) ?? definition.name,
    field: names.field,
    local: names.local,
  };

  // Definitions before what applies them.
  const declare = (definition: Definition): void => {
    if (definitions.has(definition)) return;
    visit(definition.body, (node) => { if (node.op === "apply") declare(node.definition); });
    definitions.set(definition, names.global(definition.name));
    order.push(definition);
  };
  const nodes = everyNode(system), constantTypes = new Map<string, AnyType>();
  for (const node of nodes) {
    if (node.op === "apply") declare(node.definition);
    if (node.op === "cell" && node.store === "constant") constantTypes.set(node.name, node.type);
  }

  const parametersOf = (scope: TlaScope, parameters: readonly { readonly name: string }[]): { readonly list: readonly string[]; readonly scope: TlaScope } => {
    let inner = scope;
    const list = parameters.map(({ name }) => {
      const bound = bindTla(tlaNames, inner, name);
      inner = bound.scope;
      return bound.name;
    });
    return { list, scope: inner };
  };
  const headed = (name: string, list: readonly string[]): string => (list.length === 0 ? `${name} ==` : `${name}(${list.join(", ")}) ==`);
  const forAll = (bindings: Property["bindings"], list: readonly string[], body: string): string => (bindings.length === 0 ? body
    : `\\A ${bindings.map(({ type }, i) => `${list[i] ?? ""} \\in ${tlaType(tlaNames, type)}`).join(", ")} : ${body}`);

  // Which properties of steps a transition could break at all is found as for the other exports.
  const plain = createProgram(system, createNames([], false));
  const properties = exportable(system).filter((property) => property.form === "state" || sayable(plain, property)).map((property, i, others) => {
    const title = titleOf(property), several = others.filter((one) => titleOf(one) === title).length > 1;
    return { property, name: names.global(several ? `${title}_${others.slice(0, i).filter((one) => titleOf(one) === title).length + 1}` : title), reads: reads(property) };
  });
  const propertyText = properties.map(({ property, name, reads: given }) => {
    const outer = parametersOf(emptyTlaScope, given.map((one) => ({ name: one })));
    const step = new Map(given.map((one, i) => [one, outer.list[i] ?? one]));
    const { list, scope } = parametersOf({ ...emptyTlaScope, taken: outer.scope.taken, step }, property.bindings);
    const body = `(${tlaExpression(tlaNames, scope, property.given)} => ${tlaExpression(tlaNames, scope, property.then)})`;
    return `\\* ${property.sentence}\n${headed(name, outer.list)}\n  ${forAll(property.bindings, list, body)}`;
  });

  const stepType = stepTypes(system);
  const stepConstants = new Map<string, { readonly name: string; readonly text: string }>();
  /** A map that a step is given, under a name of its own. */
  const stepConstant = (hint: string, type: AnyType, value: Value): string => {
    const found = stepConstants.get(hint) ?? { name: names.global(hint), text: tlaValue(tlaNames, type, value) };
    stepConstants.set(hint, found);
    return found.name;
  };
  const assertions = (transition: Transition, scope: TlaScope): readonly string[] => {
    const values = plain.stepValuesOf(transition), concerned = actionOf(plain, transition, { determined: new Map(), choice: null }, (name) => `before_${name}`).assertions;
    return concerned.map(({ property }) => {
      const found = properties.find((one) => one.property === property), given = (found?.reads ?? []).map((name) => {
        const value = values.get(name), type = stepType.get(name);
        if (value === undefined || type === undefined) return "None";
        if (value.kind === "value" && known(type).kind === "map") return stepConstant(`${name}_${transition.name}`, type, value.value);
        return value.kind === "value" ? tlaValue(tlaNames, type, value.value, scope.taken) : scope.values.get(value.name) ?? "None";
      });
      const name = found?.name ?? property.id;
      return `Assert(${given.length === 0 ? name : `${name}(${given.join(", ")})`}, "${titleOf(property)}")`;
    });
  };

  const actions = system.transitions.map((transition) => {
    const name = names.global(capitalised(transition.name)), { list, scope } = parametersOf(emptyTlaScope, transition.parameters);
    const updates = tlaUpdates(tlaNames, scope, system.variables, transition.effects);
    const unchanged = [...variables].flatMap(([variable, identifier]) => (updates.has(variable) ? [] : [identifier]));
    const comment = (id: string, code: string | null): string => `\\* ${transition.name}.${id}${code === null ? "" : `: ${code}`}`;
    const clause = (id: string, code: string | null, node: Node): string => `  ${comment(id, code)}\n  /\\ ${tlaExpression(tlaNames, scope, node)}`;
    const text = [
      headed(name, list),
      clause("enabled", null, transition.enabled),
      ...transition.guards.map(({ id, code, condition }) => clause(id, code, condition)),
      `  ${comment("effect", null)}`,
      bullets([
        ...[...updates].map(([variable, next]) => `${tlaNames.variable(variable)}' = ${next}`),
        ...(unchanged.length === 0 ? [] : [`UNCHANGED <<${unchanged.join(", ")}>>`]),
        ...assertions(transition, scope),
      ], "  "),
    ].join("\n");

    // A parameter that the others determine is not searched for.
    const fixed = determined(transition), free = transition.parameters.filter((parameter) => !fixed.has(parameter.name)), outer = parametersOf(emptyTlaScope, free);
    let inner = outer.scope;
    const defined = transition.parameters.flatMap((parameter) => {
      const node = fixed.get(parameter.name);
      if (node === undefined) return [];
      const value = tlaExpression(tlaNames, inner, node), bound = bindTla(tlaNames, inner, parameter.name);
      inner = bound.scope;
      return [`LET ${bound.name} == ${value} IN `];
    });
    const given = transition.parameters.map((parameter) => inner.values.get(parameter.name) ?? parameter.name);
    const chosen = free.length === 0 ? "" : `\\E ${free.map(({ type }, i) => `${outer.list[i] ?? ""} \\in ${tlaType(tlaNames, type)}`).join(", ")} : `;
    return { text, disjunct: `  \\/ ${chosen}${defined.join("")}${name}${given.length === 0 ? "" : `(${given.join(", ")})`}` };
  });

  const uses = (op: Node["op"]): boolean => nodes.some((node) => node.op === op);
  const text = `${[
    `${"-".repeat(28)} MODULE ${module} ${"-".repeat(28)}`,
    [
      `\\* The specification of ${system.name}, for TLC. Generated by \`refmon export --to tla\`; do not edit.`,
      "\\* An action is a call (or a move of hardware) that is allowed: a denied call changes nothing and is no action. None is an option without a value.",
      ...leftOut(plain).map((line) => `\\* ${line}`),
    ].join("\n"),
    "EXTENDS Naturals, FiniteSets, TLC",
    `CONSTANTS ${["None", ...members].join(", ")}`,
    `VARIABLES ${[...variables.values()].join(", ")}\nvars == <<${[...variables.values()].join(", ")}>>`,
    all.flatMap((type) => {
      const definition = tlaTypeDefinition(tlaNames, type);
      return definition === null ? [] : [`${tlaNames.type(type.name)} == ${definition}`];
    }).join("\n"),
    ...(system.symmetric.length === 0 ? [] : [`Symmetry == ${system.symmetric.map((name) => `Permutations(${tlaNames.type(name)})`).join(" \\cup ")}`]),
    ...(uses("reaches") ? [
      "\\* Following links from a member one or more times arrives at another; a chain longer than there are members is a cycle.\n"
      + "Reaches(links, from, to) ==\n  LET steps == 1 .. Cardinality(DOMAIN links)\n"
      + "      chain[n \\in 0 .. Cardinality(DOMAIN links)] ==\n        IF n = 0 THEN from ELSE IF chain[n - 1] = None THEN None ELSE links[chain[n - 1]]\n  IN \\E n \\in steps : chain[n] = to",
    ] : []),
    ...(uses("sum") ? [
      "Sum(function) ==\n  LET total[rest \\in SUBSET DOMAIN function] ==\n        IF rest = {} THEN 0 ELSE LET picked == CHOOSE it \\in rest : TRUE IN function[picked] + total[rest \\ {picked}]\n  IN total[DOMAIN function]",
    ] : []),
    ...(stepConstants.size === 0 ? [] : [[...stepConstants.values()].map((one) => `${one.name} == ${one.text}`).join("\n")]),
    [...constantTypes].map(([name, type]) => `${tlaNames.constant(name)} == ${tlaValue(tlaNames, type, system.constants[name] ?? null)}`).join("\n"),
    order.map((definition) => {
      const { list, scope } = parametersOf(emptyTlaScope, definition.parameters);
      return `${headed(tlaNames.definition(definition), list)}\n  ${tlaExpression(tlaNames, scope, definition.body)}`;
    }).join("\n\n"),
    `TypeOK ==\n${bullets(Object.entries(system.variables).map(([name, type]) => `${tlaNames.variable(name)} \\in ${tlaType(tlaNames, type)}`), "  ")}`,
    ...propertyText,
    `Init ==\n${bullets(Object.entries(system.variables).map(([name, type]) => `${tlaNames.variable(name)} = ${tlaValue(tlaNames, type, system.initial[name] ?? null)}`), "  ")}`,
    ...actions.map((action) => action.text),
    `Next ==\n${actions.map(({ disjunct }) => disjunct).join("\n")}`,
    "Spec == Init /\\ [][Next]_vars",
    "=".repeat(72),
  ].join("\n\n")}\n`;

  const configuration = `${[
    "SPECIFICATION Spec",
    "CHECK_DEADLOCK FALSE",
    ["CONSTANTS", "  None = None", ...members.map((member) => `  ${member} = ${member}`)].join("\n"),
    ...(system.symmetric.length === 0 ? [] : ["\\* Fewer states: one of those that differ by a permutation.\n\\* SYMMETRY Symmetry"]),
    ["INVARIANTS", "  TypeOK", ...properties.flatMap(({ property, name }) => (property.form === "state" ? [`  ${name}`] : []))].join("\n"),
  ].join("\n\n")}\n`;
  return { name: module, module: text, configuration };
};

/** The abstract system in the language of Murphi, for rumur: `rumur --symmetry-reduction off` counts what an unreduced search counts. */
import { inhabited } from "../../spec/lang/inhabited.ts";
import type { System } from "../../spec/lang/system.ts";
import { boundsOf, known, type AnyType } from "../../spec/lang/types.ts";
import type { RecordValue, Value } from "../../spec/lang/value.ts";
import { actionOf, leftOut, titleOf, type Action } from "./action.ts";
import { emptyScope, named, term as lowered } from "./lower.ts";
import { murphiPrinter, murphiSets, type MurphiPrinter } from "./murphi-expression.ts";
import { createNames } from "./names.ts";
import { contentPlace, isScalar, literals, optionForm, sizeOf } from "./operand.ts";
import { createProgram, permutable, type Program } from "./program.ts";
import { selectionOf, withChoices } from "./selection.ts";
import { exportable } from "./step-values.ts";
import type { Statement } from "./statement.ts";
import { disjunction, isStatic, negation, substituted, visitTerm, type Term } from "./term.ts";
import { vocabularyOf, type NamedType } from "./vocabulary.ts";

const reserved = ("alias array assert assume begin boolean by case clear const cover do else elsif end endalias endexists endfor endforall endfunction endif endprocedure endrecord "
  + "endrule endruleset endstartstate endswitch endwhile enum error exists false for forall function if in interleaved invariant isundefined liveness multiset of procedure process "
  + "program property put real record return rule ruleset scalarset startstate switch then to traceuntil true type undefine union var while "
  + "AnySet has subset unite intersect minus total from target steps member count").split(" ");

const indented = (lines: readonly string[], by = 1): readonly string[] => lines.map((line) => `${"  ".repeat(by)}${line}`);

/** A variable's type has a name, so that copies can have it too. */
const typeName = (variable: string): string => `${variable}_t`;

const declared = (system: System, symmetric: ReadonlySet<string>, type: NamedType): readonly string[] => {
  const limits = (name: string): string => `${boundsOf(system.bounds, name).lo} .. ${boundsOf(system.bounds, name).hi}`;
  switch (type.kind) {
    case "scalarset": return [`type ${type.identifier}: ${symmetric.has(type.name) ? `scalarset(${sizeOf(system.bounds, type.type)})` : limits(type.name)};`];
    case "range": return [`type ${type.identifier}: ${limits(type.name)};`];
    case "enum": return type.counted
      ? [...type.labels.map((label, i) => `const ${label}: ${i};`), `type ${type.identifier}: 0 .. ${type.labels.length - 1};`]
      : [`type ${type.identifier}: enum { ${type.labels.join(", ")} };`];
    case "union": {
      const ranks = type.cases.reduce((sum, { payload }) => sum + (payload === null ? 1 : sizeOf(system.bounds, payload)), 0);
      return [
        ...type.cases.map(({ identifier, added, payload }) => `const ${identifier}: ${added};${payload === null ? "" : ` -- and the ${payload.name} added`}`),
        `type ${type.identifier}: 0 .. ${ranks - 1};`,
      ];
    }
    case "set": return [`type ${type.identifier}: 0 .. ${2 ** sizeOf(system.bounds, type.of) - 1};`];
  }
};

const statement = (printer: MurphiPrinter, one: Statement): readonly string[] => {
  const run = (body: readonly Statement[]): readonly string[] => indented(body.flatMap((inner) => statement(printer, inner)));
  switch (one.kind) {
    case "set": return [`${printer.place(one.place)} := ${printer.term(one.value)};`];
    case "mark": return [`${printer.place(one.place)}.some := true;`];
    case "clear": {
      const place = printer.place(one.place), t = known(one.place.type);
      const flagged = t.kind === "option" && optionForm(t.of) === "flag";
      return [`undefine ${place};`, ...(flagged ? [`${place}.some := false;`] : [])];
    }
    case "if": return [
      `if ${printer.term(one.condition)} then`, ...run(one.then),
      ...(one.otherwise.length === 0 ? [] : ["else", ...run(one.otherwise)]), "endif;",
    ];
    case "for": return [`for ${one.variable}: ${printer.type(one.over)} do`, ...run(one.body), "endfor;"];
  }
};

const within = (printer: MurphiPrinter, bindings: Action["parameters"], body: string): string =>
  bindings.reduceRight((inside, { name, type }) => `forall ${name}: ${printer.type(type)} do ${inside} end`, body);

const mentionsName = (one: Term, name: string): boolean => {
  let found = false;
  visitTerm(one, (part) => { found ||= part.op === "name" && part.name === name; });
  return found;
};

/** The condition holds of every choice of parameters, whatever the state is. */
const holdsOfEach = (system: System, parameters: Action["parameters"], condition: Term): boolean => {
  if (!isStatic(condition)) return false;
  const choices = parameters.reduce<readonly ReadonlyMap<string, Term>[]>(
    (so, { name, type }) => (mentionsName(condition, name) ? so.flatMap((names) => literals(system.bounds, type).map((value) => new Map([...names, [name, value]]))) : so), [new Map()],
  );
  return choices.every((names) => {
    const holds = substituted(condition, names);
    return holds.op === "literal" && holds.value === true;
  });
};

const rule = (system: System, printer: MurphiPrinter, action: Action): string => {
  const { transition, parameters, clauses, statements, copies, assertions } = action;
  const commented = ({ id, code }: Action["clauses"][number]): string => `-- ${transition.name}.${id}${code === null ? "" : `: ${code}`}`;
  const implied = clauses.filter((clause) => holdsOfEach(system, parameters, clause.condition)), asked = clauses.filter((clause) => !implied.includes(clause));
  const guards = [
    ...implied.map((clause) => `${commented(clause)}, by the choice of parameters`),
    ...(asked.length === 0 ? ["true"] : asked.map((clause, i) => `${i === 0 ? "  " : "& "}${printer.term(clause.condition)} ${commented(clause)}`)),
  ];
  const checks = (before: boolean): readonly string[] => assertions.filter((one) => one.before === before)
    .map(({ title, bindings, holds }) => `assert ${within(printer, bindings, printer.term(holds))} ${JSON.stringify(title)};`);
  const body = [
    ...checks(true), ...copies.map(({ copy, variable }) => `${copy} := ${variable};`), ...statements.flatMap((one) => statement(printer, one)), ...checks(false),
  ];
  const lines = [
    `rule ${JSON.stringify(transition.name)}`, ...indented(guards), "==>",
    ...copies.map(({ copy, variable }) => `var ${copy}: ${typeName(variable)};`), "begin", ...indented(body), "end;",
  ];
  if (parameters.length === 0) return lines.join("\n");
  const set = parameters.map(({ name, type }) => `${name}: ${printer.type(type)}`).join("; ");
  return [`ruleset ${set} do`, ...indented(lines), "end;"].join("\n");
};

/** Statements that make a place hold a constant: loops for what most entries are, then the others. */
const initial = (system: System, printer: MurphiPrinter, member: (type: AnyType, value: number) => string, place: string, type: AnyType, value: Value): readonly string[] => {
  const t = known(type);
  if (isScalar(type)) return [`${place} := ${t.kind === "scalarset" ? member(type, Number(value)) : printer.value(type, value as boolean | number | string)};`];
  switch (t.kind) {
    case "option": {
      const flag = optionForm(t.of) === "flag";
      if (value === null) return [`undefine ${place};`, ...(flag ? [`${place}.some := false;`] : [])];
      const inside = contentPlace({ root: place, steps: [], type });
      return [...(flag ? [`${place}.some := true;`] : []), ...initial(system, printer, member, printer.place({ ...inside, root: place }), t.of, value)];
    }
    case "record": return Object.entries(t.fields).flatMap(([field, of]) => initial(system, printer, member, printer.place({ root: place, steps: [{ field }], type: of }), of, (value as RecordValue)[field] ?? null));
    case "map": {
      const entries = (value as readonly Value[]).map((entry) => ({ entry, key: JSON.stringify(entry) }));
      const often = (key: string): number => entries.filter((one) => one.key === key).length;
      const usual = entries.reduce((best, one) => (often(one.key) > often(best.key) ? one : best), entries[0] ?? { entry: null, key: "" });
      const name = `${t.key.name.toLowerCase()}${place.split("[").length}`;
      const loop = often(usual.key) < 2 ? [] : [
        `for ${name}: ${printer.type(t.key)} do`, ...indented(initial(system, printer, member, `${place}[${name}]`, t.value, usual.entry)), "endfor;",
      ];
      const keys = literals(system.bounds, t.key).map((key) => (key.op !== "literal" ? "" : known(t.key).kind === "scalarset" ? member(t.key, Number(key.value)) : printer.term(key)));
      return [...loop, ...entries.flatMap(({ entry, key }, i) =>
        (loop.length > 0 && key === usual.key ? [] : initial(system, printer, member, `${place}[${keys[i] ?? ""}]`, t.value, entry)))];
    }
    case "bool": case "enum": case "range": case "scalarset": case "union": case "set": return [];
  }
};

const startstate = (system: System, printer: MurphiPrinter, symmetric: ReadonlyMap<string, NamedType>, variables: ReadonlyMap<string, string>): string => {
  const member = (type: AnyType, value: number): string => (symmetric.has(type.name) ? `member_${type.name}[${value}]` : String(value));
  const enumerated = [...symmetric.values()].flatMap(({ name, identifier }) => ({ name, identifier, size: boundsOf(system.bounds, name).hi + 1 }));
  const body = [
    ...enumerated.flatMap(({ name, identifier }) => [
      `next_${name} := 0;`, `for each: ${identifier} do member_${name}[next_${name}] := each; next_${name} := next_${name} + 1; endfor;`,
    ]),
    ...[...variables].flatMap(([name, root]) => initial(system, printer, member, root, system.variables[name] as AnyType, system.initial[name] ?? null)),
  ];
  return [
    `startstate ${JSON.stringify(system.name)}`,
    ...enumerated.flatMap(({ name, identifier, size }) => [`var next_${name}: 0 .. ${size};`, `var member_${name}: array [0 .. ${size - 1}] of ${identifier};`]),
    "begin", ...indented(body), "end;",
  ].join("\n");
};

const header = (program: Program): string => [
  `The specification of ${program.system.name}, for rumur. Generated by \`refmon export --to murphi\`; do not edit.`,
  "A rule is a call (or a move of hardware) that is allowed: a denied call changes nothing and is no rule. An option that is none is undefined.",
  ...leftOut(program),
].map((line) => `-- ${line}`).join("\n");

/**
 * The complete abstract system with its state properties as invariants and its step properties as assertions of the rules.
 * @throws SpecificationError if the system uses what the language of expressions cannot say: a map keyed by, or a parameter of, a type that is no scalar.
 */
export const murphi = (exported: System): string => {
  const whole = inhabited(exported), plain = createProgram(whole, createNames([], true)), selections = whole.transitions.map((transition) => selectionOf(plain, transition));
  const system = { ...whole, bounds: withChoices(whole, selections) };
  const choices = selections.flatMap(({ choice }) => (choice === null || choice.tuples.length < 2 ? [] : [choice.type]));
  const names = createNames(reserved, true), program = createProgram(system, names), vocabulary = vocabularyOf(system, names, choices), symmetric = permutable(system);
  const copies = new Map<string, string>();
  const copyName = (name: string): string => {
    const variable = program.variables.get(name) ?? name;
    const found = [...copies].find(([, type]) => type === typeName(variable));
    if (found !== undefined) return found[0];
    const copy = names.global(`before_${variable}`);
    copies.set(copy, typeName(variable));
    return copy;
  };
  const printer = murphiPrinter(system, vocabulary, names, program.constants, (root) => copies.get(root));

  let printed = 0;
  /** The functions that what was lowered last needs, definitions and others, each before its use. */
  const functions = (): readonly string[] => program.routines.slice(printed).flatMap(({ name, title, parameters, body }) => {
    printed++;
    const text = [
      ...(name === title ? [] : [`-- ${title}`]),
      `function ${name}(${parameters.map((one) => `${one.name}: ${printer.type(one.type)}`).join("; ")}): ${printer.type(body.type)};`,
      "begin", `  return ${printer.term(body)};`, "end;",
    ].join("\n");
    return [...printer.functions(), text];
  });
  const section = (text: () => string): readonly string[] => {
    const own = text();
    return [...functions(), ...printer.functions(), own];
  };

  const invariants = exportable(system).flatMap((property) => {
    if (property.form !== "state") return [];
    return [(): string => {
      let scope = emptyScope;
      const bindings = property.bindings.map(({ name, type }) => {
        const next = named({ names }, scope, name, type);
        scope = next.scope;
        return { name: next.name, type };
      });
      const holds: Term = disjunction(negation(lowered(program.now, scope, property.given)), lowered(program.now, scope, property.then));
      return `-- ${property.sentence}\ninvariant ${JSON.stringify(titleOf(property))}\n  ${within(printer, bindings, printer.term(holds))};`;
    }];
  });
  const rules = system.transitions.map((transition, i) => (): string => {
    const selection = selections[i] ?? { determined: new Map(), choice: null };
    if (selection.choice?.tuples.length === 0) return `-- ${transition.name}: the policy allows it to nobody.`;
    return rule(system, printer, actionOf(program, transition, selection, copyName));
  });
  const bits = Math.max(1, ...vocabulary.types.map((type) => (type.kind === "set" ? sizeOf(system.bounds, type.of) : 0)));
  const boundary = new Map(vocabulary.types.flatMap((type) => (type.kind === "scalarset" && symmetric.has(type.name) ? [[type.name, type] as const] : [])));
  return `${[
    header(program),
    vocabulary.types.flatMap((type) => declared(system, symmetric, type)).join("\n"),
    [...program.variables].map(([name, root]) => `type ${typeName(root)}: ${printer.type(system.variables[name] as AnyType)};`).join("\n"),
    [...program.variables.values()].map((root) => `var ${root}: ${typeName(root)};`).join("\n"),
    murphiSets(bits),
    ...section(() => startstate(system, printer, boundary, program.variables)),
    ...rules.flatMap(section),
    ...invariants.flatMap(section),
  ].join("\n\n")}\n`;
};


/**
 * The abstract system in Promela, for Spin: one process, one loop, one `d_step` per instance of a call or move, so that Spin stores a state for
 * each state of the system and nothing in between.
 */
import { inhabited } from "../../spec/lang/inhabited.ts";
import type { System } from "../../spec/lang/system.ts";
import { known, type AnyType } from "../../spec/lang/types.ts";
import { actionOf, leftOut, titleOf, type Action } from "./action.ts";
import { emptyScope, named, term as lowered } from "./lower.ts";
import { createNames, type Names } from "./names.ts";
import { literals, offsetOf, optionForm, sizeOf } from "./operand.ts";
import { createProgram, type Program } from "./program.ts";
import { cellsOf, cellValue, columnsOf, promelaPrinter, type Column, type PromelaPrinter } from "./promela-expression.ts";
import { determined } from "./selection.ts";
import { exportable } from "./step-values.ts";
import type { Statement } from "./statement.ts";
import { conjunction, disjunction, negation, substituted, type Place, type Step, type Term } from "./term.ts";
import { vocabularyOf, type NamedType } from "./vocabulary.ts";

const reserved = ("active assert atomic bit bool break byte c_code c_decl c_expr c_state c_track chan d_proctype d_step do else empty enabled end eval false fi for full get_priority "
  + "goto hidden if in init inline int len local ltl mtype nempty never nfull notrace np_ od of pc_value pid printf printm priority proctype provided return run select set_priority short "
  + "show skip timeout trace true typedef U V W X F G R M unless unsigned until always eventually next release stronguntil weakuntil implies equivalent xr xs "
  + "has subset system unix linux i386").split(" ");

/** Spin's integers: the smallest that holds the values. */
const width = (system: System, column: Column): string => {
  const t = known(column.type), size = sizeOf(system.bounds, column.type) + (column.raised === 1 ? 1 : offsetOf(system.bounds, column.type));
  if (t.kind === "bool") return "byte";
  return size <= 256 ? "byte" : size <= 32768 ? "short" : "int";
};

const positions = (system: System, column: Column): readonly (readonly number[])[] => column.keys.reduce<readonly (readonly number[])[]>(
  (so, key) => so.flatMap((at) => Array.from({ length: sizeOf(system.bounds, key) }, (_, i) => [...at, i])), [[]],
);

const declaration = (system: System, name: string, column: Column): string => {
  const values = positions(system, column).map((at) => String(cellValue(system.bounds, column, system.variables[name] as AnyType, system.initial[name] ?? null, at)));
  const keys = column.keys.map((key) => key.name).join(", ");
  const comment = `/* ${[name, ...column.fields].join(".")}${keys === "" ? "" : `, by ${keys}`}${column.raised === 1 ? "; 0 is none, else one more than the value" : ""} */`;
  return column.keys.length === 0 ? `${width(system, column)} ${column.array} = ${values[0] ?? "0"}; ${comment}`
    : `${width(system, column)} ${column.array}[${cellsOf(system.bounds, column)}] = { ${values.join(", ")} }; ${comment}`;
};

const labels = (type: NamedType): readonly string[] => {
  switch (type.kind) {
    case "enum": return [`/* ${type.name} */`, ...type.labels.map((label, i) => `#define ${label} ${i}`)];
    case "union": return [`/* ${type.name} */`, ...type.cases.map(({ identifier, added, payload }) =>
      `#define ${identifier} ${added}${payload === null ? "" : ` /* and the ${payload.name} added */`}`)];
    case "range": case "scalarset": case "set": return [];
  }
};

/** The place with names replaced. */
const placed = (place: Place, names: ReadonlyMap<string, Term>): Place =>
  ({ ...place, steps: place.steps.map((step): Step => ("key" in step ? { key: substituted(step.key, names) } : step)) });

/** Statements without loops, which are written out. */
const statements = (system: System, printer: PromelaPrinter, run: readonly Statement[], names: ReadonlyMap<string, Term> = new Map()): readonly string[] => run.flatMap((one): readonly string[] => {
  switch (one.kind) {
    case "set": {
      const moved = one.present ? 1 - offsetOf(system.bounds, one.place.type) : 0, value = printer.term(substituted(one.value, names));
      return [`${printer.cell(placed(one.place, names))} = ${moved === 0 ? value : moved > 0 ? `${value} + ${moved}` : `${value} - ${-moved}`};`];
    }
    case "mark": return [`${printer.cell(placed({ ...one.place, steps: [...one.place.steps, { field: "some" }] }, names))} = 1;`];
    case "clear": return cleared(system, printer, placed(one.place, names));
    case "if": {
      const condition = substituted(one.condition, names), then = statements(system, printer, one.then, names), otherwise = statements(system, printer, one.otherwise, names);
      if (condition.op === "literal") return condition.value === true ? then : otherwise;
      return [`if :: ${printer.term(condition)} -> ${then.join(" ")} :: else${otherwise.length === 0 ? "" : ` -> ${otherwise.join(" ")}`} fi;`];
    }
    case "for": return literals(system.bounds, one.over).flatMap((member) => statements(system, printer, one.body, new Map([...names, [one.variable, member]])));
  }
});

/** Every cell of an option that becomes none is 0, so that none is one state and not many. */
const cleared = (system: System, printer: PromelaPrinter, place: Place): readonly string[] => {
  const under = (of: AnyType, steps: readonly Step[]): readonly string[] => {
    const t = known(of);
    switch (t.kind) {
      case "bool": case "enum": case "range": case "scalarset": case "union": case "set": return [`${printer.cell({ root: place.root, steps, type: of })} = 0;`];
      case "option": return optionForm(t.of) === "inside" ? under(t.of, steps)
        : [`${printer.cell({ root: place.root, steps: [...steps, { field: "some" }], type: of })} = 0;`, ...under(t.of, [...steps, { field: "value" }])];
      case "record": return Object.entries(t.fields).flatMap(([field, inside]) => under(inside, [...steps, { field }]));
      case "map": return literals(system.bounds, t.key).flatMap((key) => under(t.value, [...steps, { key }]));
    }
  };
  return under(place.type, place.steps);
};

/** Every choice of an action's parameters for which no guard fails whatever the state is. */
const instances = (system: System, { parameters, clauses }: Action): readonly (readonly Term[])[] => {
  const all = parameters.reduce<readonly (readonly Term[])[]>(
    (so, { type }) => so.flatMap((chosen) => literals(system.bounds, type).map((member) => [...chosen, member])), [[]],
  );
  return all.filter((chosen) => {
    const names = new Map(parameters.map(({ name }, i) => [name, chosen[i] as Term] as const));
    const allowed = conjunction(...clauses.map(({ condition }) => substituted(condition, names)));
    return allowed.op !== "literal" || allowed.value === true;
  });
};

const macro = (name: string, parameters: readonly { readonly name: string }[], body: readonly string[]): string =>
  `#define ${name}${parameters.length === 0 ? "" : `(${parameters.map((one) => one.name).join(", ")})`} \\\n  ${body.join(" \\\n  ")}`;

const applied = (name: string, given: readonly string[]): string => (given.length === 0 ? name : `${name}(${given.join(", ")})`);

interface Printed { readonly definitions: readonly string[]; readonly options: readonly string[] }

const call = (program: Program, printer: PromelaPrinter, names: Names, action: Action, claims: Map<string, string>, cursors: (count: number) => readonly string[]): Printed => {
  const { system } = program, { transition, parameters, clauses, assertions, copies } = action;
  const base = transition.name, guards = clauses.map(({ id, code, condition }) => ({ name: names.global(`${base}_${id}`), id, code, text: printer.term(condition) }));
  const arguments_ = parameters.map(({ name }) => name);
  const effect = statements(system, printer, action.statements), effectName = names.global(`${base}_effect`), allowedName = names.global(`${base}_allowed`);
  const checks = assertions.map((assertion, i) => {
    const name = names.global(`${base}_${assertion.property.id}_${i + 1}`), inner = cursors(assertion.bindings.length);
    const loops = assertion.bindings.map(({ type }, at) => {
      const { lo, hi } = { lo: offsetOf(system.bounds, type), hi: offsetOf(system.bounds, type) + sizeOf(system.bounds, type) - 1 };
      return `for (${inner[at] ?? ""} : ${lo} .. ${hi}) {`;
    });
    const title = titleOf(assertion.property), claim = claims.get(title) ?? names.global(title);
    claims.set(title, claim);
    const text = `${loops.join(" ")} if :: ${applied(name, [...arguments_, ...inner])} :: else -> ${claim} = 0; assert(${claim}) fi ${loops.map(() => "}").join(" ")};`.trim();
    return { name, before: assertion.before, text, definition: macro(name, [...parameters, ...assertion.bindings], [printer.term(assertion.holds)]) };
  });
  const saved = copies.flatMap(({ copy, variable, type }) => columnsOf(variable, type).flatMap((column, c) => {
    const into = columnsOf(copy, type)[c]?.array ?? copy;
    return column.keys.length === 0 ? [`${into} = ${column.array};`] : Array.from({ length: cellsOf(system.bounds, column) }, (_, i) => `${into}[${i}] = ${column.array}[${i}];`);
  }));
  // A loop that ends a d_step would leave Spin without the label that it breaks to.
  const loop = checks.some(({ before, text }) => !before && text.startsWith("for"));
  const step = [...checks.filter(({ before }) => before).map(({ text }) => text), ...saved, ...effect, ...checks.filter(({ before }) => !before).map(({ text }) => text), ...(loop ? ["skip;"] : [])];
  return {
    definitions: [
      ...guards.flatMap(({ name, id, code, text }) => [`/* ${base}.${id}${code === null ? "" : `: ${code}`} */`, macro(name, parameters, [text])]),
      macro(allowedName, parameters, [guards.length === 0 ? "true" : guards.map(({ name }) => applied(name, arguments_)).join(" && ")]),
      ...checks.map(({ definition }) => definition),
      macro(effectName, parameters, step.length === 0 ? ["skip"] : step),
    ],
    options: instances(system, action).map((chosen) => {
      const given = chosen.map((one) => printer.term(one));
      return `:: d_step { ${applied(allowedName, given)} -> ${applied(effectName, given)} }`;
    }),
  };
};

/**
 * The complete abstract system. Its state properties are options that are executable only where the property fails; its step properties are
 * assertions inside the steps.
 */
export const promela = (exported: System): string => {
  const system = inhabited(exported);
  const names = createNames(reserved, false), program = createProgram(system, names), vocabulary = vocabularyOf(system, names);
  const printer = promelaPrinter(system, vocabulary, names, program.constants);
  const copies = new Map<string, string>(), claims = new Map<string, string>(), cursors: string[] = [];
  const copyName = (name: string): string => {
    const found = copies.get(name) ?? names.global(`before_${program.variables.get(name) ?? name}`);
    copies.set(name, found);
    return found;
  };
  const cursorsUpTo = (count: number): readonly string[] => {
    while (cursors.length < count) cursors.push(names.global(`cursor${cursors.length + 1}`));
    return cursors.slice(0, count);
  };

  let printed = 0;
  /** Definitions of the specification as macros, each before its use. */
  const routines = (): readonly string[] => program.routines.slice(printed).flatMap(({ name, parameters, body }) => {
    printed++;
    const text = macro(name, parameters, [printer.term(body)]);
    return [...printer.tables(), text];
  });

  /** A determined parameter is written out where fewer options are left that way. */
  const fewest = (transition: System["transitions"][number]): Action => {
    const free = actionOf(program, transition, { determined: new Map(), choice: null }, copyName), written = actionOf(program, transition, { determined: determined(transition), choice: null }, copyName);
    return instances(system, free).length < instances(system, written).length ? free : written;
  };
  const calls = system.transitions.map((transition) => {
    const { definitions, options } = call(program, printer, names, fewest(transition), claims, cursorsUpTo);
    return { name: transition.name, definitions: [...routines(), ...printer.tables(), ...definitions], options };
  });
  const invariants = exportable(system).flatMap((property) => {
    if (property.form !== "state") return [];
    let scope = emptyScope;
    const inside = disjunction(negation(lowered(program.now, bound(), property.given)), lowered(program.now, scope, property.then));
    function bound(): typeof scope {
      for (const { name, type } of property.bindings) scope = named({ names }, scope, name, type).scope;
      return scope;
    }
    const holds = property.bindings.reduceRight<Term>((body, { name, type }) => {
      const operand = scope.values.get(name);
      const variable = operand?.form === "scalar" && operand.term.op === "name" ? operand.term.name : name;
      return { op: "forall", type: body.type, variable, over: type, body };
    }, inside);
    const title = titleOf(property), claim = claims.get(title) ?? names.global(title), name = names.global(`${title}_holds`);
    claims.set(title, claim);
    const definition = macro(name, [], [printer.term(holds)]);
    return [{ definitions: [...routines(), ...printer.tables(), `/* ${property.sentence} */`, definition], option: `:: d_step { !${name} -> ${claim} = 0; assert(${claim}) }` }];
  });

  const header = [
    `The specification of ${system.name}, for Spin. Generated by \`refmon export --to promela\`; do not edit.`,
    "An option of the loop is an instance of a call (or of a move of hardware) that is allowed: a denied call changes nothing and is no option.",
    "Instances that are denied in every state are left out. A property that fails is the name of the assertion that fails.",
    "For counts: spin -a -o1 -o2 (or Spin leaves out of the state what is written and never read), gcc -DSAFETY -DNOREDUCE; states are those stored,",
    "transitions one less than those counted.",
    ...leftOut(program),
  ];
  return `${[
    `/*\n${header.map((line) => ` * ${line}`).join("\n")}\n */`,
    vocabulary.types.flatMap(labels).join("\n"),
    "/* Sets are bit masks. */\n#define has(set, element) (((set) >> (element)) & 1)\n#define subset(part, whole) (((part) & ~(whole)) == 0)",
    [...program.variables].flatMap(([name, root]) => columnsOf(root, system.variables[name] as AnyType).map((column) => declaration(system, name, column))).join("\n"),
    [
      "/* Not part of the state: variables before a step, for properties of steps; which property fails. */",
      ...[...copies].flatMap(([name, copy]) => columnsOf(copy, system.variables[name] as AnyType).map((column) =>
        `hidden ${width(system, column)} ${column.array}${column.keys.length === 0 ? "" : `[${cellsOf(system.bounds, column)}]`};`)),
      ...cursors.map((cursor) => `hidden int ${cursor};`),
      ...[...claims.values()].map((claim) => `hidden byte ${claim} = 1;`),
    ].join("\n"),
    ...calls.map(({ definitions }) => definitions.join("\n")),
    ...invariants.map(({ definitions }) => definitions.join("\n")),
    [
      "active proctype system() {", "end: do",
      ...calls.flatMap(({ name, options }) => [`  /* ${name} */`, ...options.map((option) => `  ${option}`)]),
      "  /* Properties of states. */",
      ...invariants.map(({ option }) => `  ${option}`),
      "  od", "}",
    ].join("\n"),
  ].join("\n\n")}\n`;
};

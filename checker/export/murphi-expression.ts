/** Types, values and terms in the language of Murphi, as rumur reads it. */
import type { System } from "../../spec/lang/system.ts";
import { boundsOf, known, type AnyType } from "../../spec/lang/types.ts";
import type { Names } from "./names.ts";
import { markOf, offsetOf, optionForm, sizeOf } from "./operand.ts";
import { tableNames } from "./table.ts";
import { numberOf, visitTerm, type Place, type Table, type Term } from "./term.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** Functions that are made while terms are printed, in the order in which they are needed. */
export interface MurphiPrinter {
  readonly type: (type: AnyType) => string;
  readonly value: (type: AnyType, value: boolean | number | string) => string;
  readonly term: (term: Term) => string;
  readonly place: (place: Place) => string;
  /** The functions made since the last call. */
  readonly functions: () => readonly string[];
}

export const commented = (text: string): string => `-- ${text}`;

/** `constants` are names of tables; `copyType` names the type of a copy, and of nothing else. */
export const murphiPrinter = (system: System, vocabulary: Vocabulary, names: Names, constants: ReadonlySet<string>, copyType: (root: string) => string | undefined): MurphiPrinter => {
  const { bounds } = system;
  const made: string[] = [], hoisted = new Map<string, string>();

  const type = (of: AnyType): string => {
    const t = known(of);
    switch (t.kind) {
      case "bool": return "boolean";
      case "enum": case "range": case "scalarset": case "union": case "set": return vocabulary.get(t.name)?.identifier ?? t.name;
      case "option": return optionForm(t.of) === "inside" ? type(t.of) : `record some: boolean; value: ${type(t.of)}; end`;
      case "record": return `record ${Object.entries(t.fields).map(([field, inside]) => `${names.field(field)}: ${type(inside)}; `).join("")}end`;
      case "map": return `array [${type(t.key)}] of ${type(t.value)}`;
    }
  };

  const value = (of: AnyType, written: boolean | number | string): string => {
    const t = known(of), found = vocabulary.get(of.name);
    if (t.kind === "enum") return found?.kind === "enum" ? found.labels[t.labels.indexOf(String(written))] ?? String(written) : String(written);
    if (found?.kind === "set" && known(found.of).kind === "enum") return elements(found.of, Number(written));
    if (found?.kind === "union") {
      for (const { identifier, added, payload } of found.cases) {
        if (payload === null ? written === added : inPayload(payload, Number(written) - added)) return payload === null ? identifier : `${identifier} + ${Number(written) - added}`;
      }
    }
    return String(written);
  };
  const elements = (of: AnyType, mask: number): string => {
    const labels = vocabulary.get(of.name), bits = labels?.kind === "enum" ? labels.labels.flatMap((label, i) => (((mask >>> i) & 1) === 1 ? [`(1 << ${label})`] : [])) : [];
    return bits.length === 0 ? "0" : bits.join(" + ");
  };
  const inPayload = (payload: AnyType, at: number): boolean => at >= boundsOf(bounds, payload.name).lo && at <= boundsOf(bounds, payload.name).hi;

  const place = ({ root, steps }: Place): string => steps.reduce((so, step) => ("field" in step ? `${so}.${names.field(step.field)}` : `${so}[${term(step.key)}]`), root);

  /** A function of its own parameters, of the free names of what it computes, and of the copies that this reads. */
  const hoist = (hint: string, inside: readonly Term[], own: readonly { readonly name: string; readonly type: AnyType; readonly given: string }[], bound: readonly string[],
    result: string, body: (text: (inner: Term) => string) => readonly string[]): string => {
    const free = new Map<string, AnyType>(), copies = new Map<string, string>(), inner = new Set([...bound, ...own.map(({ name }) => name)]);
    for (const one of inside) visitTerm(one, (part) => {
      if ("variable" in part) inner.add(part.variable);
      if (part.op === "name") free.set(part.name, part.type);
      if (part.op !== "leaf" && part.op !== "absent") return;
      const copy = copyType(part.place.root);
      if (copy !== undefined) copies.set(part.place.root, copy);
    });
    for (const name of inner) free.delete(name);
    const key = JSON.stringify([hint, inside]);
    let name = hoisted.get(key);
    if (name === undefined) {
      name = names.global(hint);
      hoisted.set(key, name);
      const parameters = [
        ...[...copies].map(([copy, of]) => `${copy}: ${of}`),
        ...[...own.map((one) => [one.name, one.type] as const), ...free].map(([one, of]) => `${one}: ${type(of)}`),
      ];
      const lines = body(term);
      made.push([`function ${name}(${parameters.join("; ")}): ${result};`, ...lines, "end;"].join("\n"));
    }
    return `${name}(${[...copies.keys(), ...own.map(({ given }) => given), ...free.keys()].join(", ")})`;
  };

  const totalled = (part: Term & { readonly op: "count" | "sum" | "collect" }): string => {
    const result = type(part.type), total = names.local("total", new Set([part.variable])), offset = offsetOf(bounds, part.over);
    const bit = offset === 0 ? part.variable : `(${part.variable} - ${offset})`;
    const add = (inside: string): string => {
      switch (part.op) {
        case "sum": return `${total} := ${total} + ${inside};`;
        case "count": return `if ${inside} then ${total} := ${total} + 1; endif;`;
        case "collect": return `if ${inside} then ${total} := ${total} + (1 << ${bit}); endif;`;
      }
    };
    return hoist(`${part.op}_${part.over.name}`, [part], [], [], result, (text) => [
      `var ${total}: ${result};`, "begin", `  ${total} := 0;`, `  for ${part.variable}: ${type(part.over)} do`, `    ${add(text(part.body))}`, "  endfor;",
      `  return ${total};`,
    ]);
  };

  const followed = (part: Term & { readonly op: "reaches" }): string => {
    const { variable, over } = part, [from, target, steps] = ["from", "target", "steps"].map((hint) => names.local(hint, new Set([variable]))) as [string, string, string];
    const own = [{ name: from, type: over, given: term(part.from) }, { name: target, type: over, given: term(part.to) }];
    // A chain longer than there are members is a cycle.
    return hoist(`reaches_${over.name}`, [part.ends, part.link], own, [variable], "boolean", (text) => [
      `var ${variable}: ${type(over)};`, "begin", `  ${variable} := ${from};`,
      `  for ${steps} := 1 to ${sizeOf(bounds, over)} do`,
      `    if ${text(part.ends)} then return false; endif;`,
      `    ${variable} := ${text(part.link)};`,
      `    if ${variable} = ${target} then return true; endif;`,
      "  endfor;", "  return false;",
    ]);
  };

  const nameOf = tableNames(bounds, names, constants, (name, parameters, entry, table) => made.push([
    `function ${name}(${parameters.map((one) => `${one.name}: ${type(one.type)}`).join("; ")}): ${type(table.type)};`, "begin",
    `  return ${term(entry)};`, "end;",
  ].join("\n")));
  const lookup = (table: Table, keys: readonly Term[]): string => `${nameOf(table)}(${keys.map(term).join(", ")})`;

  /** The bit of a set's element. */
  const bit = (element: Term, offset: number): string => {
    if (element.op === "literal" && known(element.type).kind !== "enum") return String(numberOf(element.type, element.value) - offset);
    return offset === 0 ? term(element) : `(${term(element)} - ${offset})`;
  };

  const term = (part: Term): string => {
    switch (part.op) {
      case "literal": {
        const text = value(part.type, part.value);
        return text.includes(" ") ? `(${text})` : text;
      }
      case "name": return part.name;
      case "leaf": return place(part.place);
      case "absent": {
        const t = known(part.place.type), mark = place(markOf(part.place));
        return t.kind === "option" && optionForm(t.of) === "flag" ? `!${mark}` : `isundefined(${mark})`;
      }
      case "lookup": return lookup(part.table, part.keys);
      case "call": return `${part.callable.name}(${part.given.map(term).join(", ")})`;
      case "not": return part.of.op === "equal" ? `(${term(part.of.left)} != ${term(part.of.right)})` : `!${term(part.of)}`;
      case "and": return `(${part.all.map(term).join(" & ")})`;
      case "or": return `(${part.all.map(term).join(" | ")})`;
      case "if": return `(${term(part.condition)} ? ${term(part.then)} : ${term(part.otherwise)})`;
      case "equal": return `(${term(part.left)} = ${term(part.right)})`;
      case "less": return `(${term(part.left)} < ${term(part.right)})`;
      case "at-most": return `(${term(part.left)} <= ${term(part.right)})`;
      case "add": return `(${term(part.left)} + ${term(part.right)})`;
      case "has": return `has(${term(part.set)}, ${bit(part.element, part.offset)})`;
      case "subset": return `subset(${term(part.left)}, ${term(part.right)})`;
      case "unite": return `unite(${term(part.left)}, ${term(part.right)})`;
      case "minus": return `minus(${term(part.left)}, ${term(part.right)})`;
      case "intersect": return `intersect(${term(part.left)}, ${term(part.right)})`;
      case "set": return part.elements.map((element) => `(1 << ${bit(element, part.offset)})`).reduce((left, right) => `unite(${left}, ${right})`);
      case "inject": {
        const union = vocabulary.get(part.type.name), found = union?.kind === "union" ? union.cases.find(({ label }) => label === part.label) : undefined;
        return `(${found?.identifier ?? part.offset} + ${term(part.payload)})`;
      }
      case "forall": case "exists": return `(${part.op} ${part.variable}: ${type(part.over)} do ${term(part.body)} end)`;
      case "count": case "sum": case "collect": return totalled(part);
      case "reaches": return followed(part);
    }
  };

  return { type, value, term, place, functions: () => made.splice(0) };
};

/** Helper functions for sets, which are bit masks. The operand that is added to 0 makes rumur read `&` and `|` as bitwise. */
export const murphiSets = (bits: number): string => [
  commented("Sets are bit masks: the element of rank k is bit k."),
  `type AnySet: 0 .. ${2 ** bits - 1};`,
  "function has(set: AnySet; element: 0 .. 31): boolean;\nbegin\n  return ((set >> element) & 1) = 1;\nend;",
  "function subset(part: AnySet; whole: AnySet): boolean;\nbegin\n  return ((part + 0) & whole) = part;\nend;",
  "function unite(left: AnySet; right: AnySet): AnySet;\nbegin\n  return (left + 0) | right;\nend;",
  "function intersect(left: AnySet; right: AnySet): AnySet;\nbegin\n  return (left + 0) & right;\nend;",
  "function minus(left: AnySet; right: AnySet): AnySet;\nbegin\n  return left - ((left + 0) & right);\nend;",
].join("\n");


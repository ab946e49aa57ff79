/** Named types of a system, and the identifiers of their labels and cases, for targets with global constants. */
import type { System } from "../../spec/lang/system.ts";
import { known, type AnyType, type Cases } from "../../spec/lang/types.ts";
import { cardinality, caseOffset } from "../../spec/lang/value.ts";
import type { Names } from "./names.ts";
import { offsetOf } from "./operand.ts";
import { everyType } from "./program.ts";

export type NamedType =
  | { readonly kind: "enum"; readonly name: string; readonly identifier: string; readonly labels: readonly string[]; /** Its labels are numbers, because sets of them are. */ readonly counted: boolean }
  | { readonly kind: "range" | "scalarset"; readonly name: string; readonly identifier: string; readonly type: AnyType }
  /** A case's constant is its only rank, or what is added to a payload's value. */
  | { readonly kind: "union"; readonly name: string; readonly identifier: string; readonly cases: readonly { readonly label: string; readonly identifier: string; readonly added: number; readonly payload: AnyType | null }[] }
  | { readonly kind: "set"; readonly name: string; readonly identifier: string; readonly of: AnyType };

export interface Vocabulary { readonly types: readonly NamedType[]; readonly get: (name: string) => NamedType | undefined }

/** All types below the given ones, each name once, what a type is made of before the type. */
export const innerTypes = (types: readonly AnyType[]): readonly AnyType[] => {
  const found = new Map<string, AnyType>();
  const note = (type: AnyType): void => {
    if (found.has(type.name)) return;
    const t = known(type);
    switch (t.kind) {
      case "option": case "set": note(t.of); break;
      case "record": Object.values(t.fields).forEach(note); break;
      case "map": note(t.key); note(t.value); break;
      case "union": Object.values(t.cases).forEach((payload) => { if (payload !== null) note(payload); }); break;
      case "bool": case "enum": case "range": case "scalarset": break;
    }
    found.set(type.name, type);
  };
  types.forEach(note);
  return [...found.values()];
};

/** `further` are types that the target needs besides those of the system. */
export const vocabularyOf = (system: System, names: Names, further: readonly AnyType[] = []): Vocabulary => {
  const isEmpty = (type: AnyType): boolean => cardinality(system.bounds, type) === 0;
  const all = innerTypes([...everyType(system), ...further]).filter((type) => !isEmpty(type)), elements = new Set(all.flatMap((type) => {
    const t = known(type);
    return t.kind === "set" ? [t.of.name] : [];
  }));
  const labelled = (identifier: string, labels: readonly string[]): readonly string[] => {
    const plain = labels.every((label) => names.isFree(label));
    return labels.map((label) => names.global(plain ? label : `${identifier}_${label}`));
  };
  const casesOf = (identifier: string, cases: Cases) => Object.entries(cases).filter(([, payload]) => payload === null || !isEmpty(payload)).map(([label, payload]) => ({
    label, identifier: names.global(`${identifier}_${label}`), payload,
    added: caseOffset(system.bounds, cases, label) - (payload === null ? 0 : offsetOf(system.bounds, payload)),
  }));
  const identifiers = new Map(all.map((type) => [type.name, names.global(type.name.replace(/^set of /, "SetOf"))]));
  const types = all.flatMap((type): readonly NamedType[] => {
    const t = known(type), { name } = t, identifier = identifiers.get(name) ?? name;
    switch (t.kind) {
      case "enum": return [{ kind: t.kind, name, identifier, labels: labelled(identifier, t.labels), counted: elements.has(name) }];
      case "range": case "scalarset": return [{ kind: t.kind, name, identifier, type }];
      case "union": return [{ kind: t.kind, name, identifier, cases: casesOf(identifier, t.cases) }];
      case "set": return [{ kind: t.kind, name, identifier, of: t.of }];
      case "bool": case "option": case "record": case "map": return [];
    }
  });
  const byName = new Map(types.map((type) => [type.name, type]));
  return { types, get: (name) => byName.get(name) };
};

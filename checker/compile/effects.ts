/** Effects as statements that read the cells `s` and write the cells `t`. */
import { SpecificationError } from "../../spec/lang/construction.ts";
import type { Effect } from "../../spec/lang/effect.ts";
import type { Node } from "../../spec/lang/node.ts";
import { known } from "../../spec/lang/types.ts";
import { cardinality } from "../../spec/lang/value.ts";
import { conditionOf, operandOf, type Context, type Scope } from "./expression.ts";
import { no } from "./js.ts";
import { leavesOf, leafCardinality, widthOf } from "./layout.ts";
import { atRank, entryOf, fieldOf, fitted, partsOf, rankOf, type Operand } from "./operand.ts";

/** Maps with more keys are written by a loop. */
const writtenOut = 4;

/** A place among the cells of `array`. */
const placeOf = (context: Context, scope: Scope, place: Node, array: string): Operand => {
  switch (place.op) {
    case "cell": {
      const operand = context.variable("state", place.name, place.type);
      return operand.form === "cells" ? { ...operand, array } : operand;
    }
    case "at": return entryOf(context.bounds, placeOf(context, scope, place.map, array), rankOf(context.bounds, operandOf(context, scope, place.key)));
    case "field": return fieldOf(context.bounds, placeOf(context, scope, place.record, array), place.field);
    case "literal": case "variable": case "construct": case "some": case "is-none": case "match": case "inject": case "not": case "and": case "or":
    case "add": case "implies": case "equal": case "less": case "at-most": case "if": case "has": case "subset": case "unite": case "minus":
    case "intersect": case "set": case "collect": case "first": case "forall": case "exists": case "count": case "sum": case "reaches": case "tabulate": case "apply":
      throw new SpecificationError(`${place.op} is not a place`);
  }
};

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);

const assignment = (context: Context, to: Operand, from: Operand): readonly string[] => {
  const { bounds } = context, t = known(to.type);
  if (t.kind === "map" && cardinality(bounds, t.key) > writtenOut) {
    const key = context.program.local("key");
    const inside = assignment(context, entryOf(bounds, to, { code: key }), entryOf(bounds, from, { code: key }));
    return [`for (let ${key} = 0; ${key} < ${cardinality(bounds, t.key)}; ${key}++) {`, ...indented(inside), "}"];
  }
  const sizes = leavesOf(bounds, "", to.type).map((leaf) => leafCardinality(bounds, leaf)), values = partsOf(bounds, from);
  return partsOf(bounds, to).map((cell, i) => `${cell.code} = ${fitted(values[i] ?? no, sizes[i] ?? 0).code};`);
};

const cellLines = (context: Context, place: Operand, each: (cell: string) => string): readonly string[] => {
  const { bounds } = context, t = known(place.type);
  if (t.kind === "map" && cardinality(bounds, t.key) > writtenOut) {
    const key = context.program.local("key");
    return [`for (let ${key} = 0; ${key} < ${cardinality(bounds, t.key)}; ${key}++) {`, ...indented(cellLines(context, entryOf(bounds, place, { code: key }), each)), "}"];
  }
  return partsOf(bounds, place).map(({ code }) => each(code.slice("t[".length, -"]".length)));
};

const repeated = (context: Context, scope: Scope, effect: Effect & { readonly kind: "each" }, inside: (scope: Scope) => readonly string[]): readonly string[] => {
  const member = context.program.local(effect.variable), { bounds } = context;
  const body = inside(new Map([...scope, [effect.variable, atRank(bounds, effect.over, { code: member })]]));
  return [`for (let ${member} = 0; ${member} < ${cardinality(bounds, effect.over)}; ${member}++) {`, ...indented(body), "}"];
};

/** Statements that write what effects change. */
export const effectLines = (context: Context, scope: Scope, effects: readonly Effect[]): readonly string[] => effects.flatMap((effect) => {
  switch (effect.kind) {
    case "assign": return assignment(context, placeOf(context, scope, effect.place, "t"), operandOf(context, scope, effect.value));
    case "each": return repeated(context, scope, effect, (inner) => effectLines(context, inner, effect.effects));
    case "when": {
      const condition = conditionOf(context, scope, effect.condition);
      const then = effectLines(context, scope, effect.then), otherwise = effectLines(context, scope, effect.otherwise);
      if (condition.known !== undefined) return condition.known === 1 ? then : otherwise;
      return [`if (${condition.code}) {`, ...indented(then), ...(otherwise.length > 0 ? ["} else {", ...indented(otherwise)] : []), "}"];
    }
  }
});

/** Statements for every cell that effects may write, once or more often; `each` makes them of the cell's index. */
export const writtenLines = (context: Context, scope: Scope, effects: readonly Effect[], each: (cell: string) => string): readonly string[] => [...new Set(effects.flatMap((effect) => {
  switch (effect.kind) {
    case "assign": return [cellLines(context, placeOf(context, scope, effect.place, "t"), each).join("\n")];
    case "each": return [repeated(context, scope, effect, (inner) => writtenLines(context, inner, effect.effects, each)).join("\n")];
    case "when": return [...writtenLines(context, scope, effect.then, each), ...writtenLines(context, scope, effect.otherwise, each)];
  }
}))];

/** How many cells effects write at most; what undoing them costs. */
export const writesAtMost = (context: Context, effects: readonly Effect[]): number => effects.reduce((total, effect) => {
  switch (effect.kind) {
    case "assign": return total + widthOf(context.bounds, effect.place.type);
    case "each": return total + cardinality(context.bounds, effect.over) * writesAtMost(context, effect.effects);
    case "when": return total + writesAtMost(context, effect.then) + writesAtMost(context, effect.otherwise);
  }
}, 0);

/** Each static check, on a system that is right but for one thing. */
import { describe, expect, it } from "vitest";
import { checkSystem } from "../../../spec/lang/check.ts";
import type { Effect } from "../../../spec/lang/effect.ts";
import type { Node } from "../../../spec/lang/node.ts";
import { SpecificationError, terms } from "../../../spec/lang/index.ts";
import type { System } from "../../../spec/lang/system.ts";
import type { Transition } from "../../../spec/lang/transition.ts";
import { bool, enumeration, known, map, option, range, record, scalarset, setOf, sized, type AnyType } from "../../../spec/lang/types.ts";
import { shipped } from "../../checker/shipped.ts";
import { toy } from "../../checker/toy.ts";

const right = toy(2, 2, 2, false);
const Box = scalarset("Box"), Slot = range("Slot");

const literal = (type: AnyType, value: boolean | number | string | null): Node => ({ op: "literal", type, value });
const yes = literal(bool, true);
const cell = (store: "state" | "next" | "step" | "view" | "constant", name: string, type: AnyType): Node => ({ op: "cell", type, store, name });
const lamp = cell("state", "lamp", bool);
const variable = (name: string, type: AnyType): Node => ({ op: "variable", name, type });

/** The toy with one more transition. */
const including = (change: Partial<Transition>): System => ({
  ...right, transitions: [...right.transitions, { kind: "call", name: "odd", parameters: [], own: [], enabled: yes, guards: [], effects: [], ...change }],
  describe: (instance) => (instance.transition.name === "odd" ? { name: "take", who: null } : right.describe(instance)),
});
const withGuard = (condition: Node): System => including({ guards: [{ id: "odd", code: "ODD", condition }] });
const withEffects = (...effects: readonly Effect[]): System => including({ parameters: [{ name: "box", type: Box }], effects });
const problem = (system: System): string => {
  try {
    checkSystem(system);
  } catch (error) {
    if (error instanceof SpecificationError) return error.message;
    throw error;
  }
  return "";
};

const owner = right.variables["owner"] ?? bool, shelf = right.variables["shelf"] ?? bool, ownerOf = known(owner);
const person = ownerOf.kind === "map" ? ownerOf.value : bool;
const ownerAt = (key: Node): Node => ({ op: "at", type: person, map: cell("state", "owner", owner), key });
const assign = (place: Node, value: Node): Effect => ({ kind: "assign", place, value });
const nobody = literal(person, null);

describe("a system that is right", () => {
  it("passes", () => {
    expect([problem(right), problem(toy(3, 1, 3, true)), problem(shipped())]).toEqual(["", "", ""]);
  });
});

describe("the static checks refuse", () => {
  it.each<[string, Node, string]>([
    ["a comparison of two types", { op: "equal", type: bool, left: lamp, right: literal(Slot, 0) }, "odd.guard.odd.right: expected bool, found Slot"],
    ["order on a scalarset", { op: "less", type: bool, left: variable("x", Box), right: variable("x", Box) }, "odd.guard.odd.left: nothing says what the variable x is"],
    ["order on a bound member of a scalarset", {
      op: "exists", type: bool, variable: "x", over: Box, where: { op: "at-most", type: bool, left: variable("x", Box), right: variable("x", Box) },
    }, "odd.guard.odd.where.left: expected a range, found Box"],
    ["arithmetic on a scalarset", { op: "equal", type: bool, left: { op: "add", type: Box, left: literal(Slot, 0), right: literal(Slot, 0) }, right: literal(Slot, 0) }, "odd.guard.odd.left: expected a range, found Box"],
    ["a literal of a scalarset", { op: "equal", type: bool, left: literal(Box, 0), right: literal(Box, 0) }, "odd.guard.odd.left: a literal names a member of a scalarset in Box"],
    ["a literal inside a set", { op: "subset", type: bool, left: literal(setOf(Box), 1), right: literal(setOf(Box), 0) }, "odd.guard.odd.left: a literal names a member of a scalarset in set of Box"],
    ["a condition that is none", literal(Slot, 0), "odd.guard.odd: expected a bool, found Slot"],
    ["a conjunct that is none", { op: "and", type: bool, all: [yes, literal(Slot, 0)] }, "odd.guard.odd.1: expected a bool, found Slot"],
    ["a label out of nowhere", { op: "equal", type: bool, left: literal(enumeration("Colour", "red"), "mauve"), right: literal(enumeration("Colour", "red"), "red") }, "odd.guard.odd.left: mauve is no Colour"],
    ["a variable that does not exist", cell("state", "ghost", bool), "odd.guard.odd: there is no state variable ghost here"],
    ["a constant that does not exist", cell("constant", "ghost", bool), "odd.guard.odd: there is no constant variable ghost here"],
    ["the state after, in a guard", cell("next", "lamp", bool), "odd.guard.odd: there is no next variable lamp here"],
    ["a variable read as another type", cell("state", "lamp", Slot), "odd.guard.odd: expected bool, found Slot"],
    ["a constant read as another type", { op: "exists", type: bool, variable: "x", over: Slot, where: { op: "at", type: bool, map: cell("constant", "favourite", map(Slot, bool)), key: variable("x", Slot) } }, "odd.guard.odd.where.map: expected Slot -> Colour, found Slot -> bool"],
    ["a key of another type", { op: "is-none", type: bool, option: ownerAt(literal(Slot, 0)) }, "odd.guard.odd.option.key: expected Box, found Slot"],
    ["a field that does not exist", { op: "field", type: bool, record: { op: "construct", type: record({ a: bool }), fields: { a: yes } }, field: "b" }, "odd.guard.odd: {a: bool} has no field b"],
    ["a record without a field", { op: "equal", type: bool, left: { op: "construct", type: record({ a: bool }), fields: {} }, right: yes }, "odd.guard.odd.left: the field a is missing"],
    ["an option of an option", { op: "is-none", type: bool, option: literal(option(option(bool)), null) }, "odd.guard.odd.option: option option bool is an option of an option"],
    ["a definition with the wrong arguments", {
      op: "apply", type: bool, definition: { name: "d", parameters: [{ name: "x", type: bool }], body: variable("x", bool) }, arguments: [literal(Slot, 0)],
    }, "odd.guard.odd.x: expected bool, found Slot"],
    ["a definition that is not well typed", { op: "apply", type: bool, definition: { name: "d", parameters: [], body: variable("x", bool) }, arguments: [] }, "d: nothing says what the variable x is"],
  ])("%s", (_, node, message) => {
    expect(problem(withGuard(node))).toBe(message);
  });

  it("a set over more elements than a mask has bits", () => {
    const Many = range("Many");
    const system: System = { ...right, bounds: { ...right.bounds, Many: sized(32) }, variables: { ...right.variables, many: setOf(Many) }, initial: { ...right.initial, many: 0 } };
    expect(problem(system)).toBe("many: set of Many has more than 31 elements");
  });
  it("a type without bounds", () => {
    expect(problem({ ...right, variables: { ...right.variables, x: range("Unknown") } })).toBe("x: no bounds for the type Unknown");
  });
  it("an initial state that is not whole or not of its types", () => {
    expect(problem({ ...right, variables: { ...right.variables, x: bool } })).toBe("x: the initial state does not say what it is");
    expect(problem({ ...right, initial: { ...right.initial, lamp: 3 } })).toBe("lamp: its initial value is no bool");
  });
  it("a constant or a step whose value is not of the type it is read as", () => {
    expect(problem({ ...right, constants: { favourite: ["mauve", "red"] } })).toBe("constants.favourite: its value is no Slot -> Colour");
    expect(problem({ ...right, describe: () => ({ name: "mauve", who: null }) })).toBe("take.name: its value is no Name");
  });
  it("a symmetric type that is no scalarset", () => {
    expect(problem({ ...right, symmetric: ["Colour"] })).toBe("Colour: it is symmetric and no scalarset");
  });

  it("two guards with one id, and guards of a move", () => {
    const guards = [{ id: "a", code: "A", condition: yes }, { id: "a", code: "B", condition: yes }];
    expect(problem(including({ guards }))).toBe("odd: two guards have the id a");
    expect(problem(including({ kind: "move", guards: guards.slice(1) }))).toBe("odd: a move has guards");
    expect(problem(including({ name: "take" }))).toBe("toy: two transitions have one name");
  });

  it("a place whose cell depends on the state", () => {
    const key: Node = { op: "match", type: Box, option: cell("state", "first", option(Box)), variable: "x", some: variable("x", Box), none: variable("box", Box) };
    const system = withEffects(assign(ownerAt(key), nobody));
    expect(problem({ ...system, variables: { ...system.variables, first: option(Box) }, initial: { ...system.initial, first: null } })).toBe("odd.effects.0: a place is indexed by the state variable first");
  });
  it("a write of what is no place, or no state", () => {
    expect(problem(withEffects(assign(yes, yes)))).toBe("odd.effects.0: literal is not a place");
    expect(problem(withEffects(assign(cell("constant", "favourite", map(Slot, enumeration("Colour", "red", "green", "blue"))), yes)))).toMatch(/^odd.effects.0: bool is written where Slot -> Colour is/);
  });
  it("a write of another type", () => {
    expect(problem(withEffects(assign(lamp, literal(Slot, 0))))).toBe("odd.effects.0: Slot is written where bool is");
  });

  it("an instance that writes a cell twice: plainly, in a loop, a part and the whole, in a branch and beside it", () => {
    const box = variable("box", Box), one = assign(ownerAt(box), nobody);
    const slotShelf: Node = { op: "at", type: known(shelf).kind === "map" ? option(bool) : bool, map: cell("state", "shelf", shelf), key: literal(Slot, 0) };
    const entry = known(shelf);
    const part = entry.kind === "map" ? assign({ ...slotShelf, type: entry.value }, literal(entry.value, null)) : one;
    const whole = assign(cell("state", "shelf", shelf), cell("state", "shelf", shelf));
    expect(problem(withEffects(one, one))).toMatch(/^odd.effects: owner\/0 is written twice/);
    expect(problem(withEffects({ kind: "each", variable: "b", over: Box, effects: [one] }))).toMatch(/written twice/);
    expect(problem(withEffects({ kind: "each", variable: "b", over: Box, effects: [assign(ownerAt(variable("b", Box)), nobody)] }, one))).toMatch(/written twice/);
    expect(problem(withEffects(part, whole))).toMatch(/written twice/);
    expect(problem(withEffects(whole, part))).toMatch(/written twice/);
    expect(problem(withEffects({ kind: "when", condition: lamp, then: [one], otherwise: [] }, one))).toMatch(/written twice/);
  });
  it("but not one that writes a cell in both branches", () => {
    const one = assign(ownerAt(variable("box", Box)), nobody);
    expect(problem(withEffects({ kind: "when", condition: lamp, then: [one], otherwise: [one] }))).toBe("");
  });

  it("a property that reads what its form does not have", () => {
    const reading = (form: "state" | "step", then: Node): System => ({ ...right, properties: [{ id: "odd", title: "", sentence: "", form, place: "A", bindings: [], given: yes, then }] });
    expect(problem(reading("state", cell("next", "lamp", bool)))).toBe("odd.then: there is no next variable lamp here");
    expect(problem(reading("step", cell("next", "lamp", bool)))).toBe("");
    expect(problem(reading("step", terms("step", { colour: bool }).colour.node))).toBe("odd.then: there is no step variable colour here");
  });
});

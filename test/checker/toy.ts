/** Small systems that use the whole language: boxes that are owned, lent and locked. */
import {
  add, and, callsOver, collect, count, Count, each, enumeration, eq, exists, forall, has, implies, isNone, isSome, le, map, matchOption, movesOver, none, not, of, option, or, places, property,
  guard, range, reaches, record, scalarset, setOf, sized, some, someSuch, subset, sum, tabulate, terms, union, inject, when, define, ite, bool, type Expr,
} from "../../spec/lang/index.ts";
import type { System } from "../../spec/lang/system.ts";

const Person = scalarset("Person"), Box = scalarset("Box"), Slot = range("Slot");
const Colour = enumeration("Colour", "red", "green", "blue");
const Lock = union("Lock", { open: null, by: Person, depth: Slot });
const Loan = record({ to: Person, colours: setOf(Colour) });

const variables = {
  owner: map(Box, option(Person)), lock: map(Box, Lock), loan: map(Box, option(Loan)), chief: map(Person, option(Person)),
  shelf: map(Slot, option(record({ box: Box, colour: Colour }))), used: Count, seen: setOf(Colour), lamp: bool,
};
const s = places(variables), next = terms("next", variables);
const constants = terms("constant", { favourite: map(Slot, Colour) });
const step = terms("step", { name: enumeration("Name", "take", "lend", "put", "clear", "lamp"), who: option(Person) });

/** What properties of the toy may be said in. */
export const words = { Slot, s, next, step };

const owns = define("owns", { who: Person, box: Box }, ({ who, box }) => eq(s.owner.at(box), some(who)));
const shelved = define("shelved", { box: Box }, ({ box }) => exists(Slot, (slot) => someSuch(s.shelf.at(slot), (it) => eq(it.box, box))));
const onShelves = sum(Slot, (slot) => ite(isSome(s.shelf.at(slot)), of(Count, 1), 0));

const actor = { parameters: { who: Person }, enabled: ({ who }: { who: Expr<typeof Person> }) => not(reaches(s.chief, who, who)) };
const call = callsOver(s, actor), move = movesOver(s, actor);

const transitions = [
  call("take", { box: Box }, (_, { who }, { box }) => ({
    guards: [guard("free", "TAKEN", isNone(s.owner.at(box))), guard("open", "LOCKED", eq(s.lock.at(box), inject(Lock, "open", null)))],
    effects: [s.owner.at(box).becomes(some(who)), s.lock.at(box).becomes(inject(Lock, "by", who)), s.seen.gains("red")],
  })),
  call("lend", { box: Box, to: Person, colours: setOf(Colour) }, (_, { who }, { box, to, colours }) => ({
    guards: [
      guard("owned", "NOT_OWNER", owns({ who, box })), guard("other", "SELF", not(eq(who, to))), guard("seen", "COLOUR", subset(colours, s.seen)),
      guard("once", "LENT", isNone(s.loan.at(box))),
    ],
    effects: [s.loan.at(box).becomes(some({ to, colours })), s.chief.at(to).becomes(some(who))],
  })),
  call("put", { box: Box, slot: Slot }, (_, { who }, { box, slot }) => ({
    guards: [
      guard("mine", "NOT_MINE", or(owns({ who, box }), someSuch(s.loan.at(box), (loan) => and(eq(loan.to, who), has(loan.colours, constants.favourite.at(slot)))))),
      guard("empty", "FULL", and(isNone(s.shelf.at(slot)), not(shelved({ box })))),
      guard("ordered", "ORDER", forall(Slot, (other) => implies(and(le(other, slot), not(eq(other, slot))), isSome(s.shelf.at(other))))),
    ],
    effects: [
      s.shelf.at(slot).becomes(some({ box, colour: constants.favourite.at(slot) })), s.used.becomes(add(onShelves, 1)),
      s.lock.at(box).becomes(inject(Lock, "depth", slot)),
    ],
  })),
  call("clear", {}, (_, { who }) => ({
    guards: [guard("full", "NOT_FULL", le(of(Count, 2), count(Slot, (slot) => isSome(s.shelf.at(slot)))))],
    effects: [
      s.shelf.becomes(tabulate(Slot, () => of(option(record({ box: Box, colour: Colour })), none))), s.used.becomes(0),
      each(Box, (box) => [when(owns({ who, box }), [s.owner.at(box).becomes(none), s.lock.at(box).becomes(inject(Lock, "open", null)), s.loan.at(box).becomes(none)])]),
      each(Person, (other) => [s.chief.at(other).becomes(matchOption(s.chief.at(other), { none: of(option(Person), none), some: (above) => ite(eq(above, who), of(option(Person), none), some(above)) }))]),
      s.seen.becomes(collect(Colour, (colour) => exists(Box, (box) => someSuch(s.loan.at(box), (loan) => has(loan.colours, colour))))),
    ],
  })),
  move("lamp", {}, () => ({ enabled: isSome(s.shelf.at(0)), effects: [s.lamp.becomes(not(s.lamp)), s.seen.gains("green")] })),
];

const text = { title: "toy", sentence: "", place: "A" } as const;
const properties = [
  property({ ...text, id: "counted", form: "state" }, {}, () => ({ given: isSome(s.shelf.at(0)), then: eq(s.used, onShelves) })),
  property({ ...text, id: "held", form: "state" }, { box: Box }, ({ box }) => ({ given: shelved({ box }), then: isSome(s.owner.at(box)) })),
  property({ ...text, id: "kept", form: "step" }, { box: Box, who: Person }, ({ box, who }) => ({
    given: and(owns({ who, box }), not(eq(next.owner.at(box), some(who)))), then: and(eq(step.name, "clear"), eq(step.who, some(who))),
  })),
  property({ ...text, id: "never two lent", form: "state" }, { one: Box, other: Box }, ({ one, other }) => ({
    given: and(not(eq(one, other)), isSome(s.loan.at(one))), then: isNone(s.loan.at(other)),
  })),
  property({ ...text, id: "no blue", form: "step" }, {}, () => ({ given: eq(step.name, "put"), then: not(someSuch(next.shelf.at(1), (it) => eq(it.colour, "blue"))) })),
];

const without = (violated: boolean): System["properties"] => (violated ? properties : properties.slice(0, 1).concat(properties.slice(2, 3)));

/** `people`, `boxes` and `slots` are sizes. Boxes are symmetric by their columns, people by permutations: their chiefs are people. */
export const toy = (people: number, boxes: number, slots: number, violated: boolean): System => ({
  name: "toy",
  bounds: { Person: sized(people), Box: sized(boxes), Slot: sized(slots), Count: sized(slots + 2) },
  variables, view: {},
  constants: { favourite: Array.from({ length: slots }, (_, slot) => (slot % 2 === 1 ? "blue" : "red")) },
  initial: {
    owner: new Array(boxes).fill(null), lock: new Array(boxes).fill(0), loan: new Array(boxes).fill(null), chief: new Array(people).fill(null),
    shelf: new Array(slots).fill(null), used: 0, seen: 0, lamp: false,
  },
  transitions, properties: without(violated),
  describe: ({ transition, scope }) => ({ name: transition.name, who: scope["who"] ?? null }),
  symmetric: ["Box", "Person"],
});

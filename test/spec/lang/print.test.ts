import { describe, expect, it } from "vitest";
import {
  add, and, bool, collect, count, Count, define, enumeration, eq, exists, forall, has, implies, inject, isNone, isSome, ite, le, map, matchOption, minus, none, not, of, option, or,
  places, range, record, scalarset, setOf, sized, some, subset, sum, tabulate, terms, union, unite, type AnyType, type Expr,
} from "../../../spec/lang/index.ts";
import { printNode, printProperty, printTransition, printValue } from "../../../spec/lang/print.ts";
import { toy } from "../../checker/toy.ts";

const Frame = scalarset("Frame"), Domain = scalarset("Domain"), Page = range("Page"), Right = enumeration("Right", "r", "w", "x");
const Mapping = record({ frame: Frame, access: setOf(Right) });
const Kind = union("Kind", { data: null, table: Page, of: Domain });
const bounds = { Frame: sized(3), Domain: sized(2), Page: { lo: 1, hi: 3 }, Count: sized(9) };
const variables = { space: map(Page, option(Mapping)), owner: map(Frame, Domain), kind: map(Frame, Kind), free: setOf(Frame), lamp: bool };
const s = places(variables), next = terms("next", variables), view = terms("view", { seen: bool }), step = terms("step", { by: Domain });
const owns = define("owns", { domain: Domain, frame: Frame }, ({ domain, frame }) => eq(s.owner.at(frame), domain));

const text = <T extends AnyType>(expression: Expr<T>): string => printNode(expression.node);

describe("expressions are printed", () => {
  it("with the parentheses that they need and no others", () => {
    expect(text(and(or(s.lamp, view.seen), not(and(s.lamp, view.seen)), not(s.lamp)))).toBe("(lamp or view.seen) and not (lamp and view.seen) and not lamp");
    expect(text(implies(implies(s.lamp, view.seen), s.lamp))).toBe("(lamp implies view.seen) implies lamp");
    expect(text(not(eq(next.lamp, s.lamp)))).toBe("lamp' != lamp");
    expect(text(eq(add(count(Frame, (f) => eq(s.owner.at(f), step.by)), 1), 2))).toBe("(count frame1: Frame. owner[frame1] = step.by) + 1 = 2");
  });
  it("with binders, definitions by name, options and sets", () => {
    expect(text(forall(Domain, (domain) => exists(Frame, (frame) => owns({ domain, frame }))))).toBe("forall domain1: Domain. exists frame2: Frame. owns(domain1, frame2)");
    expect(text(isSome(s.space.at(1)))).toBe("space[1] is some");
    expect(text(isNone(s.space.at(1)))).toBe("space[1] is none");
    expect(text(matchOption(s.space.at(2), { none: of(bool, true), some: ({ access }) => has(access, "w") }))).toBe("match space[2] { none: true; it1: w in it1.access }");
    expect(text(subset(unite(of(setOf(Right), ["r"]), ["w"]), minus(of(setOf(Right), ["x"]), ["x"])))).toBe("{r} union {w} within {x} minus {x}");
    expect(text(collect(Frame, (frame) => eq(s.kind.at(frame), inject(Kind, "data", null))))).toBe("{frame1: Frame | kind[frame1] = data}");
    expect(text(tabulate(Page, (page) => of(bool, le(page, 2))))).toBe("[page1: Page -> page1 <= 2]");
    expect(text(sum(Page, () => of(Count, 1)))).toBe("sum page1: Page. 1");
    expect(text(ite(s.lamp, of(option(Mapping), none), s.space.at(1)))).toBe("if lamp then none else space[1]");
    expect(text(inject(Kind, "table", of(Page, 2)))).toBe("table(2)");
    const frame = { node: { op: "variable", type: Frame, name: "f" } as const, type: Frame };
    expect(text(of(option(Mapping), some({ frame, access: ["r", "x"] })))).toBe("some({frame: f, access: {r, x}})");
  });
});

describe("values are printed", () => {
  it("with the names of members, where there are any", () => {
    const names = { Frame: ["f0", "secret", "buffer"], Domain: ["app", "lib"] };
    expect(printValue(bounds, variables.space, [null, { frame: 1, access: 5 }, null], names)).toBe("[1: none, 2: {frame: secret, access: {r, x}}, 3: none]");
    expect(printValue(bounds, Kind, 0)).toBe("data");
    expect(printValue(bounds, Kind, 3)).toBe("table(3)");
    expect(printValue(bounds, Kind, 5, names)).toBe("of(lib)");
    expect(printValue(bounds, Kind, 5)).toBe("of(Domain1)");
    expect(printValue(bounds, variables.free, 0b110, names)).toBe("{secret, buffer}");
    expect(printValue(bounds, bool, true)).toBe("true");
  });
});

describe("transitions and properties are printed", () => {
  const { transitions, properties } = toy(2, 2, 2, true);
  it("with guards in order and effects in lines", () => {
    const clear = transitions.find(({ name }) => name === "clear");
    expect(clear === undefined ? "" : printTransition(clear)).toMatchInlineSnapshot(`
      "call clear(who: Person)
        enabled  not reaches(chief, who, who)
        guard    full (NOT_FULL): 2 <= (count slot1: Slot. shelf[slot1] is some)
        effect   shelf := [slot1: Slot -> none]
                 used := 0
                 each box1: Box {
                   when owns(who, box1) {
                     owner[box1] := none
                     lock[box1] := open
                     loan[box1] := none
                   }
                 }
                 each person1: Person {
                   chief[person1] := match chief[person1] { none: none; person2: if person2 = who then none else some(person2) }
                 }
                 seen := {colour1: Colour | exists box2: Box. match loan[box2] { none: false; it3: colour1 in it3.colours }}"
    `);
  });
  it("as formulas", () => {
    expect(properties.map(printProperty)).toMatchInlineSnapshot(`
      [
        "shelf[0] is some implies used = (sum slot1: Slot. if shelf[slot1] is some then 1 else 0)",
        "forall box: Box. shelved(box) implies owner[box] is some",
        "forall box: Box, who: Person. owns(who, box) and owner'[box] != some(who) implies step.name = clear and step.who = some(who)",
        "forall one: Box, other: Box. one != other and loan[one] is some implies loan[other] is none",
        "step.name = put implies not match shelf'[1] { none: false; it1: it1.colour = blue }",
      ]
    `);
  });
});

/**
 * What must not compile. Each line below a `@ts-expect-error` is a mistake that a specification could contain; the type checker
 * (`npm run typecheck`) fails if one of them is accepted.
 */
import { describe, expect, it } from "vitest";
import {
  and, bool, callsOver, each, enumeration, eq, exists, guard, has, isNone, lt, map, matchOption, none, not, of, option, places, range, record, scalarset, setOf, some,
  someSuch, SpecificationError, type Bool, type Expr,
} from "../../../spec/lang/index.ts";

const Domain = scalarset("Domain"), Page = range("Page"), Frame = scalarset("Frame"), Level = range("Level");
const Right = enumeration("Right", "r", "w", "x"), Access = setOf(Right), Phase = enumeration("Phase", "free", "sealed");
const Mapping = option(record({ frame: Frame, access: Access }));
const s = places({ phase: map(Domain, Phase), space: map(Domain, map(Page, Mapping)), holds: map(Frame, setOf(Domain)), running: Domain });
const call = callsOver(s, { parameters: { caller: Domain }, enabled: ({ caller }) => eq(s.running, caller) });

describe("expressions", () => {
  it("compile where they are well typed", () => {
    const good = call("map", { domain: Domain, page: Page, frame: Frame, access: Access, level: Level }, (state, { caller }, { domain, page, frame, access, level }) => ({
      guards: [
        guard("empty", "EXISTS", isNone(state.space.at(domain).at(page))),
        guard("wx", "BAD_ACCESS", not(and(has(access, "w"), has(access, "x")))),
        guard("level", "BAD_LEVEL", lt(level, 3)),
        guard("sealed", "BAD_PHASE", eq(state.phase.at(domain), "sealed")),
        guard("other", "X", matchOption(state.space.at(domain).at(page), { none: of(bool, true), some: (m) => and(eq(m.frame, frame), not(eq(domain, caller))) })),
      ],
      effects: [
        state.space.at(domain).at(page).becomes(some({ frame, access })),
        state.holds.at(frame).gains(domain),
      ],
    }));
    expect(good.guards.map(({ id }) => id)).toEqual(["empty", "wx", "level", "sealed", "other"]);
  });

  it("do not compile where identifiers, order, literals, labels or fields are wrong", () => {
    const wrong = (domain: Expr<typeof Domain>, page: Expr<typeof Page>, frame: Expr<typeof Frame>, access: Expr<typeof Access>, caller: Expr<typeof Domain>): readonly (() => unknown)[] => [
      // @ts-expect-error: a frame is not a domain
      () => eq(domain, frame),
      // @ts-expect-error: no order on a scalarset
      () => lt(domain, caller),
      // @ts-expect-error: no literal of a scalarset
      () => eq(domain, 0),
      // @ts-expect-error: no literal of a scalarset, explicitly typed either
      () => of(Domain, 0),
      // @ts-expect-error: domains index spaces, pages index pages
      () => s.space.at(page).at(domain),
      // @ts-expect-error: no such right
      () => has(access, "q"),
      // @ts-expect-error: no such phase
      () => eq(s.phase.at(domain), "seeled"),
      // @ts-expect-error: a JavaScript comparison is not an expression
      () => not(domain === caller),
      // @ts-expect-error: a page in place of a frame
      () => s.space.at(domain).at(page).becomes(some({ frame: page, access })),
      // @ts-expect-error: a field is missing
      () => s.space.at(domain).at(page).becomes(some({ frame })),
      // @ts-expect-error: a field too many
      () => s.space.at(domain).at(page).becomes({ some: { frame, access, extra: frame } }),
      // @ts-expect-error: holds gains domains
      () => s.holds.at(frame).gains(frame),
      // @ts-expect-error: an option is not its value
      () => eq(s.space.at(domain).at(page), { frame, access }),
      // @ts-expect-error: what is read only has no effects
      () => exists(Page, (p) => s.space.at(domain).at(p).becomes(none)),
    ];
    const sample = places({ d: Domain, p: Page, f: Frame, a: Access, c: Domain });
    const accepted = wrong(sample.d, sample.p, sample.f, sample.a, sample.c).filter((one) => {
      try { one(); return true; } catch { return false; }
    }).map((one) => String(one).replaceAll(/\s/gu, ""));
    // The builders refuse most of it a second time; these two have no type at run time to refuse it by.
    expect(accepted.map((text) => /\b(\w+)\)?\((domain[=,].*)\)$/u.exec(text)?.slice(1))).toEqual([["lt", "domain,caller"], ["not", "domain===caller"]]);
  });
});

describe("what compiles and is wrong all the same", () => {
  const build = (guards: (access: Expr<typeof Access>) => Expr<Bool>) => () =>
    call("c", { access: Access }, (_state, _by, { access }) => ({ guards: [guard("g", "X", guards(access))], effects: [] }));

  it("refuses a condition that JavaScript's && has dropped", () => {
    expect(build((access) => has(access, "w") && has(access, "r"))).toThrow(/built and not used/u);
  });
  it("refuses a condition that JavaScript's || has dropped", () => {
    expect(build((access) => { const late = has(access, "r"); return has(access, "w") || late; })).toThrow(SpecificationError);
  });
  it("refuses an effect that is built and not returned", () => {
    expect(() => call("c", { domain: Domain }, (state, _by, { domain }) => {
      state.phase.at(domain).becomes("free");
      return { guards: [], effects: [each(Page, (page) => [state.space.at(domain).at(page).becomes(none)])] };
    })).toThrow(/effect is built and not returned/u);
  });
  it("refuses a field that the type does not have", () => {
    const extra = { frame: 0, access: [], more: 1 };
    expect(() => places({ mapping: Mapping }).mapping.becomes(some(extra as never))).toThrow(/the field more/u);
  });
  it("refuses a term of another type of the same kind", () => {
    const page = places({ page: Page }).page;
    expect(() => someSuch(s.space.at(places({ d: Domain }).d).at(page), (m) => eq(m.frame, page as never))).toThrow(/expected Frame, found Page/u);
  });
});

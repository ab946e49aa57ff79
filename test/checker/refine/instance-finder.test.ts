/** Instances are found by arithmetic: the index that is computed is the one at which the instance stands. */
import { expect, it } from "vitest";
import { compile } from "../../../checker/compile/compile.ts";
import { instanceFinder } from "../../../checker/refine/actions.ts";
import { systemsOf } from "../../../spec/system.ts";
import { seeded } from "../../regress/seeded-policy.ts";

const compiled = compile(systemsOf(seeded)[0]), find = instanceFinder(compiled);

it("finds every instance where it stands", () => {
  expect(compiled.instances.map(({ transition, scope }) => find(transition.name, scope))).toEqual(compiled.instances.map((_, i) => i));
});

it("finds no instance for what there is none of", () => {
  const [first] = compiled.instances;
  if (first === undefined) throw new RangeError("the system has no instances");
  expect(find("no such call", first.scope)).toBe(-1);
  expect(find(first.transition.name, { ...first.scope, vcpu: 99 })).toBe(-1);
  expect(find(first.transition.name, {})).toBe(-1);
  expect(find(first.transition.name, { ...first.scope, more: 0 })).toBe(-1);
});

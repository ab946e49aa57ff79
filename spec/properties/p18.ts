import { current, currentNext } from "../definitions.ts";
import { and, eq, exists, has, isNone, isSome, not, or, property, some, someSuch } from "../lang/index.ts";
import { constants, next, s } from "../state.ts";
import { step } from "../step.ts";
import { Depth, Domain, Gate, Vcpu } from "../vocabulary.ts";
import { view } from "../view.ts";

const text = { id: "P18", title: "gates" } as const;

/** Where there are gates. */
export const enters = property({ ...text, form: "step", place: "both", sentence: "A call through a gate enters the callee of a gate that lists the caller." }, { vcpu: Vcpu }, ({ vcpu }) => ({
  given: and(eq(step.name, "call"), not(eq(currentNext({ vcpu }), current({ vcpu })))),
  then: exists(Gate, (gate) => and(
    eq(constants.callee.at(gate), currentNext({ vcpu })),
    has(constants.callers.at(gate), current({ vcpu })),
    exists(Depth, (depth) => someSuch(next.stack.at(s.vcpu.at(vcpu)).at(vcpu).at(depth), (entry) => eq(entry.gate, gate))),
  )),
}));

export const p18 = [
  enters,
  property({ ...text, form: "step", place: "both", sentence: "Calls return in the reverse order: what is below the top of a stack stays as it is." },
    { home: Domain, vcpu: Vcpu, depth: Depth }, ({ home, vcpu, depth }) => ({
      // A release renames the label of the departed; destroy cuts.
      given: and(
        not(eq(next.stack.at(home).at(vcpu).at(depth), s.stack.at(home).at(vcpu).at(depth))),
        not(eq(step.name, "release")), not(eq(step.name, "destroy")),
      ),
      then: and(
        eq(s.vcpu.at(vcpu), home),
        or(isNone(s.stack.at(home).at(vcpu).at(depth)), isNone(next.stack.at(home).at(vcpu).at(depth))),
        not(exists(Depth, (higher) => and(eq(constants.higher.at(depth), some(higher)), or(isSome(s.stack.at(home).at(vcpu).at(higher)), isSome(next.stack.at(home).at(vcpu).at(higher)))))),
      ),
    })),
  property({ ...text, form: "view", place: "M", sentence: "Control enters at the gate's entry, or where the thread stopped, and no register but those of arguments and results carries anything across." },
    { vcpu: Vcpu }, ({ vcpu }) => ({
      given: not(view.inside),
      then: and(view.entered.at(vcpu), view.sanitised.at(vcpu)),
    })),
];

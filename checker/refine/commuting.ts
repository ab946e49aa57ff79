/** Refinement as a property, so that reports treat it like the others. */
import { bool } from "../../spec/lang/types.ts";
import type { Property } from "../../spec/lang/property.ts";

/** R1: decided by the machine search, which compares cell by cell; the formula only says that there is nothing to bind. */
export const commuting: Property = {
  id: "R1",
  title: "commuting",
  sentence: "The monitor does to the machine what the specification says: abstracting after a step gives the specified step of the abstraction.",
  form: "step",
  place: "M",
  bindings: [],
  given: { op: "literal", type: bool, value: true },
  then: { op: "literal", type: bool, value: true },
};

/** The properties that the map decides, so that reports treat them like the others; their formulas only say that there is nothing to bind. */
import type { Property } from "../../spec/lang/property.ts";
import { bool } from "../../spec/lang/types.ts";

const decidedByMap = (id: string, title: string, sentence: string): Property => ({
  id, title, sentence, form: "step", place: "M", bindings: [], given: { op: "literal", type: bool, value: true }, then: { op: "literal", type: bool, value: true },
});

export const noninterference: readonly Property[] = [
  decidedByMap("P21", "opaque-denial", "The code of a call, denied or not, is a function of what the caller may observe."),
  decidedByMap("P23", "local-respect", "A step of someone who may not flow to an observer leaves what the observer sees unchanged, up to the declassified."),
  decidedByMap("P24", "step-consistency", "What an observer sees next is a function of what it saw, and of what the actor saw if that may flow to it, up to the declassified."),
];

export const isNoninterference = (id: string): boolean => noninterference.some((property) => property.id === id);

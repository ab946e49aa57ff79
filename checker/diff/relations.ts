/** Whom a call is about, and so what its caller is to it: the rows of the comparison. */
import { relation, Relation } from "../../spec/legality.ts";
import type { Node } from "../../spec/lang/node.ts";
import { eq, matchOption, of, type Expr } from "../../spec/lang/index.ts";
import { term } from "../../spec/lang/term.ts";
import type { Transition } from "../../spec/lang/transition.ts";
import type { AnyType, Option } from "../../spec/lang/types.ts";
import { constants, s } from "../../spec/state.ts";
import { Device, Domain, Frame, Gate, Page } from "../../spec/vocabulary.ts";

/** `none` is of moves that no domain makes. */
export const relations = [...Relation.labels, "none"] as const;
export type RelationName = (typeof relations)[number];

const parameter = <T extends AnyType>(type: T, name: string): Expr<T> => term(type, { op: "variable", type, name });

const to = (caller: Expr<typeof Domain>, domain: Expr<typeof Domain>): Expr<typeof Relation> => relation({ caller, domain });
/** What belongs to nobody, the monitor's frames for example, is a stranger's. */
const toOwner = (caller: Expr<typeof Domain>, owner: Expr<Option<typeof Domain>>): Expr<typeof Relation> =>
  matchOption(owner, { none: of(Relation, "stranger"), some: (domain) => to(caller, domain) });

/**
 * What the caller of an instance is: to the domain that the call names; where it names none, to the callee of the gate, the owner of the device, or the owner of the frame that it
 * names or reaches. Who names nobody at all is with itself. `null` for moves that no domain makes.
 */
const relationOf = ({ parameters, own }: Transition): Expr<typeof Relation> | null => {
  if (!parameters.some(({ name }) => name === "caller")) return null;
  const caller = parameter(Domain, "caller"), has = (name: string): boolean => own.some((one) => one.name === name);
  if (has("domain")) return to(caller, parameter(Domain, "domain"));
  if (has("receiver")) return to(caller, parameter(Domain, "receiver"));
  if (has("gate")) return to(caller, constants.callee.at(parameter(Gate, "gate")));
  if (has("device")) return toOwner(caller, s.device.at(parameter(Device, "device")));
  if (has("frame")) return toOwner(caller, s.owner.at(parameter(Frame, "frame")));
  if (has("page")) {
    return matchOption(s.space.at(caller).at(parameter(Page, "page")), { none: of(Relation, "stranger"), some: ({ frame }) => toOwner(caller, s.owner.at(frame)) });
  }
  return of(Relation, "self");
};

/** Says that the caller of an instance is this; `null` where that is always so. */
export const isRelation = (transition: Transition, name: RelationName): Node | null => {
  const found = relationOf(transition);
  return found === null || name === "none" ? null : eq(found, name).node;
};

/** The relations in which a transition can be made. */
export const relationsOf = (transition: Transition): readonly RelationName[] => (relationOf(transition) === null ? ["none"] : Relation.labels);

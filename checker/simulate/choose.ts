/** What a walk tries next: mostly what can succeed, with every call and move as likely as its weight says however many instances it has, and calls that must be denied in between. */
import type { Machine } from "../../hw/machine.ts";
import type { Adversary } from "../../spec/adversary.ts";
import type { System } from "../../spec/lang/system.ts";
import type { Cells } from "../compile/compiled.ts";
import type { MonitorTables } from "../refine/abstract-layout.ts";
import { moveOf, type Action, type CallAction } from "../refine/action.ts";
import { callRows, numberOfCall, type CallRow } from "../refine/actions.ts";
import type { Current } from "../refine/current.ts";
import type { Expander } from "../refine/expand.ts";
import { hostileMoves } from "../refine/hostile-host.ts";

/** An integer from 0 to `below` - 1. */
export type Dice = (below: number) => number;

/** What the specification says of an action before it is taken. */
export interface Outlook {
  /** It leads where no walk has been. */
  readonly isNew: (action: Action) => boolean;
  /** How often the guard that denies it has done so; infinite where nothing denies it. */
  readonly denials: (action: Action) => number;
}

/** Returns the action to try from the state that the machine is in and `before` abstracts. */
export type Chooser = (before: Cells, dice: Dice, outlook: Outlook) => Action;

/** Calls that undo what others have built are rarer, or nothing grows. */
const callWeights: { readonly [call: string]: number } = {
  create: 24, seal: 6, table_add: 16, donate: 12, destroy: 1, dev_release: 1, table_remove: 2, unmap: 3, revoke: 3, relinquish: 2, unshare_host: 3, invalidate: 3, dma_unmap: 3,
};
const usualWeight = 8;
/** Moves change labels alone, and there are many of them; an interrupt mostly changes nothing. */
const moveWeight = 3, interruptWeight = 1;

/** Of a hundred choices: calls with any arguments in range, mostly denied, and calls with an argument just outside, or a number that means no call. */
const anyInRange = 22, outside = 5, hostile = 3;

/** Of so many actions that can succeed the first that leads to something new is taken. */
const draws = 6;
/** So many calls that may be denied are compared. */
const nearDraws = 16;
/** How rarely a walk gives away the last vCPU of a scheduler that no interrupt brings back: little happens after that. */
const stranding = 24;

/** A call that interrupts others is delivered at one of its first so many moments, or when it waits; and the host injects at one of its first so many steps. */
const moments = 8, steps = 48;

const vectors = ["shootdown", "external"] as const;

interface Kind { readonly weight: number; readonly actions: Action[] }

const pick = <T>(list: readonly T[], dice: Dice): T | undefined => (list.length === 0 ? undefined : list[dice(list.length)]);

const weighted = (kinds: readonly Kind[], dice: Dice): Kind | undefined => {
  const total = kinds.reduce((sum, { weight }) => sum + weight, 0);
  let left = total === 0 ? 0 : dice(total);
  return kinds.find(({ weight }) => (left -= weight) < 0);
};

export const createChooser = (system: System, m: Machine, tables: MonitorTables, adversary: Adversary, expander: Expander, runs: Current): Chooser => {
  const rows = callRows(system, m, tables), inRange = rows.filter(({ fixed }) => fixed < 0), beyond = rows.filter(({ fixed }) => fixed >= 0);
  const byCall = (of: readonly CallRow[]): readonly (readonly CallRow[])[] => [...new Set(of.map(({ number }) => number))].map((call) => of.filter(({ number }) => number === call));
  const any = byCall(inRange), out = byCall(beyond);
  const byNumber = new Map(any.flatMap((of) => of.slice(0, 1).map(({ number }) => [number, of])));
  const names = new Map(inRange.map(({ number, transition }) => [number, system.transitions[transition]?.name ?? ""]));
  const called = (vcpu: number, row: CallRow): CallAction => ({ kind: "call", vcpu, number: row.number, arguments: row.registers, delivery: null });

  const kindsOf = (actions: readonly Action[]): readonly Kind[] => {
    const kinds = new Map<string, Kind>();
    for (const action of actions) {
      const name = action.kind === "call" ? names.get(action.number) ?? "" : moveOf(action);
      const kind = kinds.get(name) ?? { weight: action.kind === "call" ? callWeights[name] ?? usualWeight : action.kind === "interrupt" || action.kind === "injection" ? interruptWeight : moveWeight, actions: [] };
      kind.actions.push(action);
      kinds.set(name, kind);
    }
    return [...kinds.values()];
  };
  const denied = (from: readonly (readonly CallRow[])[], vcpu: number, dice: Dice): Action | undefined => {
    const row = pick(pick(from, dice) ?? [], dice);
    return row === undefined ? undefined : called(vcpu, row);
  };
  /** One argument of a call that could succeed is another: what stands between the two is one guard, and often one of the last. */
  const spoilt = ({ number, arguments: registers, vcpu }: CallAction, dice: Dice): CallAction => {
    const row = pick(byNumber.get(number) ?? [], dice), at = dice(registers.length);
    const [a, b, c, d] = registers.map((register, i) => (i === at ? row?.registers[i] ?? register : register));
    return { kind: "call", vcpu, number, arguments: [a ?? 0, b ?? 0, c ?? 0, d ?? 0], delivery: null };
  };
  /** Of some calls that are denied the one whose guard has denied least so far. */
  const nearest = (kinds: readonly Kind[], vcpu: number, dice: Dice, { denials }: Outlook): Action | undefined => {
    const allowed = kinds.filter(({ actions: [first] }) => first?.kind === "call");
    let best: Action | undefined, fewest = Infinity;
    for (let draw = 0; draw < nearDraws; draw++) {
      const near = draw % 4 === 0 ? undefined : pick(pick(allowed, dice)?.actions ?? [], dice), one = near?.kind === "call" ? spoilt(near, dice) : denied(any, vcpu, dice);
      const before = one === undefined ? Infinity : denials(one);
      if (before < fewest) [best, fewest] = [one, before];
    }
    return best;
  };
  const scheduler = Number(system.constants["scheduler"]), preemptive = system.constants["preemptive"] === true, switching = numberOfCall("switch");
  const strands = (before: Cells, action: Action): boolean => action.kind === "call" && action.number === switching && !preemptive && action.arguments[0] !== scheduler
    && !Array.from({ length: m.vcpus }, (_, v) => v).some((v) => v !== action.vcpu && runs(before, v) === scheduler);
  const hosts = (dice: Dice): Action | undefined => pick(hostileMoves(m, tables, adversary), dice);

  return (before, dice, outlook) => {
    const which = dice(100), vcpu = dice(m.vcpus);
    const stays = dice(stranding) > 0, kinds = kindsOf(expander.possible(before, vcpu).filter((one) => !stays || !strands(before, one)));
    const chosen = which < outside ? denied(out, vcpu, dice)
      : which < outside + anyInRange ? nearest(kinds, vcpu, dice, outlook)
      : which < outside + anyInRange + hostile ? hosts(dice)
      : undefined;
    if (chosen !== undefined) return chosen;
    let action: Action | undefined;
    for (let draw = 0; draw < draws; draw++) {
      action = pick(weighted(kinds, dice)?.actions ?? [], dice);
      if (action !== undefined && outlook.isNew(action)) break;
    }
    if (action === undefined) return denied(any, vcpu, dice) ?? { kind: "call", vcpu, number: 0, arguments: [0, 0, 0, 0], delivery: null };
    if (action.kind !== "call") return action;
    const disturbed = dice(3) === 0 ? { ...action, delivery: dice(moments) } : action;
    return adversary.injection && dice(3) === 0 ? { ...disturbed, injection: { step: dice(steps), vcpu: dice(m.vcpus), vector: pick(vectors, dice) ?? "shootdown" } } : disturbed;
  };
};

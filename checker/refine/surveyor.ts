/** Expands states on a machine of its own, and gives account of what it has found. */
import type { Machine } from "../../hw/machine.ts";
import { mark } from "../../hw/memory.ts";
import { adversaryOf } from "../../spec/adversary.ts";
import type { System } from "../../spec/lang/system.ts";
import type { Policy } from "../../spec/policy.ts";
import type { Compiled } from "../compile/compiled.ts";
import { createAccountWriter, type Account, type Target } from "./account.ts";
import type { Action } from "./action.ts";
import { bootedMachine } from "./boot-image.ts";
import { createDifferences } from "./differences.ts";
import { createExpander } from "./expand.ts";
import { idleJudge } from "./idle-judge.ts";
import { createJudge } from "./judge.ts";
import { compareStates, namesOf } from "./names.ts";
import { lookOn, unanswered, type Comparer, type RowKind, type Sight } from "./onlooker.ts";
import { createRowNumbers } from "./rows.ts";
import { plantSecrets, type Secrets } from "./secrets.ts";
import { takeTally } from "./tally.ts";
import { createVisited, type VisitedMemory } from "./visited.ts";

export interface SurveyOptions {
  /** Ids of the properties to judge; `null` is all of them. */
  readonly properties: readonly string[] | null;
  readonly secrets: Secrets;
  /** What principals see, where somebody compares it. */
  readonly sight: ((m: Machine) => Sight) | null;
}

/** States `from` to `to`, exclusive, of a level. */
export interface Chunk {
  readonly depth: number;
  readonly from: number;
  readonly to: number;
  /** Of the monitor's frames all are named in calls, and not the first and the last alone. */
  readonly everyFrame: boolean;
}

export interface Surveyor {
  readonly machine: Machine;
  /** Judges the booted machine, and tells it as the first state unless it is none. */
  start(): Account;
  /** Expands states of the visited ones, which are in the memory. */
  survey(memory: VisitedMemory, chunk: Chunk): Account;
}

/** @throws SpecificationError if the system is not well formed, RangeError if the saturating TLB outgrows its capacity. */
export const createSurveyor = (policy: Policy, system: System, compiled: Compiled, { properties, secrets, sight: sightOn }: SurveyOptions): Surveyor => {
  const m = bootedMachine(policy, "saturating");
  plantSecrets(m, policy, secrets);
  const boot = mark(m.memory), names = namesOf(policy);
  const initial = compiled.state.encode(system.initial), differences = createDifferences(m, boot, initial);
  // What everybody knows, and what this worker has found beside it on the present level.
  const visited = createVisited(false), found = createVisited(false);
  const writer = createAccountWriter(), sight = sightOn?.(m) ?? null;
  let current = -1, running: () => Action | null = () => null, clauses: number[] = [], depth = -1, target: Target = { found: false, number: 0 };

  const judge = properties?.length === 0 ? idleJudge(system.properties.length) : createJudge(m, compiled, (id) => properties === null || properties.includes(id), (breach) => {
    writer.breached({ breach, action: running(), presumed: false });
  }, {
    found: (breach) => { writer.breached({ breach, action: running(), presumed: true }); },
    reached: (clause) => { clauses.push(clause); },
  });
  const runs = (): Action => {
    const action = running();
    if (action === null) throw new RangeError("nothing runs");
    return action;
  };

  /** Answers of the state that is expanded, by vCPU: told all at once. */
  const heard = Array.from({ length: m.vcpus }, () => ({ codes: new Uint8Array(4 * Math.ceil((sight?.calls ?? 0) / 4)).fill(unanswered), count: 0 }));
  const rows = createRowNumbers((kind, row) => { writer.row(kind, row); });
  const teller: Omit<Comparer, "answers"> = {
    number: (kind: RowKind, row) => rows.number(kind, row),
    observed: (_, seen) => { writer.observed(seen); },
    enter: () => undefined,
    answered: (row, v, code, action) => {
      const answers = heard[v];
      if (answers === undefined) return;
      if (answers.codes[row] === unanswered) answers.codes[row] = code;
      // The same call has answered otherwise when its interrupts were taken at another moment.
      else if (answers.codes[row] !== code) {
        writer.answered(row, v, code, action());
        return;
      }
      answers.count++;
    },
    reaches: (access, v, frames, action) => { writer.reaches(access, v, frames, action()); },
    stepped: (instance, frame, _, registers, action) => { writer.stepped(target, instance, frame, registers, action()); },
  };
  const tellAnswers = (): void => {
    heard.forEach((answers, v) => {
      if (answers.count === 0) return;
      const number = teller.number("answers", new Int32Array(answers.codes.buffer));
      writer.answers(v, number, answers.count);
      answers.codes.fill(unanswered);
      answers.count = 0;
    });
  };
  const onlooker = sight === null ? undefined : lookOn(secrets, sight, teller, runs);

  const knownCells = new Int32Array(compiled.state.size), before = new Int32Array(compiled.state.size);
  const expander = createExpander(m, compiled, adversaryOf(policy), judge, {
    known: () => {
      differences.read();
      const known = visited.find(differences.words, 0), own = known < 0 ? found.find(differences.words, 0) : -1;
      clauses = [];
      if (known < 0 && own < 0) return null;
      target = known < 0 ? { found: true, number: own } : { found: false, number: known };
      differences.cells(known < 0 ? found : visited, target.number, knownCells);
      return { cells: knownCells, number: target.number };
    },
    add: (after, action) => {
      const length = differences.complete(current, action(), after);
      target = { found: true, number: found.add(differences.words, 0) };
      writer.fresh(clauses, differences.words, length);
      return target.number;
    },
    running: (action) => { running = action; },
    ...(onlooker === undefined ? {} : { onlooker }),
  }, (machine, specification) => compareStates(system.bounds, system.variables, names, compiled.state.decode(machine), compiled.state.decode(specification))
    .map(({ cell, one, other }) => ({ cell, machine: one, specification: other })));

  const account = (): Account => {
    const told = { ...writer.take(), tally: takeTally(expander.tally), antecedents: judge.antecedents.slice(), reachedInside: judge.reachedInside.slice() };
    judge.antecedents.fill(0);
    return told;
  };

  return {
    machine: m,
    start: () => {
      if (expander.start(initial, before) === null) {
        differences.read();
        writer.fresh(clauses, differences.words, differences.complete(-1, null, before));
        target = { found: true, number: found.add(differences.words, 0) };
        onlooker?.observe(target.number, m, before);
      }
      return account();
    },
    survey: (memory, chunk) => {
      visited.attach(memory);
      if (chunk.depth !== depth) {
        found.clear();
        ({ depth } = chunk);
      }
      for (let state = chunk.from; state < chunk.to; state++) {
        current = state;
        differences.enter(visited, state);
        differences.cells(visited, state, before);
        writer.expands();
        onlooker?.enter(state, before);
        expander.expand(before, chunk.everyFrame);
        tellAnswers();
      }
      return account();
    },
  };
};

/**
 * The registers of all threads, and what a step must do to them. Before a step that the specification allows, every register that means nothing in a check is filled with
 * a value of its own, in threads that have stopped and on stacks too; after it, each must be where the binary interface of the monitor says (monitor/abi.ts, stated
 * here a second time). Then they are cleared again, so that states which differ in nothing else are one. RBX and RBP hold what a thread knows, RSI carries it through gates.
 */
import { vcpu } from "../../hw/identifiers.ts";
import type { Machine } from "../../hw/machine.ts";
import { readWord, writeWord } from "../../hw/memory.ts";
import { R10, RAX, RBP, RBX, RDI, RDX, readRegister, REGISTERS, RFLAGS, RIP, RSI, writeRegister } from "../../hw/vcpu.ts";
import type { System } from "../../spec/lang/system.ts";
import type { Cells, StoreLayout } from "../compile/compiled.ts";
import { saveRow, stackRow, vcpuRow, type MonitorTables } from "./abstract-layout.ts";
import { noSecrets, secretOfDomain, type Secrets } from "./secrets.ts";

/** What happens to threads: a call by its name and first argument, an interrupt, or nothing that concerns them. */
export interface ContextStep { readonly name: string; readonly vcpu: number; readonly argument: number }

export interface Contexts {
  /** Fills the registers, on a machine whose caller has loaded its call. `running` is the domain that calls. */
  plant(m: Machine, before: Cells, step: ContextStep, running: number): void;
  /** Whether each vCPU's threads are where and as the step must leave them. Then all is cleared, and what gates have carried is learnt. */
  settle(m: Machine, step: ContextStep): readonly { readonly entered: boolean; readonly sanitised: boolean }[];
}

const aborted = 22;
const sealed = 2;
/** Registers whose content is cleared between steps. */
const passing = [RAX, RDI, RSI, RDX, R10, RIP, RFLAGS] as const;
const kept = [RBX, RBP, RIP, RFLAGS] as const;
const payload = [RSI, RDX, R10] as const;

/** One value for each register of each thread, and of each call on its stack. */
const canary = (v: number, home: number, depth: number, register: number): number => (0x5a000000 | (v << 20) | (home << 12) | (depth << 8) | register) >>> 0;

/** What the secret of the domain whose register it is adds to such a value: a register that is left behind tells it. */
const told = 0x80000000;

export const contextsOf = (system: System, state: StoreLayout, { domains, vcpus, stack, saveAreas, stacks, vcpuTable }: MonitorTables, secrets: Secrets = noSecrets): Contexts => {
  const callee = (system.constants["callee"] ?? []) as readonly number[];
  const phase = Int32Array.from({ length: domains }, (_, d) => state.cellOf("phase", [d]));
  const files = Array.from({ length: domains * vcpus }, () => new Uint32Array(REGISTERS.length));
  const rows = Array.from({ length: domains * vcpus }, () => new Uint32Array(stack * stackRow));

  const thread = (home: number, v: number): number => home * vcpus + v;
  const runs = (m: Machine, v: number): number => readWord(m.memory, vcpuTable + v * vcpuRow);
  const isLive = (m: Machine, home: number, v: number): boolean => runs(m, v) === home;
  const read = (m: Machine, home: number, v: number, register: number): number =>
    (isLive(m, home, v) ? readRegister(m, vcpu(v), register) : readWord(m.memory, saveAreas + thread(home, v) * saveRow + register));
  const write = (m: Machine, home: number, v: number, register: number, value: number): void => {
    if (read(m, home, v, register) === value) return;
    if (isLive(m, home, v)) writeRegister(m, vcpu(v), register, value);
    else writeWord(m.memory, saveAreas + thread(home, v) * saveRow + register, value);
  };
  const rowOf = (home: number, v: number, depth: number): number => stacks + (thread(home, v) * stack + depth) * stackRow;
  const depthOf = (row: Uint32Array): number => {
    let depth = 0;
    while (depth < stack && row[depth * stackRow] !== 0) depth++;
    return depth;
  };
  const each = (visit: (home: number, v: number, file: Uint32Array, row: Uint32Array) => void): void => {
    for (let home = 0; home < domains; home++) {
      for (let v = 0; v < vcpus; v++) {
        const file = files[thread(home, v)], row = rows[thread(home, v)];
        if (file !== undefined && row !== undefined) visit(home, v, file, row);
      }
    }
  };

  /** Turns what is in `files` and `rows` into what is due after the step. */
  const foresee = (m: Machine, { name, vcpu: v, argument }: ContextStep): void => {
    const home = runs(m, v), file = files[thread(home, v)], row = rows[thread(home, v)];
    if (file === undefined || row === undefined || name === "interrupt") return;
    file[RAX] = 0;
    if (name === "call") {
      const at = depthOf(row) * stackRow;
      row[at] = argument + 1;
      kept.forEach((register, i) => { row[at + 1 + i] = file[register] ?? 0; });
      file.fill(0, RBX);
      file[RDI] = argument;
      file[RIP] = argument + 1;
      return;
    }
    file[RDI] = 0;
    if (name === "return") {
      const at = (depthOf(row) - 1) * stackRow;
      kept.forEach((register, i) => { file[register] = row[at + 1 + i] ?? 0; });
      row.fill(0, at, at + stackRow);
      return;
    }
    file.fill(0, RDI, R10 + 1);
    if (name === "destroy") each((other, _, ofOther, stackOfOther) => { cut(argument, other, ofOther, stackOfOther); });
  };

  /** What the destruction of a domain does to a thread: gone where it is the thread's home, cut where the thread entered it first. */
  const cut = (victim: number, home: number, file: Uint32Array, row: Uint32Array): void => {
    if (home === victim) {
      file.fill(0);
      row.fill(0);
      return;
    }
    for (let depth = 0; depth < depthOf(row); depth++) {
      const at = depth * stackRow;
      if (callee[(row[at] ?? 0) - 1] !== victim) continue;
      file.fill(0);
      file[RAX] = aborted;
      kept.forEach((register, i) => { file[register] = row[at + 1 + i] ?? 0; });
      row.fill(0, at);
      return;
    }
  };

  return {
    plant: (m, before, step, running) => {
      const caller = runs(m, step.vcpu);
      each((home, v, file, row) => {
        const calls = v === step.vcpu && home === caller && step.name !== "interrupt";
        const own = (domain: number): number => ((secretOfDomain(domain) & secrets) === 0 ? 0 : told);
        let inside = home;
        for (let depth = 0; depth < stack; depth++) {
          const at = rowOf(home, v, depth), gate = readWord(m.memory, at);
          if (gate === 0) break;
          writeWord(m.memory, at + 3, (canary(v, home, depth, RIP) | own(inside)) >>> 0);
          writeWord(m.memory, at + 4, (canary(v, home, depth, RFLAGS) | own(inside)) >>> 0);
          inside = callee[gate - 1] ?? inside;
        }
        // A domain that has not been sealed, or is no more, has no thread that stopped anywhere.
        if (before[phase[home] ?? 0] === sealed) {
          for (const register of calls ? [RIP, RFLAGS] : passing) write(m, home, v, register, (canary(v, home, stack, register) | own(inside)) >>> 0);
        }
        if (calls && (step.name === "call" || step.name === "return")) {
          for (const register of payload) write(m, home, v, register, canary(v, home, stack, register));
          // Everything that the thread knows goes through, with the label of the domain itself; but no secret, so that what others see of secrets went another way.
          write(m, home, v, RSI, ((read(m, home, v, RBX) & ~secrets) | (1 << running)) >>> 0);
        }
        for (let register = 0; register < file.length; register++) file[register] = read(m, home, v, register);
        for (let i = 0; i < row.length; i++) row[i] = readWord(m.memory, rowOf(home, v, 0) + i);
      });
      foresee(m, step);
    },
    settle: (m, step) => {
      const verdicts = Array.from({ length: vcpus }, () => ({ entered: true, sanitised: true }));
      each((home, v, file, row) => {
        const verdict = verdicts[v];
        if (verdict === undefined) return;
        for (let register = 0; register < file.length; register++) {
          if (read(m, home, v, register) === file[register]) continue;
          if (register === RIP) verdict.entered = false;
          else verdict.sanitised = false;
        }
        for (let i = 0; i < row.length; i++) if (readWord(m.memory, rowOf(home, v, 0) + i) !== row[i]) verdict.sanitised = false;
      });
      const learner = runs(m, step.vcpu);
      if (step.name === "call" || step.name === "return") {
        for (const register of [RBX, RBP]) {
          write(m, learner, step.vcpu, register, (read(m, learner, step.vcpu, register) | read(m, learner, step.vcpu, RSI)) >>> 0);
        }
      }
      each((home, v) => {
        for (const register of passing) write(m, home, v, register, 0);
        for (let depth = 0; depth < stack; depth++) {
          const at = rowOf(home, v, depth);
          for (const word of [at + 3, at + 4]) if (readWord(m.memory, word) !== 0) writeWord(m.memory, word, 0);
        }
      });
      return verdicts;
    },
  };
};

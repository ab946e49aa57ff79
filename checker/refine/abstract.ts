/**
 * The abstract state that a machine means, from the bits alone: page tables are walked from the domain table's roots, the rest is read from
 * the monitor's tables, from registers and from save areas. Shares no code with the monitor.
 */
import { entriesPerTable } from "../../hw/geometry.ts";
import { deviceRegister } from "../../hw/dma.ts";
import { hostRegister } from "../../hw/host.ts";
import { device, vcpu } from "../../hw/identifiers.ts";
import { ioEntryFrame, ioEntryRights } from "../../hw/io-entry.ts";
import { readWord } from "../../hw/memory.ts";
import type { Machine } from "../../hw/machine.ts";
import { RBP, RBX, readRegister } from "../../hw/vcpu.ts";
import type { System } from "../../spec/lang/system.ts";
import { boundsOf } from "../../spec/lang/types.ts";
import type { Cells, StoreLayout } from "../compile/compiled.ts";
import { departedBit, knownLabels, labelsOfWord } from "./abstract-labels.ts";
import { dataTag, deviceRow, domainRow, frameRow, invalidTag, monitorTables, saveRow, sharedTag, stackRow, tableTag, vcpuRow } from "./abstract-layout.ts";
import { abstractSpaces } from "./abstract-tables.ts";
import type { Malformed } from "./malformed.ts";
import { privateWord, sharedWord } from "./memory-behind.ts";
import { toAbstract } from "./placement.ts";
import { noSecrets, type Secrets } from "./secrets.ts";

/**
 * Fills the cells of the abstract state; cells are without meaning when something is malformed. With `rewritten`, the contents of other abstract frames are not read: the cells say already
 * what they hold.
 */
export type Abstraction = (m: Machine, cells: Cells, rewritten?: (frame: number) => boolean) => Malformed | null;

const at = (m: Machine, word: number): Malformed["at"] => ({ frame: Math.floor(word / m.wordsPerFrame), word: word % m.wordsPerFrame });

/** The cells that the abstraction writes, per variable: where it starts and how far apart its members are. */
interface Column { readonly start: number; readonly stride: number }

const column = (state: StoreLayout, variable: string, members: number): Column => {
  const start = state.cellOf(variable, [0]);
  return { start, stride: members > 1 ? state.cellOf(variable, [1]) - start : 0 };
};

/** @throws RangeError if no monitor is booted on the machine. The abstraction serves every later state of it. */
export const abstractionOf = (system: System, state: StoreLayout, machine: Machine, secrets: Secrets = noSecrets): Abstraction => {
  const tables = { ...monitorTables(machine), secrets };
  const { domains, vcpus, devices, stack } = tables;
  const ioPages = boundsOf(system.bounds, "IoPage").hi + 1;
  const frames = 1 + tables.frames - tables.monitorFrames;
  const { levels } = machine.geometry;
  const phase = column(state, "phase", domains), parent = column(state, "parent", domains), home = column(state, "vcpu", vcpus);
  const kind = column(state, "kind", frames), owner = column(state, "owner", frames), holds = column(state, "holds", frames);
  const grant = column(state, "grant", frames), receiver = domains > 1 ? state.cellOf("grant", [0, 1]) - state.cellOf("grant", [0, 0]) : 0;
  const knows = column(state, "knows", domains), thread = vcpus > 1 ? state.cellOf("knows", [0, 1]) - state.cellOf("knows", [0, 0]) : 0;
  const hostKnows = state.cellOf("hostKnows", []);
  const spaces = abstractSpaces(system, state, tables);

  const domainTable = (m: Machine, cells: Cells): Malformed | null => {
    for (let d = 0; d < domains; d++) {
      const row = tables.domainTable + d * domainRow;
      const phaseWord = readWord(m.memory, row), parentWord = readWord(m.memory, row + 1);
      if (phaseWord > 3) return { property: "P9", sentence: `slot ${d} is in phase ${phaseWord}, which is none`, at: at(m, row) };
      if (parentWord > domains) return { property: "P9", sentence: `the parent of slot ${d} is slot ${parentWord - 1}, which does not exist`, at: at(m, row + 1) };
      cells[phase.start + d * phase.stride] = phaseWord;
      cells[parent.start + d * parent.stride] = parentWord;
    }
    return null;
  };

  /** First and last word are what ring 3 stores; anything else that is not zero is what nobody in this check can have stored: left behind. */
  const contentOf = (m: Machine, physical: number, tag: number): number => {
    if (tag === invalidTag) return 0;
    const size = m.wordsPerFrame, read = tag === sharedTag && m.nestedBase !== 0 ? sharedWord : privateWord;
    const word = (read(m, physical, 0) | read(m, physical, size - 1)) >>> 0;
    let strange = labelsOfWord(word, tables) < 0;
    for (let i = 1; i < size - 1; i++) strange ||= read(m, physical, i) !== 0;
    return strange ? labelsOfWord((knownLabels(word, tables) | departedBit) >>> 0, tables) : labelsOfWord(word, tables);
  };

  const frameTable = (m: Machine, cells: Cells, rewritten: (frame: number) => boolean): Malformed | null => {
    for (let f = 0; f < frames; f++) {
      const row = tables.frameTable + f * frameRow;
      const ownerWord = readWord(m.memory, row), kindWord = readWord(m.memory, row + 1);
      const tag = kindWord & 0xff, level = kindWord >>> 8;
      const leveled = tag === tableTag ? level >= 1 && level <= levels : level === 0;
      if (tag > invalidTag || !leveled) return { property: "P9", sentence: `the frame table gives frame ${f} a kind that is none: tag ${tag}, level ${level}`, at: at(m, row + 1) };
      if (ownerWord > domains) return { property: "P9", sentence: `frame ${f} is owned by slot ${ownerWord - 1}, which does not exist`, at: at(m, row) };
      cells[owner.start + f * owner.stride] = ownerWord;
      // The union's ranks: monitor, a table of each level, data, shared, invalid.
      cells[kind.start + f * kind.stride] = tag === tableTag ? level : tag === 0 ? 0 : levels + tag - 1;
      if (rewritten(f)) cells[holds.start + f * holds.stride] = f > 0 && tag >= dataTag ? contentOf(m, tables.monitorFrames + f - 1, tag) : 0;
      for (let e = 0; e < domains; e++) {
        const word = readWord(m.memory, tables.grantTable + f * domains + e), cell = grant.start + f * grant.stride + e * receiver;
        const status = word >>> 4;
        if (status > 2 || (status === 0 && word !== 0) || (word & 8) !== 0) {
          return { property: "P9", sentence: `the grant of frame ${f} to slot ${e} is ${word}, which is none`, at: at(m, tables.grantTable + f * domains + e) };
        }
        cells[cell] = status;
        cells[cell + 1] = word & 7;
      }
    }
    return null;
  };

  const stackOf = (m: Machine, cells: Cells, d: number, v: number): Malformed | null => {
    let ended = false;
    for (let depth = 0; depth < stack; depth++) {
      const row = tables.stacks + ((d * vcpus + v) * stack + depth) * stackRow, gate = readWord(m.memory, row);
      const one = readWord(m.memory, row + 1), labels = labelsOfWord(one, tables);
      if (gate > tables.gates || (ended && gate !== 0)) return { property: "P18", sentence: `the stack of slot ${d} on vCPU ${v} has gate ${gate - 1} at depth ${depth}, which is none`, at: at(m, row) };
      if (gate !== 0 && (labels < 0 || one !== readWord(m.memory, row + 2))) {
        return { property: "P18", sentence: `the registers kept at depth ${depth} for slot ${d} on vCPU ${v} hold no label set`, at: at(m, row + 1) };
      }
      ended ||= gate === 0;
      const cell = state.cellOf("stack", [d, v, depth]);
      cells[cell] = gate;
      cells[cell + 1] = gate === 0 ? 0 : labels;
    }
    return null;
  };

  const devicesAt = (m: Machine, cells: Cells): Malformed | null => {
    for (let x = 0; x < devices; x++) {
      const row = tables.deviceTable + x * deviceRow, ownerWord = readWord(m.memory, row);
      if (ownerWord > domains) return { property: "P16", sentence: `device ${x} is owned by slot ${ownerWord - 1}, which does not exist`, at: at(m, row) };
      cells[state.cellOf("device", [x])] = ownerWord;
      const labels = labelsOfWord(deviceRegister(m, device(x)), tables);
      if (labels < 0) return { property: "P16", sentence: `device ${x} remembers no label set`, at: null };
      cells[state.cellOf("deviceKnows", [x])] = labels;
      for (let i = 0; i < entriesPerTable(m.geometry); i++) {
        const entry = (tables.ioTables + x) * m.wordsPerFrame + 2 * i, low = readWord(m.memory, entry), high = readWord(m.memory, entry + 1);
        if (i >= ioPages) {
          if (low !== 0) return { property: "P16", sentence: `IO page ${i} of device ${x} is mapped, which is outside the bounds`, at: at(m, entry) };
          continue;
        }
        const rights = ioEntryRights(low, high), to = toAbstract(tables, ioEntryFrame(low, high)), cell = state.cellOf("ioSpace", [x, i]);
        if (low !== 0 && (rights === 0 || to < 0)) return { property: "P16", sentence: `IO page ${i} of device ${x} has an entry that leads nowhere`, at: at(m, entry) };
        cells[cell] = low === 0 ? 0 : to + 1;
        cells[cell + 1] = low === 0 ? 0 : rights;
      }
    }
    return null;
  };

  const threads = (m: Machine, cells: Cells): Malformed | null => {
    for (let v = 0; v < vcpus; v++) {
      const running = readWord(m.memory, tables.vcpuTable + v * vcpuRow);
      if (running >= domains) return { property: "P9", sentence: `vCPU ${v} runs slot ${running}, which does not exist`, at: at(m, tables.vcpuTable + v * vcpuRow) };
      cells[home.start + v * home.stride] = running;
      for (let d = 0; d < domains; d++) {
        const save = tables.saveAreas + (d * vcpus + v) * saveRow;
        const live = d === running;
        const one = live ? readRegister(m, vcpu(v), RBX) : readWord(m.memory, save + RBX);
        const other = live ? readRegister(m, vcpu(v), RBP) : readWord(m.memory, save + RBP);
        const labels = labelsOfWord(one, tables);
        if (labels < 0 || one !== other) {
          const where = live ? `registers of vCPU ${v}` : `saved registers of slot ${d} on vCPU ${v}`;
          return { property: "P9", sentence: `the ${where} hold no label set: RBX ${one.toString(16)}, RBP ${other.toString(16)}`, at: live ? null : at(m, save + RBX) };
        }
        cells[knows.start + d * knows.stride + v * thread] = labels;
        const bad = stackOf(m, cells, d, v);
        if (bad !== null) return bad;
      }
    }
    return null;
  };

  const hostAt = (m: Machine, cells: Cells): Malformed | null => {
    const labels = labelsOfWord(hostRegister(m), tables);
    if (labels < 0) return { property: "P9", sentence: "the host remembers no label set", at: null };
    cells[hostKnows] = labels;
    return null;
  };

  return (m, cells, rewritten = () => true) => domainTable(m, cells) ?? frameTable(m, cells, rewritten) ?? spaces(m, cells) ?? threads(m, cells) ?? devicesAt(m, cells) ?? hostAt(m, cells);
};


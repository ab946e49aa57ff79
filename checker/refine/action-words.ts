/** Actions as nine numbers: so they lie beside states and cross threads. */
import type { Action, CallAction, DmaAction, HostAction, Injection, MoveAction } from "./action.ts";

export const actionWords = 9;

const moves: readonly MoveAction["move"][] = ["load", "store", "fetch"];
const dmas: readonly DmaAction["move"][] = ["dma_read", "dma_write"];
const hosts: readonly HostAction["move"][] = ["host_read", "host_write"];
const kinds = ["call", "move", "interrupt", "dma", "host", "remap", "rmp", "injection"] as const;
const vectors: readonly Injection["vector"][] = ["shootdown", "external"];
const mostVcpus = 4;

const numberOfInjection = ({ vector, vcpu, step }: Injection): number => -2 - vectors.indexOf(vector) - vectors.length * (vcpu + mostVcpus * step);
const injectionOf = (number: number): Injection => {
  const code = -2 - number, rest = Math.floor(code / vectors.length);
  return { vector: vectors[code % vectors.length] ?? "shootdown", vcpu: rest % mostVcpus, step: Math.floor(rest / mostVcpus) };
};

/** What comes in the middle of a call, in its order, a number each: interrupts that are taken at a moment from 0, -1 for nothing, and less for what is injected. No run of a search has more than two. */
const numbersOfMiddle = ({ delivery, again, injection }: CallAction): readonly [number, number] => {
  const [first, second = -1] = [...(delivery === null ? [] : [delivery]), ...(again === undefined ? [] : [again]), ...(injection === undefined ? [] : [injection, ...(injection.then === undefined ? [] : [injection.then])]).map(numberOfInjection)];
  return [first ?? -1, second];
};
const middleOf = (first: number, second: number): Pick<CallAction, "delivery" | "again" | "injection"> => {
  if (first >= -1) return { delivery: first < 0 ? null : first, ...(second === -1 ? {} : second >= 0 ? { again: second } : { injection: injectionOf(second) }) };
  return { delivery: null, injection: { ...injectionOf(first), ...(second === -1 ? {} : { then: injectionOf(second) }) } };
};

const numbersOf = (action: Action): readonly number[] => {
  switch (action.kind) {
    case "call": return [action.vcpu, action.number, ...action.arguments, ...numbersOfMiddle(action)];
    case "move": return [action.vcpu, moves.indexOf(action.move), action.page, action.frame];
    case "interrupt": case "injection": return [action.vcpu];
    case "dma": return [action.device, dmas.indexOf(action.move), action.page, action.frame];
    case "host": return [hosts.indexOf(action.move), action.frame];
    case "remap": return [action.frame, action.to];
    case "rmp": return [action.system, action.guest];
  }
};

/** `null` is no action: how the first state came about. */
export const writeAction = (action: Action | null, words: Int32Array, at: number): void => {
  words.fill(0, at, at + actionWords);
  if (action === null) return;
  words[at] = 1 + kinds.indexOf(action.kind);
  numbersOf(action).forEach((number, i) => { words[at + 1 + i] = number; });
};

export const readAction = (words: Int32Array, at: number): Action | null => {
  const word = (i: number): number => words[at + 1 + i] ?? 0, kind = kinds[(words[at] ?? 0) - 1];
  if (kind === undefined) return null;
  switch (kind) {
    case "call": {
      const register = (i: number): number => word(i) >>> 0;
      return { kind, vcpu: word(0), number: register(1), arguments: [register(2), register(3), register(4), register(5)], ...middleOf(word(6), word(7)) };
    }
    case "move": return { kind, vcpu: word(0), move: moves[word(1)] ?? "load", page: word(2), frame: word(3) };
    case "interrupt": case "injection": return { kind, vcpu: word(0) };
    case "dma": return { kind, device: word(0), move: dmas[word(1)] ?? "dma_read", page: word(2), frame: word(3) };
    case "host": return { kind, move: hosts[word(0)] ?? "host_read", frame: word(1) };
    case "remap": return { kind, frame: word(0), to: word(1) };
    case "rmp": return { kind, system: word(0), guest: word(1) };
  }
};

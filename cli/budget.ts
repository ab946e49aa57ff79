/** Budgets as a user writes them: `60s`, `5Mstates`, `2GiB`, several separated by commas or in a list. */
import { totalmem } from "node:os";
import { optionError, refusal } from "./usage-error.ts";

export interface Budget { readonly milliseconds: number; readonly states: number; readonly bytes: number }

/** Of the memory that there is: with more the system would end the process, and nothing would tell what it found. */
const usable = 0.9;

/** Where nobody says otherwise. */
const unlimited = (): Budget => {
  const constrained = process.constrainedMemory();
  return { milliseconds: Infinity, states: Infinity, bytes: usable * (constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()) };
};

const seconds: { readonly [unit: string]: number } = { ms: 0.001, s: 1, min: 60, h: 3600 };
const thousands: { readonly [prefix: string]: number } = { "": 1, k: 1e3, M: 1e6, G: 1e9 };
const binary: { readonly [unit: string]: number } = { MiB: 2 ** 20, GiB: 2 ** 30 };

const part = "[0-9]+(?:\\.[0-9]+)?(?:ms|s|min|h|[kMG]?states|MiB|GiB)";
export const budgetPattern = `${part}(?:, ?${part})*`;
export const budgetSentence = "60s, 5Mstates or 2GiB";

/**
 * What amounts say together; the last of a kind counts. Of memory, as much as is usable here unless they say less. Each is of `budgetPattern`.
 * @throws UsageError for a budget of nothing; `source` says who wrote it.
 */
export const parseBudget = (written: readonly string[], source: string): Budget => written.flatMap((one) => one.split(",")).reduce((budget, one) => {
  const [, amount = "", time, prefix, memory] = /^([0-9.]+)(?:(ms|s|min|h)|(k|M|G|)states|(MiB|GiB))$/.exec(one.trim()) ?? [];
  const value = Number(amount);
  if (value <= 0) throw optionError(source, refusal("budget", one.trim(), "this is no budget"), { expected: budgetSentence, found: one });
  if (time !== undefined) return { ...budget, milliseconds: value * (seconds[time] ?? 1) * 1000 };
  if (memory !== undefined) return { ...budget, bytes: value * (binary[memory] ?? 1) };
  return { ...budget, states: value * (thousands[prefix ?? ""] ?? 1) };
}, unlimited());

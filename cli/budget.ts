/** Budgets as a user writes them: `60s`, `5Mstates`, `2GiB`, several separated by commas or by repeating the option. */
import { optionError } from "./usage-error.ts";

export interface Budget { readonly milliseconds: number; readonly states: number; readonly bytes: number }

export const unlimited: Budget = { milliseconds: Infinity, states: Infinity, bytes: Infinity };

const seconds: { readonly [unit: string]: number } = { ms: 0.001, s: 1, min: 60, h: 3600 };
const thousands: { readonly [prefix: string]: number } = { "": 1, k: 1e3, M: 1e6, G: 1e9 };
const binary: { readonly [unit: string]: number } = { MiB: 2 ** 20, GiB: 2 ** 30 };

/**
 * Adds what `written` says to a budget.
 * @throws UsageError if it says nothing that can be measured.
 */
export const parseBudget = (written: string, so: Budget): Budget => written.split(",").reduce((budget, part) => {
  const found = /^([0-9]+(?:\.[0-9]+)?)(?:(ms|s|min|h)|(k|M|G|)states|(MiB|GiB))$/.exec(part.trim());
  const [, amount = "", time, prefix, memory] = found ?? [];
  const value = Number(amount);
  if (found === null || value <= 0) {
    throw optionError("--budget", "this is no budget", { expected: "60s, 5Mstates or 2GiB", found: part === "" ? "nothing" : part });
  }
  if (time !== undefined) return { ...budget, milliseconds: value * (seconds[time] ?? 1) * 1000 };
  if (memory !== undefined) return { ...budget, bytes: value * (binary[memory] ?? 1) };
  return { ...budget, states: value * (thousands[prefix ?? ""] ?? 1) };
}, so);

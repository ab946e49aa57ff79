/** Two calls of the monitor with one number: it can run only one of them, and a number in a trace means either. */
import { CALLS } from "../../monitor/abi.ts";
import type { Problem } from "../policy/problem.ts";

/** Says of the numbers of calls, by name, which two calls share one; `null` if each has its own. */
const ambiguousCalls = (numbers: { readonly [call: string]: number }): Problem | null => {
  const named = new Map<number, string>();
  for (const [call, number] of Object.entries(numbers)) {
    const other = named.get(number);
    if (other !== undefined) {
      return {
        code: "AMBIGUOUS_CALL", pointer: `/CALLS/${call}`, sentence: `\`${other}\` and \`${call}\` have one number`,
        expected: "a number for each call", found: `${number} for both`, fix: `give \`${call}\` a number of its own, which no other call has`,
      };
    }
    named.set(number, call);
  }
  return null;
};

/** What is wrong with the numbers of the monitor that is checked; `null` if nothing is. */
export const abiProblem: Problem | null = ambiguousCalls(CALLS);

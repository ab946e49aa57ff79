/** A counterexample as a regression test: vitest runs the steps again, and fails while they still lead to the violation. */
import { titleOfStep } from "../trace/naming.ts";
import type { Trace } from "../trace/trace.ts";

/** Where the test finds what it needs, from the folder that it is run in. */
export interface TestSetting { readonly id: string; readonly program: string; /** `null` if the test is of the monitor, under the policy of the trace. */ readonly policyFile: string | null }

/** The text of a TypeScript test file. */
export const testFile = (trace: Trace, { id, program, policyFile }: TestSetting): string => {
  const { expected, steps } = trace;
  const title = `${expected?.property ?? "nothing is violated"}: ${steps.map(titleOfStep).join("; ")}`;
  const command = [JSON.stringify(program), '"replay"', '"-"', ...(policyFile === null ? [] : ['"--policy"', JSON.stringify(policyFile)]), '"--expect"', '"ok"'].join(", ");
  return `// ${id}, written by: refmon explain ${id} --as-test${policyFile === null ? "" : ` --policy ${policyFile}`}
import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

const trace = ${JSON.stringify(trace, null, 2)};

it(${JSON.stringify(title)}, () => {
  const replay = spawnSync(process.execPath, [${command}], {
    input: JSON.stringify(trace), encoding: "utf8",
  });
  expect(replay.status, replay.stdout + replay.stderr).toBe(0);
});
`;
};

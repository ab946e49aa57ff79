/**
 * Loops over parameters with conditions between them. A condition stands as far out as the parameters that it reads allow, so that a
 * guard that fails for a domain is evaluated once and not once for every page, frame and access as well.
 */
import type { Js } from "./js.ts";
import { localsIn } from "./program.ts";

export interface Loop {
  readonly local: string;
  readonly size: number;
}

/** Conditions that may be tried in any order, and what to do where one fails, for so many instances at once. */
export interface Stage {
  readonly conditions: readonly Js[];
  readonly onFailure: ((instances: number) => string) | null;
}

/** The conjuncts of a condition's code are separate conditions already; here they are put in an order that opens loops late. */
const cheapestFirst = (conditions: readonly Js[], loops: readonly Loop[], open: ReadonlySet<string>): readonly Js[] => {
  const rest = [...conditions], result: Js[] = [], known = new Set(open);
  const cost = (condition: Js): number => {
    const reads = new Set(localsIn(condition.code));
    return loops.filter(({ local }) => reads.has(local) && !known.has(local)).reduce((product, { size }) => product * size, 1);
  };
  while (rest.length > 0) {
    const costs = rest.map(cost), best = costs.indexOf(Math.min(...costs));
    const [next] = rest.splice(best, 1);
    if (next === undefined) break;
    result.push(next);
    for (const local of localsIn(next.code)) known.add(local);
  }
  return result;
};

/** Statements that run `innermost` for every instance that passes all stages, and `leave` where none can any more. */
export const nest = (loops: readonly Loop[], stages: readonly Stage[], innermost: readonly string[], leave: string): string => {
  const lines: string[] = [], open = new Set<string>();
  let depth = 0;
  const write = (line: string): void => {
    lines.push(`${"  ".repeat(depth)}${line}`);
  };
  const enter = ({ local, size }: Loop): void => {
    write(`for (let ${local} = 0; ${local} < ${size}; ${local}++) {`);
    open.add(local);
    depth++;
  };
  const unopened = (): number => loops.filter(({ local }) => !open.has(local)).reduce((product, { size }) => product * size, 1);
  const skip = (): string => (depth === 0 ? leave : "continue;");
  const close = (): string => {
    while (depth > 0) {
      depth--;
      write("}");
    }
    return lines.join("\n");
  };

  for (const { conditions, onFailure } of stages) {
    for (const condition of cheapestFirst(conditions.filter(({ known }) => known !== 1), loops, open)) {
      const reads = new Set(localsIn(condition.code));
      for (const loop of loops) if (reads.has(loop.local) && !open.has(loop.local)) enter(loop);
      const failure = onFailure === null ? "" : `${onFailure(unopened())} `;
      if (condition.known === 0) {
        if (failure !== "") write(failure.trimEnd());
        return close();
      }
      write(failure === "" ? `if (!${atom(condition)}) ${skip()}` : `if (!${atom(condition)}) { ${failure}${skip()} }`);
    }
  }
  for (const loop of loops) if (!open.has(loop.local)) enter(loop);
  for (const line of innermost) for (const part of line.split("\n")) write(part);
  return close();
};

const atom = (condition: Js): string => (condition.code.startsWith("!") ? `(${condition.code})` : condition.code);

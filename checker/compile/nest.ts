/**
 * Loops over parameters with conditions between them. A condition stands as far out as the parameters that it reads allow, so that a
 * guard that fails for a domain is evaluated once and not once for every page, frame and access as well.
 */
import type { Js } from "./js.ts";
import type { Loop } from "./loop.ts";
import { isFixed, ofRow, passing, rowOf, type Passing } from "./passing.ts";
import { localsIn, type Program } from "./program.ts";

/** Conditions that may be tried in any order, and what to do where one fails, for so many instances at once. */
export interface Stage {
  readonly conditions: readonly Js[];
  readonly onFailure: ((instances: string) => string) | null;
}

/**
 * What conditions that read parameters alone are decided with, before anything runs. Where one fails is counted for all values of a parameter at once, and the parameter is looped over
 * the values that pass. `given` are parameters that the loops stand in.
 */
export interface Narrowing { readonly program: Program; readonly constants: Int32Array; readonly given: readonly Loop[] }

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

/** A product as code. */
const productOf = (factors: readonly string[]): string => {
  const known = factors.reduce((product, factor) => (/^\d+$/.test(factor) ? product * Number(factor) : product), 1), rest = factors.filter((factor) => !/^\d+$/.test(factor));
  return known === 0 ? "0" : [...(known === 1 && rest.length > 0 ? [] : [String(known)]), ...rest].join(" * ");
};

/** Instances of a transition up to which conditions are decided beforehand, for all of them: tables of more would not stay in the nearest caches. */
const mostDecided = 1 << 16;

/** Statements that run `innermost` for every instance that passes all stages, and `leave` where none can any more. */
export const nest = (loops: readonly Loop[], stages: readonly Stage[], innermost: readonly string[], leave: string, narrowing: Narrowing | null = null): string => {
  const lines: string[] = [], open = new Set<string>(), narrowed = new Map<Loop, Passing>();
  let depth = 0;
  const write = (line: string): void => {
    lines.push(`${"  ".repeat(depth)}${line}`);
  };
  const count = (loop: Loop): string => {
    const known = narrowed.get(loop);
    return narrowing === null || known === undefined ? String(loop.size) : ofRow(narrowing.program, known.over, known.rows.map(({ length }) => length));
  };
  const enter = (loop: Loop): void => {
    const { local, size } = loop, known = narrowed.get(loop);
    open.add(local);
    if (narrowing === null || known?.rows.every(({ length }) => length === size) !== false) {
      write(`for (let ${local} = 0; ${local} < ${size}; ${local}++) {`);
      depth++;
      return;
    }
    const place = narrowing.program.local("i"), width = Math.max(...known.rows.map(({ length }) => length)), row = rowOf(known.over);
    const table = narrowing.program.table(known.rows.flatMap((row) => [...row, ...new Array<number>(width - row.length).fill(0)]));
    write(`for (let ${place} = 0; ${place} < ${count(loop)}; ${place}++) {`);
    depth++;
    write(`const ${local} = ${table}[${row === "" ? place : `${row} * ${width} + ${place}`}];`);
  };
  const closed = (): readonly Loop[] => loops.filter(({ local }) => !open.has(local));
  const skip = (): string => (depth === 0 ? leave : "continue;");
  const close = (): string => {
    while (depth > 0) {
      depth--;
      write("}");
    }
    return lines.join("\n");
  };
  /** Leaves only those values of a parameter that pass. Whether any do. */
  const narrow = (loop: Loop, condition: Js, onFailure: Stage["onFailure"], { program, constants, given }: Narrowing): boolean => {
    const before = narrowed.get(loop)?.conditions ?? [], conditions = [...before, condition], read = new Set(conditions.flatMap(({ code }) => localsIn(code)));
    const over = [...given, ...loops.filter(({ local }) => open.has(local))].filter(({ local }) => read.has(local));
    const was = passing(loop, over, before, constants), after = passing(loop, over, conditions, constants);
    const lost = ofRow(program, over, after.rows.map(({ length }, row) => (was.rows[row]?.length ?? 0) - length));
    if (lost === "0") return true;
    narrowed.set(loop, after);
    if (onFailure !== null) write(onFailure(productOf([lost, ...closed().filter((one) => one !== loop).map(count)])));
    if (after.rows.every(({ length }) => length === 0)) return false;
    if (after.rows.some(({ length }) => length === 0)) write(`if (${count(loop)} === 0) ${skip()}`);
    return true;
  };

  for (const { conditions, onFailure } of stages) {
    for (const condition of cheapestFirst(conditions.filter(({ known }) => known !== 1), loops, open)) {
      const reads = new Set(localsIn(condition.code)), wanted = closed().filter(({ local }) => reads.has(local));
      const last = wanted.at(-1);
      if (narrowing !== null && condition.known === undefined && last !== undefined && isFixed(condition) && [...narrowing.given, ...loops].reduce((product, { size }) => product * size, 1) <= mostDecided) {
        for (const loop of wanted.slice(0, -1)) enter(loop);
        if (narrow(last, condition, onFailure, narrowing)) continue;
        return close();
      }
      for (const loop of wanted) enter(loop);
      const failure = onFailure === null ? "" : `${onFailure(productOf(closed().map(count)))} `;
      if (condition.known === 0) {
        if (failure !== "") write(failure.trimEnd());
        return close();
      }
      write(failure === "" ? `if (!${atom(condition)}) ${skip()}` : `if (!${atom(condition)}) { ${failure}${skip()} }`);
    }
  }
  for (const loop of closed()) enter(loop);
  for (const line of innermost) for (const part of line.split("\n")) write(part);
  return close();
};

const atom = (condition: Js): string => (condition.code.startsWith("!") ? `(${condition.code})` : condition.code);

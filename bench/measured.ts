/** What rounds of runs come to. */

/** What one run of a checker found, and took. */
export interface Measured {
  readonly states: number;
  readonly transitions: number;
  readonly complete: boolean;
  /** Of the search; what comes before it is apart. */
  readonly milliseconds: number;
  /** Of all threads, which is what is left to compare where others use the machine too. */
  readonly cpuMilliseconds: number;
  /** Milliseconds to make the program that searches: refmon compiles, translates and starts threads in each run, the others generate C for a compiler. */
  readonly building: number;
  /** Milliseconds to make room in tables and touch it. */
  readonly touching: number;
  /** Of states and tables. */
  readonly bytes: number;
}

/** A row of `--json`. */
export interface Row {
  readonly engine: "refmon" | "rumur" | "spin-dfs" | "spin-bfs";
  readonly threads: number;
  readonly model: string;
  readonly states: number;
  readonly transitions: number;
  readonly transitionsPerSecond: number;
  readonly statesPerSecond: number;
  readonly bytesPerState: number;
}

/** How many times the transitions per second of the others, in the same rounds. */
export interface Ratio {
  readonly model: string;
  /** One worker to the fastest of Spin's runs. */
  readonly toBestSpin: number;
  /** One worker to rumur with one thread. */
  readonly toRumur: number;
  /** Two workers to one. */
  readonly twoWorkersToOne: number;
}

/** The middle of the values, of two in the middle their mean; 0 if there are none. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b), middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
};

/** The row of a checker's runs of a model. @throws RangeError if there are none, one was cut, or two counted differently. */
export const rowOf = (engine: Row["engine"], threads: number, model: string, runs: readonly Measured[]): Row => {
  const [first] = runs;
  if (first === undefined) throw new RangeError(`${engine} did not run ${model}`);
  const { states, transitions } = first;
  if (!runs.every((run) => run.complete && run.states === states && run.transitions === transitions)) throw new RangeError(`${engine} did not come to the same end of ${model} every time`);
  const seconds = (of: (run: Measured) => number): number => Math.round(median(runs.map((run) => of(run) / (run.milliseconds / 1000))));
  return {
    engine, threads, model, states, transitions, transitionsPerSecond: seconds((run) => run.transitions), statesPerSecond: seconds((run) => run.states),
    bytesPerState: Math.round((median(runs.map(({ bytes }) => bytes)) / states) * 10) / 10,
  };
};

/** @throws RangeError if a row that is compared is missing, or the checkers counted differently. */
export const ratioOf = (model: string, rows: readonly Row[]): Ratio => {
  const own = rows.filter((row) => row.model === model);
  const [first] = own, odd = own.find((row) => row.states !== first?.states || row.transitions !== first.transitions);
  if (odd !== undefined) throw new RangeError(`${odd.engine} counts ${odd.states} states and ${odd.transitions} transitions of ${model}, and not ${first?.states ?? 0} and ${first?.transitions ?? 0}`);
  const best = (engines: readonly Row["engine"][], threads: number): number => {
    const rates = own.flatMap((row) => (engines.includes(row.engine) && row.threads === threads ? [row.transitionsPerSecond] : []));
    if (rates.length === 0) throw new RangeError(`${engines.join(", ")} with ${threads} threads did not run ${model}`);
    return Math.max(...rates);
  };
  const to = (one: number, other: number): number => Math.round((one / other) * 100) / 100, single = best(["refmon"], 1);
  return { model, toBestSpin: to(single, best(["spin-dfs", "spin-bfs"], 1)), toRumur: to(single, best(["rumur"], 1)), twoWorkersToOne: to(best(["refmon"], 2), single) };
};

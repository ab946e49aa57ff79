/** What a search, or a replay, tells whoever compares runs with each other. It never decides what happens. */
import type { Machine } from "../../hw/machine.ts";
import type { Cells } from "../compile/compiled.ts";
import type { Action } from "./action.ts";
import type { Secrets } from "./secrets.ts";

export interface Onlooker {
  /** What everyone's secret is in this run. */
  readonly secrets: Secrets;
  /** The machine is in a state that has just got its number. */
  observe(state: number, m: Machine, cells: Cells): void;
  /** What follows happens in this state. */
  enter(state: number, cells: Cells): void;
  /** A call on the vCPU has answered, denied or not; `row` is its number among all ways to call. */
  answered(row: number, vcpu: number, code: number): void;
  /** The physical frames that an access can reach: none is a fault. `access` numbers kinds of access and pages. */
  reaches(access: number, vcpu: number, frames: readonly number[]): void;
  /** A step of threads is about to be made: registers hold what is to be told from what others leave in them. */
  planted(m: Machine): void;
  /** The step is over, and no register has been cleared yet. */
  registers(m: Machine): void;
  /** A step has led to the state, which `after` abstracts; `frame` is the one that an access reached, -1 of calls. `shown` says that the registers were. */
  stepped(instance: number, frame: number, state: number, after: Cells, shown: boolean): void;
}

/** Another run, of which an observer must not be able to tell whether it is the one that it is in. */
export interface Twin { readonly secrets: Secrets; readonly actions: readonly Action[] }

/** What an observer saw that it must not have seen. */
export interface Leak {
  readonly property: string;
  /** A domain, a device or the host, by the union `Principal`. */
  readonly observer: number;
  readonly secrets: Secrets;
  /** `null` where one run is enough: someone changed what the observer sees and must not. */
  readonly twin: Twin | null;
  /** Parts of the observation with their values here, and in the twin or before the step. */
  readonly cells: readonly { readonly cell: string; readonly here: string; readonly there: string }[];
}

/** What the onlooker may ask of its search, and tells it. */
export interface Watched {
  /** How the search came to a state. */
  pathTo(state: number): readonly Action[];
  /** The action that is being run. */
  running(): Action;
  leaked(leak: Leak): void;
}

/** Comes to look at searches, one after the other. */
export interface Watch {
  /** Of the next search: they are in its machine from the start. */
  readonly secrets: Secrets;
  /** The machine has just booted. */
  begin(m: Machine, watched: Watched): Onlooker;
}

const nothing = (): void => undefined;

/** Lets a run have secrets, and compares it with no other. */
export const unwatched = (secrets: Secrets): Watch =>
  ({ secrets, begin: () => ({ secrets, observe: nothing, enter: nothing, answered: nothing, reaches: nothing, planted: nothing, registers: nothing, stepped: nothing }) });

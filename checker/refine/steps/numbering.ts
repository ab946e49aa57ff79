/** A move of the specification by its name, and its instances in the order in which their parameters are given. */
import type { Stage } from "./stage.ts";

export interface Numbered { readonly transition: number; readonly instances: Int32Array }

/** `null` where the system has no such move; an instance is -1 where there is none. */
export const numbered = ({ compiled, find }: Stage, name: string, scopes: readonly { readonly [parameter: string]: number }[]): Numbered | null => {
  const transition = compiled.system.transitions.findIndex((one) => one.name === name && one.kind === "move");
  return transition < 0 ? null : { transition, instances: Int32Array.from(scopes, (scope) => find(name, scope)) };
};

import { expect } from "vitest";
import { A, B, R, ROOT, run, runAs, RW, TO_B, world, type CallName, type Shape, type World } from "./world.ts";

/** Four vCPUs: the initiator runs root, the others A, B, and A in B; A and B map frames, and B one of A. */
export function busy(shape: Shape): World {
  const w = world({ ...shape, vcpus: 4 }, [ROOT, A, B, A]);
  const steps: readonly (readonly [by: number, call: CallName, ...args: number[]])[] = [
    [A, "map", A, 0, w.own(A, 0), RW], [B, "map", B, 0, w.own(B, 0), RW], [A, "grant", w.own(A, 1), B, R], [B, "accept", w.own(A, 1)],
    [B, "map", B, 1, w.own(A, 1), R], [A, "table_add", A, 1, 1, w.own(A, 2)],
  ];
  for (const [by, call, ...args] of steps) expect([call, runAs(w, 0, by, call, ...args)]).toEqual([call, "OK"]);
  expect(run(w, 3, "call", TO_B)).toBe("OK");
  return w;
}

/** Calls that take a right away. */
export const CALLS: readonly (readonly [call: CallName, by: number, args: (w: World) => readonly number[]])[] = [
  ["unmap", A, (): readonly number[] => [A, 0]],
  ["protect", A, (): readonly number[] => [A, 0, R]],
  ["revoke", A, (w: World): readonly number[] => [w.own(A, 1), B]],
  ["relinquish", B, (w: World): readonly number[] => [w.own(A, 1)]],
  ["table_remove", A, (): readonly number[] => [A, 1, 1]],
  ["destroy", ROOT, (): readonly number[] => [B]],
];

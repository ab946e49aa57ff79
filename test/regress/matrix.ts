/** Which property sees which patch. */
import type { Verdict } from "./verdict.ts";

export interface Row { readonly verdict: Verdict; /** The property that is there for the patch. */ readonly property: string }

/** P1 to P26 by number, then claims, then R1. */
const inOrder = (a: string, b: string): number => {
  const [one, other] = [a, b].map((id) => Number(/^P(\d+)$/.exec(id)?.[1] ?? Infinity));
  return one === other ? a.localeCompare(b) : (one ?? 0) - (other ?? 0);
};

/** `#` is the property that is there for the patch, `1` another that comes first, `x` one that is violated as well. */
export const matrixLines = (rows: readonly Row[]): readonly string[] => {
  const columns = [...new Set(rows.flatMap(({ verdict, property }) => [property, ...verdict.found.map((one) => one.property)]))].sort(inOrder);
  const last = "patches that are there for it", width = Math.max(last.length, ...rows.map(({ verdict }) => verdict.name.length));
  const line = (name: string, cells: readonly string[]): string => `${name.padEnd(width)}  ${cells.map((cell, i) => cell.padEnd(columns[i]?.length ?? 0)).join(" ")}`.trimEnd();
  const cell = ({ verdict: { found }, property }: Row, column: string): string => {
    if (!found.some((one) => one.property === column)) return ".";
    if (property === column) return "#";
    return found[0]?.property === column ? "1" : "x";
  };
  return [
    line("", columns),
    ...rows.map((row) => line(row.verdict.name, columns.map((column) => cell(row, column)))),
    line(last, columns.map((column) => String(rows.filter(({ property }) => property === column).length))),
  ];
};

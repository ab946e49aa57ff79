/** Numbers for rows that are told to somebody else: each row is told once, before its number is used. */
import { createInterned } from "./interned.ts";
import type { RowKind } from "./onlooker.ts";

export interface RowNumbers { number(kind: RowKind, row: Int32Array): number }

export const createRowNumbers = (tell: (kind: RowKind, row: Int32Array) => void): RowNumbers => {
  const kinds = { observation: createInterned(), registers: createInterned(), answers: createInterned() };
  return {
    number: (kind, row) => {
      const rows = kinds[kind], { size } = rows, number = rows.number(row);
      if (rows.size > size) tell(kind, row);
      return number;
    },
  };
};

/** Text in columns, and the few words that may be coloured. */

/** Marks that a terminal shows in colour and a file does not show at all. */
export interface Paint {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly unsure: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
}

const same = (text: string): string => text;
export const plain: Paint = { good: same, bad: same, unsure: same, strong: same, faint: same };

export interface Column { readonly align: "left" | "right"; readonly paint?: (cell: string) => string }

/** Rows as lines, two blanks between columns, nothing behind the last; colours are put on after the widths are known. */
export const columns = (layout: readonly Column[], rows: readonly (readonly string[])[], indent: string): readonly string[] => {
  const widths = layout.map((_, column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => {
    const last = row.findLastIndex((cell) => cell !== "");
    const cells = layout.slice(0, last + 1).map(({ align, paint = same }, column) => {
      const cell = row[column] ?? "", width = widths[column] ?? 0;
      const padding = " ".repeat(Math.max(0, width - cell.length));
      const painted = cell === "" ? "" : paint(cell);
      return align === "right" ? padding + painted : column === last ? painted : painted + padding;
    });
    return indent + cells.join("  ");
  });
};

/** 12345 as 12,345: counts of states are read, not parsed. */
export const counted = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",");

/** `1 step`, `2 steps`. */
export const plural = (count: number, noun: string): string => `${counted(count)} ${noun}${count === 1 ? "" : "s"}`;

/** The first `most` of the names, and how many more there are. */
export const listed = (names: readonly string[], most: number): string => (names.length <= most ? names.join(", ") : `${names.slice(0, most).join(", ")} and ${names.length - most} more`);

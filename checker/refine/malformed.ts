/** Bits that mean no abstract state. */
export interface Malformed {
  /** Which property says that this cannot be. */
  readonly property: "P3" | "P4" | "P9" | "P16" | "P18";
  readonly sentence: string;
  /** Physical frame and word where the bits are; `null` for registers and TLBs. */
  readonly at: { readonly frame: number; readonly word: number } | null;
}

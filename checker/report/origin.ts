/** From where a search began that did not begin at the boot image, for a reader; a search that was driven began there, and went on along runs of the specification. */
import type { Origin } from "../profiles.ts";

export const originText: { readonly [from in Origin]: string } = { boot: "", empty: " from the empty machine", every: " from every state", driven: " driven beyond its depth" };

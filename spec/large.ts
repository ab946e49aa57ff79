/** The large pages of a boot image, page by page: what the abstract state knows of them. */
import { geometry, type Geometry } from "./bounds.ts";
import { accessValue, type Policy } from "./policy.ts";

type BootDomain = Policy["boot"]["domains"][number];

/** How many pages, and frames, one entry of a table of that level covers. */
export const spanAt = ({ indexBits }: Geometry, level: number): number => 2 ** (indexBits * (level - 1));

/** A page under a large page, and the place of its frame in the order of the boot image. */
interface Part { readonly page: number; readonly frame: number; readonly access: number }

/** The pages under the domain's large pages. Names must have been checked. */
export const largeParts = (policy: Policy, { large = [] }: BootDomain): readonly Part[] => large.flatMap(({ level, page, frame, access }) => {
  const first = policy.boot.frames.findIndex(({ name }) => name === frame);
  return Array.from({ length: spanAt(geometry(policy), level) }, (_, n) => ({ page: page + n, frame: first + n, access: accessValue(access) }));
});

/** Sets of rights, and the two rules on them: x86 can express the set, and never write together with execute. */
import { access, type Access } from "./identifiers.ts";

export const NOTHING = access(0);
export const READ = access(1);
export const WRITE = access(2);
export const EXECUTE = access(4);

/** Whether `held` contains every right of `wanted`. */
export const includes = (held: Access, wanted: Access): boolean => (held & wanted) === wanted;

/** The rights of either set. */
export const union = (left: Access, right: Access): Access => access(left | right);

/** Whether both W and X are in the set: code that rewrites itself. */
export const writesAndExecutes = (rights: Access): boolean => includes(rights, union(WRITE, EXECUTE));

/** Whether a frame would be writable through one of two translations and executable through the other. */
export const opposes = (left: Access, right: Access): boolean =>
  (includes(left, WRITE) && includes(right, EXECUTE)) || (includes(left, EXECUTE) && includes(right, WRITE));

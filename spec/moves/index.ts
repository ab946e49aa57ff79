/** What hardware and adversaries do by themselves: MODEL.md section 4. */
import { fetch } from "./fetch.ts";
import { load } from "./load.ts";
import { store } from "./store.ts";

export const moves = [load, store, fetch] as const;
